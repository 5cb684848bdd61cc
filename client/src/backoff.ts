/**
 * How many milliseconds to wait before the next attempt: a random time of up to 1 second after the first failure, up to
 * twice as long after each further failure, and at most 1 minute. The whole time is random, so that clients that lost
 * the service together do not return together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function backoffMs(random: () => number, failures: number): number {
  return random() * Math.min(60_000, 500 * 2 ** failures);
}

/**
 * How many milliseconds to wait before the next question whether there is access again: 1 to 2 seconds after the first
 * failure, up to 20 to 40 seconds later on.
 */
export function questionMs(random: () => number, failures: number): number {
  return (0.5 + 0.5 * random()) * Math.min(40_000, 1_000 * 2 ** failures);
}
