import { randomUUID } from 'node:crypto';
import { freePort } from '../../local/http-server.ts';
import { machineNow } from '../method/open-loop.ts';
import { startArm, startEnvironments } from '../stage/arm.ts';
import { type BenchDatabase, startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { startListeners } from '../stage/listeners.ts';
import { bundleOf, floorOf } from '../stage/modules.ts';
import { startServices } from '../stage/services.ts';
import { type BenchContext, stopAtEnd } from './bench.ts';
import { connectionsFor } from './commands.ts';

export type LiveSide = 'service' | 'floor';

/** What has become of some creates. */
export interface Delivered {
  /** From when its create was due, in milliseconds. A frame that has not come counts until the wait for it ended. */
  latencies: number[];
  /** How many frames have not come. */
  missing: number;
}

/** A system with one open socket for each of its users. */
export interface LiveSystem {
  users: string[];
  /** Answers an event: the floor gets create commands with `user_ids`, the function any event of Lambda. */
  serve(event: object): Promise<unknown>;
  /**
   * Resolves when all frames of these creates have come, or no more is to be expected. Call it when they are answered.
   * @param dueAt when each create was due, by its number
   * @param recipients of each create
   */
  delivered(dueAt: ReadonlyMap<number, number>, recipients: number): Promise<Delivered>;
}

/** A frame is sent before its create is answered. So it is late only if a process waits for the processor. */
const withinMs = 5_000;

/**
 * Starts two systems on one database server, each with users and sockets of its own: the create function, whose posts go to
 * a gateway that holds the sockets, and a bare server that holds them itself. All sockets of a system are in one process.
 * @param environments of the function, the most that run at once
 */
export async function startLive(
  context: BenchContext,
  { sockets, environments }: { sockets: number; environments: number },
): Promise<Record<LiveSide, LiveSystem>> {
  const { say } = context;
  say('building the functions, and starting a database');
  const database = stopAtEnd(context, await startDatabase({ rows: 0, largeInbox: 0 }, { say }));
  say(`opening ${sockets} sockets of each system`);
  const newUsers = () => Array.from({ length: sockets }, () => randomUUID());
  return {
    service: await startService(context, database, newUsers(), environments),
    floor: await startFloor(context, database, newUsers()),
  };
}

async function startService(
  context: BenchContext,
  database: BenchDatabase,
  users: string[],
  environments: number,
): Promise<LiveSystem> {
  const services = stopAtEnd(context, await startServices('gateway'));
  const bundle = await bundleOf('create-notification');
  const environment = environmentOf({ ...services, databaseUrl: database.urlOf('writer') });
  const arm = stopAtEnd(
    context,
    await startEnvironments('create function', bundle, environment, environments),
  );
  const connections = connectionsFor(users, 1);
  await services.register(connections);
  const urls = connections.map(({ connection_id }) => `${services.socketUrl}${connection_id}`);
  return { users, serve: (event) => arm.serve([event]), delivered: await listen(context, urls) };
}

async function startFloor(
  context: BenchContext,
  database: BenchDatabase,
  users: string[],
): Promise<LiveSystem> {
  const port = await freePort();
  const environment = { ...environmentOf({ databaseUrl: database.urlOf('writer') }), PORT: String(port) };
  const arm = stopAtEnd(
    context,
    await startArm('floor', floorOf('sockets'), environment, { isServer: true }),
  );
  const urls = users.map((user_id) => `ws://127.0.0.1:${port}/${user_id}`);
  return { users, serve: (event) => arm.serve([event]), delivered: await listen(context, urls) };
}

async function listen(context: BenchContext, urls: string[]): Promise<LiveSystem['delivered']> {
  const listeners = stopAtEnd(context, await startListeners());
  await listeners.open(urls);
  return async (dueAt, recipients) => {
    const frames = dueAt.size * recipients;
    const receipts = await listeners.collect({ from: Math.min(...dueAt.keys()), frames, withinMs });
    const endedAt = machineNow();
    const arrivals = Map.groupBy(receipts, ({ number }) => number);
    const latencies = [...dueAt].flatMap(([number, due]) => {
      const own = arrivals.get(number) ?? [];
      return Array.from({ length: recipients }, (_, index) => (own[index]?.at ?? endedAt) - due);
    });
    return { latencies, missing: frames - receipts.length };
  };
}
