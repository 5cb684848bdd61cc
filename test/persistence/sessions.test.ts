import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../../functions/core/errors.ts';
import type { ConnectOptions } from '../../functions/persistence/connection.ts';
import { createDatabase, type Database } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { patience } from '../support/patience.ts';
import { createPostgresProxy } from '../support/postgres-proxy.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const opened: Database[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

/** A role that may read inboxes over so many connections. Each environment of a function has a database of its own. */
async function roleWith(connections: number) {
  const role = `crowded_${randomUUID().replaceAll('-', '')}`;
  await test.query(`CREATE ROLE ${role} LOGIN PASSWORD 'crowded' CONNECTION LIMIT ${connections};
    GRANT SELECT ON inboxes TO ${role}`);
  const url = Object.assign(new URL(test.url), { username: role, password: 'crowded' }).href;
  const environment = (options: ConnectOptions = {}) => {
    const database = createDatabase({ connectionString: url }, options);
    opened.push(database);
    const repository = createNotificationRepository(database, { scopes: [] });
    return { read: (user: string = randomUUID()) => repository.inbox(user) };
  };
  const environments = (count: number, options?: ConnectOptions) =>
    Array.from({ length: count }, () => environment(options));
  const sessions = async () =>
    (
      await test.query<{ label: string }>(
        'SELECT application_name AS label FROM pg_stat_activity WHERE usename = $1',
        [role],
      )
    ).length;
  /** Takes every connection of the role, until the function that it answers is called. */
  const takeAll = async () => {
    const clients = Array.from({ length: connections }, () => new pg.Client(url));
    await Promise.all(clients.map((client) => client.connect()));
    return () => Promise.all(clients.map((client) => client.end()));
  };
  return { url, environment, environments, sessions, takeAll };
}
type Environment = Awaited<ReturnType<typeof roleWith>>['environment'] extends (...args: never[]) => infer E
  ? E
  : never;

/** One request in each environment, all at once. */
const wave = (environments: Environment[]) => Promise.all(environments.map(({ read }) => read()));

const settlesAt = (count: number, sessions: () => Promise<number>) =>
  vi.waitFor(async () => expect(await sessions()).toBe(count), patience);

describe('environments that are more than the connections of their role', () => {
  it('are all answered, in each of three waves', async () => {
    const { environments, sessions } = await roleWith(6);
    const all = environments(30);
    for (let count = 0; count < 3; count += 1) expect(await wave(all)).toHaveLength(30);
    await settlesAt(4, sessions);
  });

  it('keep two thirds of the connections, and use the others for one statement', async () => {
    const { environments, sessions } = await roleWith(9);
    for (const { read } of environments(9)) await read();
    await settlesAt(6, sessions);
  });

  it('wait while others have all connections', async () => {
    const { environments, takeAll } = await roleWith(3);
    const giveBack = await takeAll();
    let pauses = 0;
    // The pauses are real: PostgreSQL also counts sessions that it is about to refuse, so that environments whose pauses are
    // short beside a sign-in can refuse each other for ever.
    const pause = async (durationMs: number) => {
      pauses += 1;
      if (pauses === 40) await giveBack();
      await setTimeout(durationMs);
    };
    expect(await wave(environments(10, { pause }))).toHaveLength(10);
    expect(pauses).toBeGreaterThanOrEqual(40);
  });

  it('are Unavailable after fifteen seconds, and say why', async () => {
    const { environment, takeAll } = await roleWith(1);
    const giveBack = await takeAll();
    let now = 0;
    const pauses: number[] = [];
    const pause = async (durationMs: number) => {
      pauses.push(durationMs);
      now += 1_000;
    };
    const failure = await environment({ clock: () => now, pause })
      .read()
      .catch((error) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.cause).toMatchObject({ code: '53300' });
    expect(pauses).toHaveLength(15);
    await giveBack();
  });

  it('use any number of connections if the role has no limit', async () => {
    const { environments, sessions } = await roleWith(-1);
    for (const { read } of environments(5)) await read();
    await settlesAt(5, sessions);
  });
});

describe('an environment that was refused', () => {
  it('pauses longer after each refusal, and begins the next request with a pause', async () => {
    const { environment, takeAll } = await roleWith(3);
    const giveBack = await takeAll();
    const pauses: number[] = [];
    const pause = async (durationMs: number) => {
      pauses.push(durationMs);
      if (pauses.length === 4) await giveBack();
    };
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { read } = environment({ pause });
    await read();
    expect(pauses).toHaveLength(4);
    expect(pauses[0]).toBeGreaterThanOrEqual(100);
    for (const [index, longer] of pauses.slice(1).entries())
      expect(longer).toBeGreaterThanOrEqual(Math.min(4_000, 2 * (pauses[index] ?? 0)));
    vi.restoreAllMocks();
  });
});

describe('the first statement of a session', () => {
  it('takes one round trip, the comparison with other sessions included', async () => {
    const { url } = await roleWith(3);
    const proxy = await createPostgresProxy(url);
    const database = createDatabase({ connectionString: proxy.url });
    const repository = createNotificationRepository(database, { scopes: [] });
    await repository.inbox(randomUUID());
    expect(proxy.takeRoundTrips()).toBe(1);
    await repository.inbox(randomUUID());
    expect(proxy.takeRoundTrips()).toBe(1);
    await database.close();
    await proxy.close();
  });
});

describe('a user with more requests in flight than others', () => {
  /** Six environments that serve one user alone, by a clock that the test moves. */
  async function crowdOf(user: string, pauses: number[] = []) {
    let now = 0;
    const pause = async (durationMs: number) => {
      pauses.push(durationMs);
    };
    const { environments, sessions, environment } = await roleWith(12);
    const all = environments(6, { clock: () => now, pause });
    const ask = async () => {
      for (const { read } of all) await read(user);
    };
    await ask();
    return { all, ask, sessions, environment, later: () => (now += 1_000) };
  }

  it('keeps all connections that the role may keep, as long as there is no other user', async () => {
    const { ask, later, sessions } = await crowdOf(randomUUID());
    later();
    await ask();
    expect(await sessions()).toBe(6);
  });

  it('keeps three, a second after another user has come', async () => {
    const { ask, later, sessions, environment } = await crowdOf(randomUUID());
    const other = environment();
    await other.read(randomUUID());
    expect(await sessions()).toBe(7);
    later();
    await ask();
    await settlesAt(4, sessions);
  });

  it('then waits in an environment without a connection, where the other user does not', async () => {
    const pauses: number[] = [];
    const [user, other] = [randomUUID(), randomUUID()];
    const { all, ask, later, environment } = await crowdOf(user, pauses);
    await environment().read(other);
    later();
    await ask();
    const [fifth, sixth] = all.slice(4);
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const pausesOf = async (request: Promise<unknown> | undefined) => {
      pauses.length = 0;
      await request;
      return [...pauses];
    };
    expect(await pausesOf(fifth?.read(other))).toEqual([]);
    // Twice as long for each session that the server has not ended yet.
    const pausesOfUser = await pausesOf(sixth?.read(user));
    expect(pausesOfUser).toHaveLength(1);
    expect([2_000, 4_000, 6_000]).toContain(pausesOfUser[0]);
    vi.restoreAllMocks();
  });
});
