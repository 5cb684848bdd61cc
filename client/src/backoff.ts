/**
 * How long to wait before the next attempt, in milliseconds: anything up to a second after the first failure, up to
 * twice as long after each further one, and a minute at most. The whole of it is random, so that clients that lost the
 * service together do not come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function backoffMs(random: () => number, failures: number): number {
  return random() * Math.min(60_000, 500 * 2 ** failures);
}
