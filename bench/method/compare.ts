import type { Random } from '../../test/support/random.ts';
import type { Arm } from '../stage/arm.ts';
import { type Extent, inBlocks } from './blocks.ts';
import { openLoop } from './open-loop.ts';
import { type Ratio, ratioOf } from './ratio.ts';
import { quantile } from './statistics.ts';

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

/** How much one sample asks for. */
export interface Load {
  /** Requests one after the other, whose CPU time is counted. */
  closed: number;
  /** Requests at fixed times, whose latency is counted. */
  open: number;
  perSecond: number;
  /** Requests before anything is counted, so that the code is compiled and caches are warm. */
  warmUp: number;
}

interface Sample {
  cpuUs: number;
  databaseCpuUs: number | undefined;
  latencies: number[];
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

/** Compares two handlers: the CPU time of their processes, and their latency. */
export async function compare(
  sides: Record<Side, ComparedArm>,
  load: Load,
  { extent, random, onProgress }: Run,
): Promise<Comparison> {
  for (const { arm, nextEvent } of Object.values(sides)) await arm.serve(eventsOf(nextEvent, load.warmUp));
  const names: Side[] = ['service', 'floor'];
  const blocks = await inBlocks(names, (side) => takeSample(sides[side], load), {
    extent,
    random,
    onBlock: onProgress,
  });
  const ratio = (figures: (samples: Sample[]) => number[]) =>
    ratioOf(
      blocks.map((block) => figures(block.service)),
      blocks.map((block) => figures(block.floor)),
      random,
    );
  // The latencies of both samples together: half as many would be too few for a p99.
  const latency = (q: number) => (samples: Sample[]) => [
    quantile(
      samples.flatMap(({ latencies }) => latencies),
      q,
    ),
  ];
  const isDatabaseKnown = blocks.every((block) =>
    [...block.service, ...block.floor].every(({ databaseCpuUs }) => databaseCpuUs !== undefined),
  );
  return {
    cpu: ratio((samples) => samples.map(({ cpuUs }) => cpuUs)),
    p50: ratio(latency(0.5)),
    p99: ratio(latency(0.99)),
    databaseCpu: isDatabaseKnown
      ? ratio((samples) => samples.map(({ databaseCpuUs = 0 }) => databaseCpuUs))
      : undefined,
  };
}

async function takeSample({ arm, nextEvent, databaseCpu }: ComparedArm, load: Load): Promise<Sample> {
  const before = await databaseCpu?.();
  const { cpuUs } = await arm.serve(eventsOf(nextEvent, load.closed));
  const after = await databaseCpu?.();
  const latencies = await openLoop({ requests: load.open, perSecond: load.perSecond }, () =>
    arm.serve([nextEvent()]),
  );
  const databaseCpuUs =
    before === undefined || after === undefined ? undefined : (after - before) / load.closed;
  return { cpuUs: cpuUs / load.closed, databaseCpuUs, latencies };
}

const eventsOf = (next: () => unknown, count: number) => Array.from({ length: count }, next);
