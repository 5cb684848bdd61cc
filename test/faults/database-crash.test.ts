import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ask,
  type Create,
  createsFor,
  type Door,
  isUnavailable,
  type Try,
  tryOnce,
  tryUntilAcknowledged,
} from '../support/create-load.ts';
import { newUser } from '../support/installation.ts';
import { type LiveClient, liveClients, titles, wait } from '../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../support/own-system.ts';
import { descendantsOf, killPostgres, type Process, stillRunning } from '../support/processes.ts';
import { storedIn } from '../support/stored.ts';

const users = Array.from({ length: 10 }, newUser);
const doors: Door[] = ['direct', 'http'];
const creates = createsFor(users, doors, 400);

let own: OwnSystem;
let bells: LiveClient[];
let environments: Process[];
/** The tries that met the database, whole or broken, and those that were made while it was away. */
let tries: Try[];
let triesWhileAway: Try[];
let retries: Try[];

beforeAll(async () => {
  own = await startOwnSystem({ durable: true });
  bells = await liveClients(own.belfry, users);
  const tryIt = (create: Create) => tryOnce(own.belfry, create);

  // In the middle of the burst, however fast it is: some of it is acknowledged by each door, and some still to come.
  const acknowledged: Door[] = [];
  const isDue = () => acknowledged.length >= 40 && doors.every((door) => acknowledged.includes(door));
  const due = Promise.withResolvers<void>();
  const burst = ask(creates.slice(0, 200), async (create) => {
    const one = await tryIt(create);
    if ('id' in one) acknowledged.push(create.door);
    if (isDue()) due.resolve();
    return one;
  });
  await due.promise;
  environments = descendantsOf(process.pid).filter(({ command }) => command.includes('lambda-bootstrap'));
  killPostgres();
  const underWay = await burst;
  triesWhileAway = await Promise.all(await ask(creates.slice(200, 300), tryIt));
  const [back] = await Promise.all([ask(creates.slice(300), tryIt), own.system.restartDatabase()]);
  tries = await Promise.all([...underWay, ...back]);
  retries = await Promise.all(creates.map((create) => tryUntilAcknowledged(own.belfry, create)));
});

afterAll(async () => {
  for (const { client } of bells ?? []) client.stop();
  await own?.stop();
});

describe('while PostgreSQL is away', () => {
  it('every create over HTTP is answered 503 with Retry-After, and every invocation fails as Unavailable', () => {
    expect(triesWhileAway).toHaveLength(100);
    expect(triesWhileAway.filter((one) => !isUnavailable(one))).toEqual([]);
  });
});

describe('when PostgreSQL was killed during 200 creates a second, and is back', () => {
  it('every create that met it was acknowledged, or refused as for a while', () => {
    expect(tries.filter((one) => !('id' in one || isUnavailable(one)))).toEqual([]);
    expect(tries.filter((one) => 'id' in one).length).toBeGreaterThanOrEqual(40);
  });

  it('nothing that was acknowledged is lost, and nothing that was tried again is doubled', async () => {
    const stored = await storedIn(own.system.databaseUrl);
    expect(stored.map(({ title }) => title).sort()).toEqual(creates.map(({ title }) => title).sort());
    const idOf = new Map(stored.map(({ id, title }) => [title, id]));
    for (const one of [...tries, ...retries])
      if ('id' in one) expect(one.id).toBe(idOf.get(one.create.title));
  });

  it('versions have no holes, and the counts are right', async () => {
    const stored = await storedIn(own.system.databaseUrl);
    for (const user of users) {
      const versions = stored.filter(({ user_id }) => user_id === user).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      const { body } = await own.belfry.as(user).get('/notifications/unread-count');
      expect(body).toEqual({ version: versions.length, unread_count: versions.length });
    }
  });

  it('every function environment that ran before goes on', () => {
    expect(environments.length).toBeGreaterThan(0);
    expect(stillRunning(environments)).toEqual(environments);
  });

  it('every bell shows all of it, in order, with the count, and has announced each once', async () => {
    const stored = await storedIn(own.system.databaseUrl);
    for (const { user, client, rung } of bells) {
      const expected = stored.filter(({ user_id }) => user_id === user).map(({ title }) => title);
      await vi.waitFor(() => expect(client.getSnapshot().unreadCount).toBe(expected.length), wait);
      while (client.getSnapshot().hasMore) await client.loadMore();
      expect(titles(client)).toEqual(expected.toReversed());
      expect(rung.toSorted()).toEqual(expected.toSorted());
    }
  });
});
