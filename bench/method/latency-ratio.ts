import type { Random } from '../../test/support/random.ts';
import type { Latencies } from './interleaved-loop.ts';
import { type Ratio, ratioOf } from './ratio.ts';
import { quantile } from './statistics.ts';

/**
 * The ratio of a quantile of the latencies of two arms: the median of the ratios of the blocks. All blocks count, as noisy
 * as they may be, since the noise of a block is in both arms.
 * @param blocks with 100 requests of each arm or more, for a p99
 */
export function latencyRatio(
  blocks: readonly Latencies<'service' | 'floor'>[],
  q: number,
  random: Random,
): Ratio {
  const of = (side: 'service' | 'floor') => blocks.map((block) => [quantile(block[side], q)]);
  return ratioOf(of('service'), of('floor'), random);
}
