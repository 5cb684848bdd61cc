import type { Clock, Logger } from '../../functions/core/ports.ts';
import type { Dice } from './dice.ts';
import type { Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import type { Weather } from './weather.ts';

/** One run of a function, which may end at any of its steps. */
export interface Invocation {
  readonly dice: Dice;
  readonly logger: Logger;
  /** The clock of the machine that it runs on. */
  readonly clock: Clock;
  /**
   * Something that the function asks of another system. Once the function is gone, it asks for nothing more, and no
   * answer arrives.
   * @param slow the way there, the way back, or both
   */
  step<Answer>(name: string, ask: () => Promise<Answer>, slow?: 'there' | 'back' | 'both'): Promise<Answer>;
}

/** The function was gone before it had answered. */
export class Crash extends Error {
  constructor(step: string) {
    super(`The function crashed ${step}.`);
    this.name = 'Crash';
  }
}

/** What Lambda allows the functions. */
const timeoutMs = 29_000;
/** Beyond this hardly any function has a step left at which it could crash. */
const steps = 7;

/**
 * @param onFailure told what the function throws, and that it has timed out
 * @throws Crash from the run, or what the function throws
 */
export function invoke<Answer>(
  {
    loop,
    dice,
    weather,
    trace,
    logger,
    onFailure,
  }: {
    loop: Loop;
    dice: Dice;
    weather: Weather;
    trace: Trace;
    logger: Logger;
    onFailure: (error: unknown) => void;
  },
  run: (invocation: Invocation) => Promise<Answer>,
): Promise<Answer> {
  const isDoomed = dice.chance(weather.crash);
  const lastStep = isDoomed ? dice.below(steps) : -1;
  const isAfter = dice.chance(0.5);
  const behindMs = weather.clockBehindMs > 0 ? dice.below(weather.clockBehindMs) : 0;
  let taken = 0;
  let isGone = false;

  return new Promise((resolve, reject) => {
    function crash(when: string): Promise<never> {
      isGone = true;
      trace?.(`crash ${when}`);
      reject(new Crash(when));
      return new Promise(() => {});
    }
    function fail(error: unknown): void {
      if (isGone) return;
      onFailure(error);
      reject(error);
    }
    // However slow everything is, core's own deadlines come before this.
    const cancel = loop.after(timeoutMs, () => {
      fail(new Error('The function has timed out.'));
      isGone = true;
    });

    async function step<Step>(
      name: string,
      ask: () => Promise<Step>,
      slow: 'there' | 'back' | 'both' = 'both',
    ): Promise<Step> {
      if (isGone) return new Promise(() => {});
      const mine = taken;
      taken += 1;
      const before = slow === 'back' ? 0 : dice.below(weather.stepMs);
      const after = slow === 'there' ? 0 : dice.below(weather.stepMs);
      if (before > 0) await loop.sleep(before);
      if (isGone) return new Promise(() => {});
      if (mine === lastStep && !isAfter) return crash(`before ${name}`);
      // What was asked happens, whoever is still there to hear of it.
      const answer = await ask();
      if (after > 0) await loop.sleep(after);
      if (mine === lastStep && !isGone) return crash(`after ${name}`);
      return isGone ? new Promise(() => {}) : answer;
    }

    run({ dice, logger, clock: () => loop.now() - behindMs, step })
      .then((answer) => {
        if (!isGone) resolve(answer);
      }, fail)
      .finally(cancel);
  });
}
