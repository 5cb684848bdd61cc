import type { Environment } from './environment.ts';

/** The service's time. */
export type Clock = ReturnType<typeof createClock>;

/**
 * The service's time, as well as it is known: this machine's clock, corrected by the header `date` of each answer. The
 * header has whole seconds, and the answer takes its time. So it only gives bounds, and the correction changes only as far
 * as it must: not at all if this machine's clock is right.
 */
export function createClock({ now }: Environment) {
  let aheadMs = 0;
  return {
    /** Milliseconds since the Unix epoch. */
    now: () => now() + aheadMs,
    /**
     * @param date the header. Anything that is no date is ignored.
     * @param sentAt when the request was sent, by this machine's clock
     */
    learn(date: string | null, sentAt: number): void {
      const at = Date.parse(`${date}`);
      if (at) aheadMs = Math.max(at - now(), Math.min(at + 1_000 - sentAt, aheadMs));
    },
  };
}
