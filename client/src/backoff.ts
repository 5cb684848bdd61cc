import type { NotificationError } from './error.ts';

/**
 * How many milliseconds to wait before the next attempt: 0.5 to 1 second after the first failure, twice as long after
 * each further one, up to 20 to 40 seconds, and at least as long as the service has asked for. It is random, so that
 * clients that lost the service together do not return together.
 */
export const backoffMs = (random: () => number, failures: number, error?: NotificationError): number =>
  Math.max((0.5 + 0.5 * random()) * Math.min(40_000, 500 * 2 ** failures), error?.retryAfterMs || 0);
