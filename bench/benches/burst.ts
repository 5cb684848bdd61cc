import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { DatabaseRole } from '../../functions/core/deployment.ts';
import { type Extent, inBlocks, repeatedly } from '../method/blocks.ts';
import { latencyRatio } from '../method/latency-ratio.ts';
import { openLoop } from '../method/open-loop.ts';
import { ratioOf } from '../method/ratio.ts';
import { median } from '../method/statistics.ts';
import { type Arm, startArm } from '../stage/arm.ts';
import { type BenchDatabase, startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { readerOf } from '../stage/events.ts';
import { bundleOf, crowdArm } from '../stage/modules.ts';
import { type Bench, type BenchContext, type Measurement, stopAtEnd } from './bench.ts';
import { inMilliseconds, percent } from './figures.ts';

/** How many are in flight, each in an environment of its own. */
const requests = 150;

/** What the other user asks for in one slice. */
const slice = { requests: 40, perSecond: 20 };

/** A slice makes so many blocks, since a quick run has one flood. */
const partsOfSlice = 4;

/** How long the other user asks beside a flood before it counts. By then the environments of the flood have seen it. */
const settlesAfterS = 2;

/** How many environments start at the same time. If all of them did, none would be ready for minutes. */
const startedAtOnce = 4;

/** How often one request alone is measured for each wave. */
const alonePerWave = 5;

/** `nothing` is a wave to a function that does nothing, `alone` one request that has to connect, on an idle database. */
type Kind = 'service' | 'nothing' | 'alone';

type Stage = Awaited<ReturnType<typeof startStage>>;

/** More requests at once than there are connections to the database. */
export const burst: Bench = {
  about: '150 requests at once for 30 connections, and another user beside 150 requests of one user',
  async run(context) {
    const stage = await startStage(context);
    const { isQuick, extentOf } = context;
    // A flood takes as long as its last request waits. The bench fails if one of them is refused.
    const floods = { leastBlocks: isQuick ? 1 : 6, forMs: 0 };
    const waves = isQuick ? { leastBlocks: 3, forMs: 0 } : extentOf(2);
    return [await besideFlood(stage, floods, context), ...(await inWaves(stage, waves, context))];
  },
};

async function startStage(context: BenchContext) {
  const { say } = context;
  say('building the functions, and starting a database');
  const database = stopAtEnd(context, await startDatabase({ rows: 0, largeInbox: 0 }, { say }));
  const bundle = await bundleOf('read-notifications');
  const variables = environmentOf({ databaseUrl: database.urlOf('reader') });
  const other = stopAtEnd(context, await startArm('environment of another user', bundle, variables));
  // Of a role that has no other connections.
  const writer = environmentOf({ databaseUrl: database.urlOf('writer') });
  const alone = stopAtEnd(context, await startArm('environment alone', bundle, writer));
  const crowd = await startCrowd(context, { ...variables, CROWD_BUNDLE: bundle });
  const [role] = await database.query<{ connections: number }>(
    "SELECT rolconnlimit AS connections FROM pg_roles WHERE rolname LIKE '%_reader'",
  );
  return { database, other, alone, crowd, connections: role?.connections ?? Number.NaN };
}

/** Environments that have served a request each. */
async function startCrowd(
  context: BenchContext,
  variables: Readonly<Record<string, string>>,
): Promise<Arm[]> {
  const crowd: Arm[] = [];
  let started = 0;
  const startSome = async () => {
    while (started < requests) {
      started += 1;
      context.say(`starting environment ${started} of ${requests}`);
      const arm = stopAtEnd(context, await startArm('crowd', crowdArm, variables));
      await arm.serve([anyList(), null]);
      crowd.push(arm);
    }
  };
  await Promise.all(Array.from({ length: startedAtOnce }, startSome));
  return crowd;
}

/** The latency of another user while one user has all environments of the crowd at work, against before. */
async function besideFlood({ database, other, crowd }: Stage, extent: Extent, context: BenchContext) {
  const otherUser = readerOf(randomUUID());
  const ask = () => other.serve([otherUser.list()]);
  // The oldest session is kept, so the other user has one before the crowd has any.
  await endSessions(database, 'reader');
  for (let index = 0; index < 100; index += 1) await ask();

  async function takeFlood() {
    const floor = await openLoop(slice, ask);
    const user = readerOf(randomUUID());
    let isOver = false;
    const ended = Promise.all(
      crowd.map(async (arm) => {
        while (!isOver) await arm.serve([user.list()]);
      }),
    );
    const all = { ...slice, requests: slice.requests + settlesAfterS * slice.perSecond };
    const during = openLoop(all, ask).finally(() => {
      isOver = true;
    });
    const [latencies] = await Promise.all([during, ended]);
    return { service: latencies.slice(-slice.requests), floor };
  }
  const floods = await repeatedly(takeFlood, {
    extent,
    onBlock: (done) => context.say(`another user: ${percent(done)}`),
  });
  const size = slice.requests / partsOfSlice;
  const blocks = floods.flatMap(({ service, floor }) =>
    Array.from({ length: partsOfSlice }, (_, part) => ({
      service: service.slice(part * size, (part + 1) * size),
      floor: floor.slice(part * size, (part + 1) * size),
    })),
  );
  return { budget: 'burst.other', ...inMilliseconds(latencyRatio(blocks, 0.5, context.random)) } as const;
}

/** Ends the sessions of a role. Its environments have no connection then. */
const endSessions = (database: BenchDatabase, role: DatabaseRole) =>
  database.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename LIKE $1', [
    `%_${role}`,
  ]);

async function inWaves(
  { database, alone, crowd, connections }: Stage,
  extent: Extent,
  { random, say }: BenchContext,
): Promise<Measurement[]> {
  const wave = (eventOf: () => object | null) =>
    timeOf(() => Promise.all(crowd.map((arm) => arm.serve([eventOf()]))));

  /** One request in an environment without a connection. */
  async function connectAndAsk(): Promise<number> {
    await endSessions(database, 'writer');
    return timeOf(() => alone.serve([anyList()]));
  }
  const samples: Record<Kind, () => Promise<number>> = {
    service: () => wave(anyList),
    nothing: () => wave(() => null),
    async alone() {
      const times: number[] = [];
      for (let index = 0; index < alonePerWave; index += 1) times.push(await connectAndAsk());
      return median(times);
    },
  };
  const arms = ['service', 'nothing', 'alone'] as const;
  say('warming up');
  for (const arm of arms) await samples[arm]();
  const blocks = await inBlocks(arms, (arm) => samples[arm](), {
    extent,
    random,
    onBlock: (done) => say(`waves: ${percent(done)}`),
  });
  const own = blocks.map(({ service, nothing }) => [sum(service) / 2 - sum(nothing) / 2]);
  const by = (servers: number) => {
    const least = blocks.map(({ alone }) => alone.map((ms) => (requests * ms) / servers));
    return inMilliseconds(ratioOf(own, least, random));
  };
  return [
    { budget: 'burst.wave', ...by(connections) },
    { budget: 'burst.cores', ...by(Math.min(availableParallelism(), connections)) },
  ];
}

const anyList = () => readerOf(randomUUID()).list();

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  await work();
  return performance.now() - begunAt;
}

const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);
