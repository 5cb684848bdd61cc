import type { Clock } from '../../local/clock.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /**
   * Moves the time on by `ms`, running what falls due in the order of its time, each at its own moment, and lets
   * promises and immediates settle after each, so that what a timer starts may set further timers on the way.
   * It does not wait for sockets or processes: poll for those with `vi.waitFor`.
   */
  advance(ms: number): Promise<void>;
}

interface Timer {
  at: number;
  run: () => void;
}

/** Starts a clock at `startMs` (milliseconds since the epoch); without it, at 2026-01-01T00:00:00Z. */
export function createTestClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let time = startMs;
  const timers = new Set<Timer>();

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
    return next;
  }

  return {
    now: () => time,
    after(ms, run) {
      const timer = { at: time + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = time + ms;
      await settle();
      for (let due = nextDue(until); due; due = nextDue(until)) {
        timers.delete(due);
        time = Math.max(time, due.at);
        due.run();
        await settle();
      }
      time = until;
    },
  };
}

/** Two rounds: an immediate that a promise sets, and the promises that it settles in turn. */
async function settle(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve));
}
