/** How many environments start at once. */
const step = 25;

/**
 * The sizes of waves of requests before a burst, each larger than the one before, the last one almost as large as the burst.
 * A request that finds no idle environment starts one, and on Lambda each has a processor of its own. Here they share those
 * of the machine. If all of a burst started at once, the time-outs of the gateway would be over before.
 *
 * @example
 * for (const times of riseTo(150)) await atOnce(times, ask);
 */
export const riseTo = (burst: number): number[] =>
  Array.from({ length: Math.ceil(burst / step) - 1 }, (_, index) => (index + 1) * step);
