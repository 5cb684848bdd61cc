import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ask,
  type Create,
  createsFor,
  isUnavailable,
  type Try,
  tryOnce,
  tryUntilAcknowledged,
} from '../support/create-load.ts';
import { runAsOwner } from '../support/database.ts';
import { newUser } from '../support/installation.ts';
import { type LiveClient, liveClient, titles, wait } from '../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../support/own-system.ts';
import { childrenOf, killAll } from '../support/processes.ts';

const users = Array.from({ length: 10 }, newUser);
const creates = createsFor(users, 700, 'Create');
const environments = () => childrenOf(process.pid).filter(({ command }) => command.includes('lambda-bootstrap'));

let own: OwnSystem;
let bells: LiveClient[];
let environmentsBefore: number[];
/** The tries that met the database, whole or broken, and those that were made while it was away. */
const tries: Try[] = [];
let triesWhileAway: Try[];
let retries: Try[];

const tryIt = (create: Create) => tryOnce(own.belfry, create);

/** Ends the server and each of its processes, as a machine does that fails. */
function killPostgres(): void {
  const servers = childrenOf(process.pid).filter(({ command }) => command.includes('postgres -D'));
  expect(servers).toHaveLength(1);
  killAll(servers.flatMap((server) => [server, ...childrenOf(server.pid)]));
}

beforeAll(async () => {
  own = await startOwnSystem({ durable: true });
  const stopping: (() => void)[] = [];
  bells = await Promise.all(
    users.map((user) => liveClient(own.belfry, user, { onDone: (stop) => stopping.push(stop) })),
  );
  const { stop } = own;
  own.stop = async () => {
    for (const each of stopping) each();
    await stop();
  };

  const underWay = await ask(creates.slice(0, 300), tryIt);
  environmentsBefore = environments().map(({ pid }) => pid);
  killPostgres();
  triesWhileAway = await Promise.all(await ask(creates.slice(300, 500), tryIt));
  const [back] = await Promise.all([ask(creates.slice(500), tryIt), own.system.restartDatabase()]);
  tries.push(...(await Promise.all([...underWay, ...back])));
  retries = await Promise.all(creates.map((create) => tryUntilAcknowledged(own.belfry, create)));
});

afterAll(() => own?.stop());

interface Row {
  id: string;
  user_id: string;
  key: string;
  version: string;
}

const rows = () =>
  runAsOwner<Row>(
    own.system.databaseUrl ?? '',
    'SELECT id, user_id, idempotency_key AS key, version FROM notifications ORDER BY id',
  );

describe('while PostgreSQL is away', () => {
  it('every create over HTTP is answered 503 with Retry-After, and every invocation fails as Unavailable', () => {
    expect(triesWhileAway).toHaveLength(200);
    expect(triesWhileAway.filter((one) => !isUnavailable(one))).toEqual([]);
  });
});

describe('when PostgreSQL was killed during 200 creates a second, and is back', () => {
  it('every create that met it was acknowledged, or refused as for a while', () => {
    expect(tries.filter((one) => !('id' in one || isUnavailable(one)))).toEqual([]);
    expect(tries.some((one) => 'id' in one)).toBe(true);
  });

  it('nothing that was acknowledged is lost, and nothing that was tried again is doubled', async () => {
    const stored = await rows();
    expect(stored.map(({ key }) => key).sort()).toEqual(creates.map(({ key }) => key).sort());
    const idOf = new Map(stored.map(({ id, key }) => [key, Number(id)]));
    for (const one of [...tries, ...retries]) if ('id' in one) expect(one.id).toBe(idOf.get(one.create.key));
  });

  it('versions have no holes, and the counts are right', async () => {
    const stored = await rows();
    for (const user of users) {
      const versions = stored.flatMap(({ user_id, version }) => (user_id === user ? [Number(version)] : []));
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      const { body } = await own.belfry.as(user).get('/notifications/unread-count');
      expect(body).toEqual({ version: versions.length, unread_count: versions.length });
    }
  });

  it('every function environment goes on that ran before', () => {
    const now = environments().map(({ pid }) => pid);
    expect(environmentsBefore.filter((pid) => !now.includes(pid))).toEqual([]);
  });

  it('every bell shows all of it, once, with the count, and has announced each once', async () => {
    const stored = await rows();
    for (const [index, { client, rung }] of bells.entries()) {
      const keys = stored.filter(({ user_id }) => user_id === users[index]).map(({ key }) => key);
      await vi.waitFor(() => expect(client.getSnapshot().unreadCount).toBe(keys.length), wait);
      while (client.getSnapshot().hasMore) await client.loadMore();
      expect(titles(client)).toEqual(keys.toReversed());
      expect(rung.toSorted()).toEqual(keys.toSorted());
    }
  });
});
