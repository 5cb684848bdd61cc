import type { Random } from '../../test/support/random.ts';

/** A measured value, and the interval that holds it with 95 % confidence. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
  /** How many blocks it comes from. */
  blocks: number;
}

/**
 * The quantile of some values: 0 is the smallest, 0.5 the median, 1 the largest. Between two values it is in proportion.
 * @throws Error if there is no value
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('There is no quantile of no values.');
  return below + (above - below) * (position - Math.floor(position));
}

/** The value in the middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * The median of one value for each block, with its interval by bootstrap: the blocks are drawn again with replacement, and
 * the interval is what 95 % of these medians are in.
 *
 * A block compares arms that ran within the same second, so the load of the machine is the same for both, and the value of
 * a block is their ratio. A burst of load in one block moves one value, which the median leaves out.
 *
 * @param resamples how often the blocks are drawn again; with 2,000 the ends of the interval hardly move with the seed
 */
export function estimate(blocks: readonly number[], random: Random, resamples = 2_000): Estimate {
  const draw = () => blocks[Math.floor(random() * blocks.length)] ?? Number.NaN;
  const medians = Array.from({ length: resamples }, () => median(blocks.map(draw)));
  return {
    value: median(blocks),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
    blocks: blocks.length,
  };
}
