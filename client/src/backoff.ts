/**
 * How many milliseconds to wait before the next attempt: a random time of up to 1 second after the first failure, up to
 * twice as long after each further failure, and at most 1 minute. The whole time is random, so that clients that lost
 * the service together do not return together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function backoffMs(random: () => number, failures: number): number {
  return random() * Math.min(60_000, 500 * 2 ** failures);
}
