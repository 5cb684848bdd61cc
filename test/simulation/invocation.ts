import type { Dice } from './dice.ts';
import type { Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import type { Weather } from './weather.ts';

/** One run of a function, which may end at any of its steps. */
export interface Invocation {
  readonly dice: Dice;
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

/** @throws Crash from the run, or what the function throws */
export function invoke<Answer>(
  { loop, dice, weather, trace }: { loop: Loop; dice: Dice; weather: Weather; trace: Trace },
  run: (invocation: Invocation) => Promise<Answer>,
): Promise<Answer> {
  const isDoomed = dice.chance(weather.crash);
  const lastStep = isDoomed ? dice.below(steps) : -1;
  const isAfter = dice.chance(0.5);
  let taken = 0;
  let isGone = false;

  return new Promise((resolve, reject) => {
    function crash(when: string): Promise<never> {
      isGone = true;
      trace?.(`crash ${when}`);
      reject(new Crash(when));
      return new Promise(() => {});
    }
    const cancel = loop.after(timeoutMs, () => crash('by its time-out'));

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

    run({ dice, step })
      .then(
        (answer) => {
          if (!isGone) resolve(answer);
        },
        (error: unknown) => {
          if (!isGone) reject(error);
        },
      )
      .finally(cancel);
  });
}
