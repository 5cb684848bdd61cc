import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../../functions/core/errors.ts';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { ConnectOptions, DatabaseConnection } from '../../functions/persistence/connection.ts';
import { createDatabase, type Database } from '../../functions/persistence/database.ts';
import { driverQuery } from '../../functions/persistence/driver-query.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { contentOf, inboxOf, ruleOf, wholeInbox } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { patience } from '../support/patience.ts';
import { createPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';

const content = contentOf();
const feed = {
  limit: 20,
  before_position: null,
  statuses: ['unread', 'read'],
  scope: null,
  types: [],
} as const;
const pid = sql`SELECT pg_backend_pid() AS pid`;

let test: TestDatabase;
let proxy: PostgresProxy;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const opened: Database[] = [];
function open(connection: DatabaseConnection, options?: ConnectOptions) {
  const database = createDatabase(connection, options);
  opened.push(database);
  return { database, repository: createNotificationRepository(database, { scopes: [] }) };
}
beforeEach(async () => {
  proxy = await createPostgresProxy(test.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await proxy.close();
});

const pidOf = async (database: Database) => (await database.execute<{ pid: number }>(pid))[0]?.pid;

/** Ends a session on the server, and waits until it is gone. */
const terminate = (backend: unknown) => test.query('SELECT pg_terminate_backend($1, 10000)', [backend]);

/** The sessions that wait for a lock, as soon as there are so many. */
const waitingForLock = (count = 1) =>
  vi.waitFor(
    async () => {
      const rows = await test.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(count);
      return rows.map(({ pid }) => pid);
    },
    { ...patience, interval: 20 },
  );

const terminateWaiting = async () => {
  for (const backend of await waitingForLock()) await terminate(backend);
};

/** Makes an inbox and holds the lock on it until the function that it answers is called. */
async function lockedInbox() {
  const user_id = randomUUID();
  const holder = createDatabase(test.connection);
  const [first] = await createNotificationRepository(holder, { scopes: [] }).create(
    content,
    ruleOf(),
    [user_id],
    null,
  );
  await holder.execute(sql`BEGIN`);
  await holder.execute(sql`SELECT FROM inboxes WHERE user_id = ${user_id} FOR UPDATE`);
  const release = async () => {
    await holder.execute(sql`COMMIT`);
    await holder.close();
  };
  return { user_id, id: first?.notification?.id ?? 0, release };
}

describe('a database', () => {
  it('keeps one connection, through errors too', async () => {
    const { database } = open(test.connection);
    const first = await pidOf(database);
    await expect(database.execute(sql`SELECT 1 / 0`)).rejects.toMatchObject({ code: '22012' });
    expect(await pidOf(database)).toBe(first);
  });

  it('runs what it is asked for at once one after the other, on that connection', async () => {
    const { database } = open(test.connection);
    const pids = await Promise.all(Array.from({ length: 10 }, () => pidOf(database)));
    expect(new Set(pids).size).toBe(1);
  });

  it('quotes neither the statement nor its parameters in an error', async () => {
    const { database } = open(test.connection);
    const failure = await database
      .execute(sql`SELECT ${'secret'}::text FROM nowhere`)
      .catch((error) => error);
    expect(`${failure.message} ${failure.stack}`).not.toMatch(/secret|SELECT/);
    expect(failure.message).toMatch(/"nowhere" does not exist/);
  });

  it('closes a connection that was idle for 45 seconds, before the server does', async () => {
    let now = Date.now();
    const { database } = open(test.connection, { clock: () => now });
    const first = await pidOf(database);
    now += 45_000;
    expect(await pidOf(database)).toBe(first);
    now += 45_001;
    const second = await pidOf(database);
    expect(second).not.toBe(first);
    expect(await pidOf(database)).toBe(second);
    await vi.waitFor(async () => {
      expect(await test.query('SELECT FROM pg_stat_activity WHERE pid = $1', [first])).toEqual([]);
    }, patience);
  });

  it('does not send what has waited for fifteen seconds for the statements before it', async () => {
    let now = Date.now();
    const { database, repository } = open(test.connection, { clock: () => now });
    const { user_id, id, release } = await lockedInbox();
    const marking = repository.mark(user_id, id, 'read');
    await waitingForLock();
    const other = randomUUID();
    const late = repository.create(content, ruleOf(), [other], null).catch((error) => error);
    now += 15_001;
    await release();
    expect(await marking).toMatchObject({ changed: true });
    expect(await late).toBeInstanceOf(Unavailable);
    expect(await repository.inbox(other)).toEqual(inboxOf(other, 0, 0));
    expect(await pidOf(database)).toBeDefined();
  });

  it('connects anew after it was closed', async () => {
    const { database } = open(test.connection);
    await pidOf(database);
    await database.close();
    expect(await pidOf(database)).toBeDefined();
  });
});

describe('a statement', () => {
  const prepared = sql`SELECT statement, generic_plans + custom_plans AS runs FROM pg_prepared_statements`;
  const preparedBy = (database: Database) => database.execute<{ statement: string; runs: string }>(prepared);

  it('is parsed once for each connection', async () => {
    const { repository, database } = open(test.connection);
    for (let run = 0; run < 3; run += 1) await repository.inbox(randomUUID());
    expect(await preparedBy(database)).toEqual([
      { statement: expect.stringContaining('FROM inboxes i WHERE i.user_id = $1'), runs: '3' },
      { statement: expect.stringContaining('pg_prepared_statements'), runs: expect.any(String) },
    ]);
  });

  it('has no name if the connection string says so', async () => {
    const url = new URL(test.url);
    url.searchParams.set('prepared_statements', 'false');
    const { repository, database } = open({ connectionString: url.href });
    await repository.inbox(randomUUID());
    expect(await preparedBy(database)).toEqual([]);
  });

  it('that a migration gave another result runs on a new connection, and keeps its name', async () => {
    await test.query('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
    const { database } = open(test.connection);
    const everything = sql`SELECT * FROM changing`;
    expect(await database.execute(everything)).toEqual([{ a: 1 }]);
    const first = await pidOf(database);
    await test.query('ALTER TABLE changing ADD b int NOT NULL DEFAULT 2');
    expect(await database.execute(everything)).toEqual([{ a: 1, b: 2 }]);
    expect(await pidOf(database)).not.toBe(first);
    expect((await preparedBy(database)).map(({ statement }) => statement)).toContain(
      'SELECT * FROM changing',
    );
  });

  it('that changes something is carried out once if its session does not know it any more', async () => {
    const { database, repository } = open({ connectionString: proxy.url });
    const user_id = randomUUID();
    await repository.create(content, ruleOf(), [user_id], null);
    await database.execute(sql`DEALLOCATE ALL`);
    proxy.takeRoundTrips();
    await repository.create(content, ruleOf(), [user_id], null);
    expect(proxy.takeRoundTrips()).toBe(2);
    await repository.create(content, ruleOf(), [user_id], null);
    expect(proxy.takeRoundTrips()).toBe(1);
    expect(await repository.inbox(user_id)).toMatchObject({ version: 3, unread_count: 3 });
  });

  it('runs if another client of a pooler has prepared it in the same session', async () => {
    const { database } = open(test.connection);
    const { name = '', text } = driverQuery(sql`SELECT 1 AS one`, true);
    await database.execute(sql.raw(`PREPARE ${name} AS ${text}`));
    expect(await database.execute(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  });
});

describe('a connection lost between two statements', () => {
  it.each(['ended by the server', 'cut'] as const)(
    'and %s, is replaced before anything is sent',
    async (how) => {
      const { database, repository } = open({ connectionString: proxy.url });
      const user_id = randomUUID();
      const [stored] = await repository.create(content, ruleOf(), [user_id], null);
      const first = await pidOf(database);
      if (how === 'cut') await proxy.cut();
      else await terminate(first);
      // Not repeatable: it would be Unavailable, had it been sent over the lost connection.
      const marked = await repository.mark(user_id, stored?.notification?.id ?? 0, 'read');
      expect(marked).toMatchObject({ changed: true, inbox: { version: 2 } });
      expect(await pidOf(database)).not.toBe(first);
    },
  );
});

describe('a connection lost under a statement', () => {
  it.each(['ended by the server', 'cut'] as const)('and %s, leaves a mark Unavailable', async (how) => {
    const { repository } = open({ connectionString: proxy.url });
    const { user_id, id, release } = await lockedInbox();
    const marking = repository.mark(user_id, id, 'read').catch((error) => error);
    if (how === 'cut') await waitingForLock().then(() => proxy.cut());
    else await terminateWaiting();
    expect(await marking).toBeInstanceOf(Unavailable);
    await release();
    expect(await repository.find(user_id, id)).toBeDefined();
  });

  it.each<[string, string | null, object]>([
    ['with a key is repeated', 'key', [{ created: true, inbox: { version: 2 } }]],
    ['without a key is Unavailable', null, { name: 'Unavailable' }],
  ])('and ended by the server: a create %s', async (_, key, expected) => {
    const { repository } = open(test.connection);
    const { user_id, release } = await lockedInbox();
    const creating = repository.create(content, ruleOf(), [user_id], key).catch((error) => error);
    await terminateWaiting();
    await release();
    expect(await creating).toMatchObject(expected);
  });

  it('makes no second notification of a create that was carried out after all', async () => {
    const { repository } = open({ connectionString: proxy.url });
    const { user_id, release } = await lockedInbox();
    const creating = repository.create(content, ruleOf(), [user_id], 'key');
    await waitingForLock();
    await proxy.cut();
    // The first try, which the server is still at, and its repetition.
    await waitingForLock(2);
    await release();
    expect(await creating).toMatchObject([{ created: false }]);
    expect(await repository.inbox(user_id)).toEqual(inboxOf(user_id, 2, 2));
  });

  it('repeats a read', async () => {
    const { database } = open({ connectionString: proxy.url });
    const { user_id, release } = await lockedInbox();
    const reading = database.execute(sql`SELECT user_id FROM inboxes WHERE user_id = ${user_id} FOR UPDATE`, {
      repeatable: true,
    });
    await waitingForLock();
    await proxy.cut();
    await release();
    expect(await reading).toEqual([{ user_id }]);
  });

  it('does not keep those behind it from running', async () => {
    const { repository } = open(test.connection);
    const { user_id, id, release } = await lockedInbox();
    const marking = repository.mark(user_id, id, 'read').catch((error) => error);
    const other = randomUUID();
    const creating = repository.create(content, ruleOf(), [other], null);
    await terminateWaiting();
    expect(await marking).toBeInstanceOf(Unavailable);
    expect(await creating).toMatchObject([{ created: true }]);
    await release();
  });
});

describe('a statement that meets another transaction', () => {
  const openWith = (setting: string) => {
    const url = new URL(test.url);
    url.searchParams.set('options', `-c ${setting}`);
    return open({ connectionString: url.href });
  };

  /** A transaction of another application. PostgreSQL never chooses it as the victim of a deadlock in these tests. */
  async function beginForeign() {
    const client = new pg.Client(test.url);
    await client.connect();
    await client.query(`SET deadlock_timeout = '1h'; BEGIN`);
    const commit = async () => {
      await client.query('COMMIT');
      await client.end();
    };
    return { query: (text: string) => client.query(text), commit };
  }

  /** Two inboxes with a notification in each, in the order in which Belfry locks them. */
  async function fill() {
    const [user_id = '', other = ''] = [randomUUID(), randomUUID()].toSorted();
    const stored = await open(test.connection).repository.create(content, ruleOf(), [user_id, other], null);
    return { user_id, other, id: stored[0]?.notification?.id ?? 0 };
  }
  type Filled = Awaited<ReturnType<typeof fill>>;

  const lockOf = (user: string) => `SELECT FROM inboxes WHERE user_id = '${user}' FOR UPDATE`;
  const locks = {
    /** Those of the other inbox, then of the first. */
    inboxes: ({ user_id, other }: Filled) => [lockOf(other), lockOf(user_id)],
    /** Those of the notifications, then of their inbox. */
    rows: ({ user_id }: Filled) => [
      `SELECT FROM notifications WHERE user_id = '${user_id}' FOR UPDATE`,
      lockOf(user_id),
    ],
    tables: () => ['LOCK TABLE notifications', 'LOCK TABLE inboxes'],
  };
  const createdBoth = Array.from({ length: 2 }, () => ({ created: true, inbox: { version: 2 } }));

  const uses: [
    string,
    keyof typeof locks,
    (repository: NotificationRepository, filled: Filled) => Promise<unknown>,
    object,
  ][] = [
    [
      'a create',
      'inboxes',
      (it, { user_id, other }) => it.create(content, ruleOf(), [user_id, other], null),
      createdBoth,
    ],
    [
      'a create with a key',
      'inboxes',
      (it, { user_id, other }) => it.create(content, ruleOf(), [user_id, other], 'k'),
      createdBoth,
    ],
    [
      'a mark',
      'rows',
      (it, { user_id, id }) => it.mark(user_id, id, 'read'),
      { changed: true, inbox: { version: 2 } },
    ],
    [
      'a read-all',
      'rows',
      (it, { user_id }) => it.readAll(user_id, wholeInbox),
      { updated: 1, inbox: { version: 2 } },
    ],
    ['a page', 'tables', (it, { user_id }) => it.list(user_id, feed), { version: 1, notifications: [{}] }],
    [
      'the changes',
      'tables',
      (it, { user_id }) => it.changes(user_id, 0),
      { version: 1, notifications: [{}] },
    ],
  ];

  it.each(uses)('in a deadlock is sent again, on the same connection: %s', async (_, lock, use, answer) => {
    const filled = await fill();
    const { database, repository } = openWith('deadlock_timeout=200ms');
    const backend = await pidOf(database);
    const [first = '', second = ''] = locks[lock](filled);
    // PostgreSQL looks for a deadlock once, some time after a session has begun to wait. So the session of Belfry must be
    // the last one to wait: it stands in the queue for the second lock, before the foreign one, until the holder commits.
    const [holder, foreign] = [await beginForeign(), await beginForeign()];
    await holder.query(second);
    await foreign.query(first);
    const using = use(repository, filled);
    await waitingForLock(1);
    const locking = foreign.query(second);
    await waitingForLock(2);
    await holder.commit();
    // It gets this lock only if PostgreSQL rolls the statement of Belfry back.
    await locking;
    await foreign.commit();
    expect(await using).toMatchObject(answer);
    expect(await pidOf(database)).toBe(backend);
  });

  it('in a serialization failure is sent again', async () => {
    const { user_id } = await fill();
    const { repository } = openWith('default_transaction_isolation=serializable');
    const foreign = await beginForeign();
    await foreign.query(`UPDATE inboxes SET burst_count = burst_count WHERE user_id = '${user_id}'`);
    const creating = repository.create(content, ruleOf(), [user_id], null);
    await waitingForLock();
    await foreign.commit();
    expect(await creating).toMatchObject([{ created: true, inbox: { version: 2 } }]);
  });

  /** Makes PostgreSQL answer creates for a user with an error, and count them: a sequence is not rolled back. */
  const makeFail = (user_id: string, state: string) =>
    test.query(`DROP SEQUENCE IF EXISTS attempts;
      CREATE SEQUENCE attempts;
      CREATE OR REPLACE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM nextval('attempts'); RAISE EXCEPTION 'collided' USING ERRCODE = '${state}'; END $$;
      CREATE OR REPLACE TRIGGER collide BEFORE INSERT ON inboxes FOR EACH ROW
        WHEN (NEW.user_id = '${user_id}') EXECUTE FUNCTION collide()`);

  it('each time is Unavailable after the fourth', async () => {
    const user_id = randomUUID();
    await makeFail(user_id, '40P01');
    const failure = await open(test.connection)
      .repository.create(content, ruleOf(), [user_id], null)
      .catch((error) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.cause).toMatchObject({ code: '40P01' });
    expect(await test.query('SELECT last_value FROM attempts')).toEqual([{ last_value: '4' }]);
  });

  it.each([
    ['with a key is sent twice', 'key', '2'],
    ['without a key is sent once', null, '1'],
  ])('with an outcome that nobody knows is Unavailable: a create %s', async (_, key, attempts) => {
    const user_id = randomUUID();
    await makeFail(user_id, '40003');
    const failure = await open(test.connection)
      .repository.create(content, ruleOf(), [user_id], key)
      .catch((error) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(await test.query('SELECT last_value FROM attempts')).toEqual([{ last_value: attempts }]);
  });

  it('is Unavailable if it may wait for a lock only for a time, and waits longer', async () => {
    const { user_id, id, release } = await lockedInbox();
    const { repository } = openWith('lock_timeout=50ms');
    const failure = await repository.mark(user_id, id, 'read').catch((error) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.cause).toMatchObject({ code: '55P03' });
    await release();
  });
});

describe('a database that takes too long', () => {
  // It holds for the statements too that must not take so long, on a busy machine.
  const statementTimeoutMs = 2_000;

  it('is Unavailable, and its connection stays', async () => {
    const { database, repository } = open(test.connection, { statementTimeoutMs });
    const { user_id, id, release } = await lockedInbox();
    const first = await pidOf(database);
    const failure = await repository.mark(user_id, id, 'read').catch((error) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.cause).toMatchObject({ code: '57014' });
    expect(await pidOf(database)).toBe(first);
    await release();
  });

  it('is Unavailable if nothing comes back at all, and is asked on a fresh connection next time', async () => {
    const { repository } = open({ connectionString: proxy.url }, { statementTimeoutMs });
    const user_id = randomUUID();
    await repository.inbox(user_id);
    proxy.goDead();
    await expect(repository.list(user_id, feed)).rejects.toBeInstanceOf(Unavailable);
    expect(await repository.inbox(user_id)).toEqual(inboxOf(user_id, 0, 0));
  });
});

describe('a database that cannot be reached', () => {
  const attempt = (connectionString: string, options?: ConnectOptions) =>
    open({ connectionString }, options).repository.inbox(randomUUID());

  /** The connection string that leads to another server. */
  function at(server: Server): string {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return Object.assign(new URL(test.url), { port: String(port) }).href;
  }

  /** A message of the server. */
  function message(type: string, body: string): Buffer {
    const head = Buffer.alloc(5, type);
    head.writeInt32BE(4 + body.length, 1);
    return Buffer.concat([head, Buffer.from(body)]);
  }

  it('is Unavailable if nothing listens at its port', async () => {
    const { url } = proxy;
    await proxy.close();
    const failure = await attempt(url).catch((error) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.cause).toMatchObject({ code: 'ECONNREFUSED' });
    proxy = await createPostgresProxy(test.url);
  });

  it('is Unavailable if its server does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await expect(attempt(at(silent), { connectTimeoutMs: 100 })).rejects.toBeInstanceOf(Unavailable);
    silent.close();
  });

  it('is Unavailable if its server ends each session as soon as it has begun', async () => {
    let sessions = 0;
    // In one packet: the sign-in succeeded, the session is ready, and its server has died.
    const dying = createServer((socket) => {
      sessions += 1;
      socket.once('data', () =>
        socket.end(
          Buffer.concat([
            message('R', '\0\0\0\0'),
            message('Z', 'I'),
            message('E', 'SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
          ]),
        ),
      );
    }).listen(0, '127.0.0.1');
    await once(dying, 'listening');
    const { repository } = open({ connectionString: at(dying) });
    for (const expected of [1, 2]) {
      const failure = await repository.inbox(randomUUID()).catch((error) => error);
      expect(failure).toBeInstanceOf(Unavailable);
      expect(failure.cause).toMatchObject({ code: '57P01' });
      expect(sessions).toBe(expected);
    }
    dying.close();
  });

  it('fails every request that waited for the same connection at once, and connects again for the next', async () => {
    const { url } = proxy;
    await proxy.close();
    const { repository } = open({ connectionString: url });
    const asked = Array.from({ length: 10 }, () => repository.inbox(randomUUID()).catch((error) => error));
    const failures = new Set(await Promise.all(asked));
    expect([...failures]).toEqual([expect.any(Unavailable)]);
    const next = await repository.inbox(randomUUID()).catch((error) => error);
    expect(next).toBeInstanceOf(Unavailable);
    expect(failures).not.toContain(next);
    proxy = await createPostgresProxy(test.url);
  });

  it('is a mistake that keeps the password to itself, if the connection string is no URL', async () => {
    const failure = await attempt('postgres://user:p#ss@host').catch((error) => error);
    expect(failure.message).toMatch(/^The connection string must be a URL/);
    expect(inspect(failure)).not.toContain('p#ss@');
  });

  it('is a mistake, and no outage, if a token cannot be signed', async () => {
    const { hostname: host, port, pathname } = new URL(test.url);
    const endpoint = { host, port: Number(port), database: pathname.slice(1), user: 'reader' };
    const auth = { kind: 'iam', region: 'us-east-1' } as const;
    const credentials = () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' });
    const withoutTls = open({ ...endpoint, auth, tls: false }, { credentials });
    await expect(withoutTls.database.execute(pid)).rejects.toThrow('needs `tls: true`');
    const withoutKeys = open({ ...endpoint, auth, tls: true });
    await expect(withoutKeys.database.execute(pid)).rejects.toThrow('`credentials`');
  });
});
