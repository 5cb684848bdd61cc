import type { Random } from '../../test/support/random.ts';
import { type Estimate, estimate, median } from './statistics.ts';

/** A figure of both arms, and the service's by the floor's. */
export interface Ratio extends Estimate {
  /** Medians over all blocks. */
  service: number;
  floor: number;
}

/**
 * The ratio of two arms: the median of the ratios of the blocks.
 * @param service of each block, the figures of its samples, whose mean counts
 * @param floor the same of the other arm
 */
export function ratioOf(
  service: readonly (readonly number[])[],
  floor: readonly (readonly number[])[],
  random: Random,
): Ratio {
  const [above, below] = [service.map(mean), floor.map(mean)];
  const ratios = above.map((figure, block) => figure / (below[block] ?? Number.NaN));
  return { ...estimate(ratios, random), service: median(above), floor: median(below) };
}

const mean = (figures: readonly number[]): number =>
  figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
