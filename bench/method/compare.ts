import type { Random } from '../../test/support/random.ts';
import type { Arm } from '../stage/arm.ts';
import { type Extent, repeatedly, takeBlock } from './blocks.ts';
import { interleavedLoop } from './interleaved-loop.ts';
import { latencyRatio } from './latency-ratio.ts';
import { type Ratio, ratioOf } from './ratio.ts';

/** One of the two arms of a comparison. */
export interface ComparedArm {
  arm: Arm;
  /** The next event for its handler. */
  nextEvent: () => unknown;
  /** The CPU time that its database sessions have used so far, in microseconds, where it is asked for. */
  databaseCpu?: () => Promise<number | undefined>;
}

/** How a comparison runs. */
export interface Run {
  extent: Extent;
  random: Random;
  /** Is told how much is done, from 0 to 1. */
  onProgress: (done: number) => void;
}

/** How much one block asks of each arm. */
export interface Load {
  /** Requests one after the other, whose CPU time is counted. Each arm gets so many twice. */
  closed: number;
  /** Requests at fixed times, whose latency is counted. An even number. */
  open: number;
  /** How many of them in a second. The machine must be idle for most of it. */
  perSecond: number;
  /** Requests before anything is counted, so that the code is compiled and caches are warm. */
  warmUp: number;
}

interface Sample {
  cpuUs: number;
  databaseCpuUs: number | undefined;
}

type Side = 'service' | 'floor';

/** What came out. CPU is in microseconds for each request, latency in milliseconds. */
export interface Comparison {
  cpu: Ratio;
  p50: Ratio;
  p99: Ratio;
  /** Undefined if it was not asked for, or if the system does not tell. */
  databaseCpu: Ratio | undefined;
}

/** Compares two handlers: the CPU time of their processes, by turns, and their latency, request by request. */
export async function compare(
  sides: Record<Side, ComparedArm>,
  load: Load,
  { extent, random, onProgress }: Run,
): Promise<Comparison> {
  for (const { arm, nextEvent } of Object.values(sides)) await arm.serve(eventsOf(nextEvent, load.warmUp));
  const names: Side[] = ['service', 'floor'];
  const sendTo = (side: Side) => sides[side].arm.serve([sides[side].nextEvent()]);
  const results = await repeatedly(
    async () => ({
      block: await takeBlock(names, (side) => takeSample(sides[side], load), random),
      latencies: await interleavedLoop(
        names,
        { requests: load.open, perSecond: load.perSecond },
        sendTo,
        random,
      ),
    }),
    { extent, onBlock: onProgress },
  );
  const blocks = results.map(({ block }) => block);
  const latencies = results.map((result) => result.latencies);
  const ratio = (figure: (sample: Sample) => number) =>
    ratioOf(
      blocks.map(({ service }) => service.map(figure)),
      blocks.map(({ floor }) => floor.map(figure)),
      random,
    );
  const isDatabaseKnown = blocks.every((block) =>
    [...block.service, ...block.floor].every(({ databaseCpuUs }) => databaseCpuUs !== undefined),
  );
  return {
    cpu: ratio(({ cpuUs }) => cpuUs),
    p50: latencyRatio(latencies, 0.5, random),
    p99: latencyRatio(latencies, 0.99, random),
    databaseCpu: isDatabaseKnown ? ratio(({ databaseCpuUs = 0 }) => databaseCpuUs) : undefined,
  };
}

async function takeSample({ arm, nextEvent, databaseCpu }: ComparedArm, load: Load): Promise<Sample> {
  const before = await databaseCpu?.();
  const { cpuUs } = await arm.serve(eventsOf(nextEvent, load.closed));
  const after = await databaseCpu?.();
  const databaseCpuUs =
    before === undefined || after === undefined ? undefined : (after - before) / load.closed;
  return { cpuUs: cpuUs / load.closed, databaseCpuUs };
}

const eventsOf = (next: () => unknown, count: number) => Array.from({ length: count }, next);
