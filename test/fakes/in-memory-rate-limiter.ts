import { RateLimited } from '../../functions/core/errors.ts';
import type { Clock, RateLimiter } from '../../functions/core/ports.ts';

/** Counts the creates of each subject and minute in memory. Default: there is no limit. */
export function createInMemoryRateLimiter(clock: Clock, perMinute = 0): RateLimiter {
  const counts = new Map<string, number>();

  return {
    async spend(subject) {
      if (perMinute === 0) return;
      const now = clock();
      const key = `${subject} ${Math.floor(now / 60_000)}`;
      const count = counts.get(key) ?? 0;
      if (count >= perMinute) throw new RateLimited(60 - Math.floor((now % 60_000) / 1_000));
      counts.set(key, count + 1);
    },
  };
}
