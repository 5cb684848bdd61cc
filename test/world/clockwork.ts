import type { CommandService } from '../../functions/core/command-service.ts';
import type { CreatePolicy } from '../../functions/core/create-policy.ts';
import type { DueTime, DueTimeItem } from '../../functions/core/due-time.ts';
import { Unavailable } from '../../functions/core/errors.ts';
import type { Publisher } from '../../functions/core/ports.ts';
import { createTick, type OutgoingEvents } from '../../functions/core/tick.ts';
import type { DueTimes, TimerRepository } from '../../functions/core/timers.ts';
import { unmeasured } from './delivery-ports.ts';
import type { Door } from './failures.ts';
import type { Invocation } from './invocation.ts';
import type { Loop } from './loop.ts';
import type { Timeline } from './timeline.ts';
import { Throttled, type Weather } from './weather.ts';

const minute = 60_000;

/** What one run of the tick uses. */
interface TickParts {
  timers: TimerRepository;
  service: Pick<CommandService, 'create'>;
  publisher: Publisher;
  events: OutgoingEvents;
}

/** The item that says when the tick must look, and the tick, which comes each minute unless it is down. */
export function createClockwork({
  loop,
  weather,
  timeline,
  policy,
  run,
  partsOf,
}: {
  loop: Loop;
  weather: Weather;
  timeline: Timeline;
  policy: CreatePolicy;
  run: <Answer>(
    door: Door,
    cause: string,
    body: (invocation: Invocation) => Promise<Answer>,
  ) => Promise<Answer>;
  partsOf: (invocation: Invocation) => TickParts;
}) {
  let item: DueTime = {};
  let ticks = 0;
  let isDown = false;

  function ask<Answer>({ step, dice }: Invocation, name: string, call: () => Answer): Promise<Answer> {
    const isThrottled = dice.chance(weather.throttle);
    return step(name, async () => {
      if (isThrottled) throw new Throttled();
      return call();
    });
  }

  const itemOf = (invocation: Invocation): DueTimeItem => ({
    read: () => ask(invocation, 'read the due time', () => item),
    replace: (read, next) =>
      ask(invocation, 'replace the due time', () => {
        const isSame = item.due_at === read.due_at && item.looked_at === read.looked_at;
        if (isSame) item = next;
        return isSame;
      }),
  });

  async function tick(): Promise<void> {
    ticks += 1;
    const startedAt = loop.now();
    try {
      const { is_complete, skipped } = await run('tick', `tick ${ticks}`, (invocation) =>
        createTick({
          ...partsOf(invocation),
          dueTime: itemOf(invocation),
          policy,
          metrics: unmeasured,
          logger: invocation.logger,
        }).run({ now: invocation.clock, remainingMs: () => minute, mustLook: false }),
      );
      if (is_complete && skipped === 0) timeline.worked(startedAt);
      else timeline.failed();
    } catch {
      // What it may fail with is looked at where it runs.
      timeline.failed();
    }
  }

  function beat(): void {
    loop.after(minute, beat);
    timeline.checkLate();
    if (isDown) timeline.failed();
    else void tick();
  }
  loop.after(minute, beat);

  return {
    /** The item as one run of a function that writes sees it. */
    dueTimesOf: (invocation: Invocation): DueTimes => ({
      by: (at) =>
        ask(invocation, 'move the due time', () => {
          if (item.due_at === undefined || item.due_at > at) item = { ...item, due_at: Math.floor(at) };
        }).catch((cause) => {
          throw new Unavailable('The table of due times', { cause });
        }),
    }),
    /** Lets one more tick run now, beside the others. */
    tick,
    /** Whether ticks come. */
    setDown(isNowDown: boolean): void {
      isDown = isNowDown;
    },
  };
}
