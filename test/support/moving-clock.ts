import { type Clock, systemClock } from '../../local/clock.ts';

/** The machine's own time, which a test can move on: for a whole system, whose sockets and processes run by themselves. */
export interface MovingClock extends Clock {
  /** Moves the time on by `ms`; what falls due on the way runs now, in the order of its time. */
  advance(ms: number): void;
}

interface Timer {
  at: number;
  run: () => void;
  cancel: () => void;
}

export function createMovingClock(): MovingClock {
  let aheadMs = 0;
  const timers = new Set<Timer>();
  const now = () => systemClock.now() + aheadMs;

  function fire(timer: Timer): void {
    timer.cancel();
    timers.delete(timer);
    timer.run();
  }

  function wait(timer: Timer): void {
    timer.cancel();
    timer.cancel = systemClock.after(Math.max(0, timer.at - now()), () => fire(timer));
  }

  return {
    now,
    after(ms, run) {
      const timer: Timer = { at: now() + ms, run, cancel: () => {} };
      timers.add(timer);
      wait(timer);
      return () => {
        timer.cancel();
        timers.delete(timer);
      };
    },
    advance(ms) {
      aheadMs += ms;
      const due = [...timers].filter(({ at }) => at <= now()).sort((a, b) => a.at - b.at);
      for (const timer of due) if (timers.has(timer)) fire(timer);
      for (const timer of timers) wait(timer);
    },
  };
}
