import { type Random, shuffled } from '../../test/support/random.ts';

/** One round over all arms: the samples of each arm, in the order in which they were taken. */
export type Block<Arm extends string, Sample> = Record<Arm, Sample[]>;

/** How long to go on. */
export interface Extent {
  /** Fewer blocks are no basis for an interval. */
  leastBlocks: number;
  /** After this time no block begins, if there are enough. */
  forMs: number;
}

/**
 * Does something again and again until there is enough of it, and returns all results.
 *
 * @param now milliseconds
 * @param onBlock is told how much is done, from 0 to 1
 */
export async function repeatedly<Result>(
  run: () => Promise<Result>,
  {
    extent,
    now = () => performance.now(),
    onBlock = () => {},
  }: { extent: Extent; now?: () => number; onBlock?: (done: number) => void },
): Promise<Result[]> {
  const begunAt = now();
  const results: Result[] = [];
  for (;;) {
    const timePart = extent.forMs > 0 ? (now() - begunAt) / extent.forMs : 1;
    const done = Math.min(results.length / extent.leastBlocks, timePart, 1);
    onBlock(done);
    if (done === 1) return results;
    results.push(await run());
  }
}

/**
 * Takes samples of all arms by turns, in blocks. Within a block the arms run in an order by chance, and then in the mirrored
 * order (A B B A). So each arm has two samples whose middle is the same moment, and load that grows or shrinks steadily
 * hits all arms alike.
 *
 * @param run takes one sample of an arm
 * @param options as of `repeatedly`
 */
export function inBlocks<Arm extends string, Sample>(
  arms: readonly Arm[],
  run: (arm: Arm) => Promise<Sample>,
  { random, ...options }: { random: Random } & Parameters<typeof repeatedly>[1],
): Promise<Block<Arm, Sample>[]> {
  return repeatedly(() => takeBlock(arms, run, random), options);
}

/** Takes two samples of each arm. */
export async function takeBlock<Arm extends string, Sample>(
  arms: readonly Arm[],
  run: (arm: Arm) => Promise<Sample>,
  random: Random,
): Promise<Block<Arm, Sample>> {
  const order = shuffled(arms, random);
  const samples = new Map<Arm, Sample[]>(arms.map((arm) => [arm, []]));
  for (const arm of [...order, ...order.toReversed()]) samples.get(arm)?.push(await run(arm));
  return Object.fromEntries(samples) as Block<Arm, Sample>;
}
