import { type Random, shuffled } from '../../test/support/random.ts';
import { type LoadClock, machineClock, openLoop } from './open-loop.ts';

/** The latencies of each arm, in milliseconds, in the order of the requests. */
export type Latencies<Arm extends string> = Record<Arm, number[]>;

/** How many requests each arm gets, an even number, and how many of them in a second. */
export interface ArmLoad {
  requests: number;
  perSecond: number;
}

/**
 * An open loop over several arms whose requests take turns, in an order by chance and then in the mirrored one (A B B A).
 * So requests that follow each other belong to different arms, and whatever else the machine does, for as short as it may
 * be, slows all arms down alike.
 *
 * The arms run beside each other, so the load must leave the machine idle for most of the time. A request that still runs
 * when the next one is due slows down the other arm, which brings the ratio closer to 1.
 *
 * @param send gets the arm, and when the request was due
 */
export async function interleavedLoop<Arm extends string>(
  arms: readonly Arm[],
  { requests, perSecond }: ArmLoad,
  send: (arm: Arm, dueAt: number) => Promise<unknown>,
  random: Random,
  clock: LoadClock = machineClock,
): Promise<Latencies<Arm>> {
  const turns = Array.from({ length: requests / 2 }, () => shuffled(arms, random));
  const order = turns.flatMap((turn) => [...turn, ...turn.toReversed()]);
  const sendNext = async (index: number, dueAt: number) => {
    const arm = order[index];
    if (arm !== undefined) await send(arm, dueAt);
  };
  const load = { requests: order.length, perSecond: perSecond * arms.length };
  const all = await openLoop(load, sendNext, clock);
  const of = (arm: Arm) => all.filter((_, index) => order[index] === arm);
  return Object.fromEntries(arms.map((arm) => [arm, of(arm)])) as Latencies<Arm>;
}
