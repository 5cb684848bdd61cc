import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import { createRetention, type RetentionPolicy, type RetentionRun } from '../../functions/core/retention.ts';
import { createDatabase, type Database } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { createRetentionRepository } from '../../functions/persistence/retention.ts';
import { configuredScopes, stateOf } from '../contracts/notification-repository/suite.ts';
import { testRetentionRepository } from '../contracts/retention-repository.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const dayMs = 24 * 60 * 60_000;
const now = Date.now();
const usual: RetentionPolicy = { archiveAfterDays: 180, deleteAfterDays: 365 };
const content = contentOf();
const nothing = { archived: 0, deleted: 0, inboxes: 0, busy: 0, is_complete: true };

let test: TestDatabase;
let purger: Database;
let writer: Database;
let repository: NotificationRepository;
let logger: ReturnType<typeof createRecordingLogger>;
let metrics: ReturnType<typeof createRecordingMetrics>;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.close());

// A run goes over the whole database, so it is empty before each test. As the roles that functions sign in with.
beforeEach(async () => {
  await test.query('TRUNCATE inboxes, notifications, activities, scheduled RESTART IDENTITY');
  purger = createDatabase(test.as('purger'));
  writer = createDatabase(test.as('writer'));
  repository = createNotificationRepository(writer, { scopes: configuredScopes });
  logger = createRecordingLogger();
  metrics = createRecordingMetrics();
});
afterEach(() => Promise.all([purger.close(), writer.close()]));

const run = (policy = usual, remainingMs = () => 900_000): Promise<RetentionRun> =>
  createRetention(
    { repository: createRetentionRepository(purger), metrics, clock: () => now, logger },
    policy,
  ).run(remainingMs);

/** Makes notifications that are so many days old, in one inbox, and answers their ids. */
async function create(user_id: string, ...agesDays: number[]): Promise<number[]> {
  const ids: number[] = [];
  for (const days of agesDays) {
    const [stored] = await repository.create(content, ruleOf(), [user_id], null);
    const id = stored?.notification?.id ?? 0;
    const created_at = new Date(now - days * dayMs).toISOString();
    await test.query('UPDATE notifications SET created_at = $2 WHERE id = $1', [id, created_at]);
    ids.push(id);
  }
  return ids;
}

const statuses = async (user_id: string): Promise<(string | undefined)[]> => {
  const rows = await test.query('SELECT status FROM notifications WHERE user_id = $1 ORDER BY id', [user_id]);
  return rows.map(({ status }) => status);
};

// As the role that the function signs in with, so that a missing grant shows.
testRetentionRepository('PostgreSQL', async () => ({
  retention: createRetentionRepository(purger),
  inboxes: repository,
  async createAt(user_id, created_at, scope = null, key = null) {
    const [stored] = await repository.create(content, ruleOf({ scope }), [user_id], key);
    const id = stored?.notification?.id ?? 0;
    await test.query('UPDATE notifications SET created_at = $2 WHERE id = $1', [id, new Date(created_at)]);
    return id;
  },
  close: async () => {},
}));

it.each([
  ['three times as long as a purge took', 20, 60],
  ['a second at most', 5_000, 1_000],
])('the database is left to others for %s, before a purge resolves', async (_, tookMs, restMs) => {
  const times = [0, tookMs];
  const rests: number[] = [];
  const rested = Promise.withResolvers<void>();
  const retention = createRetentionRepository(purger, {
    now: () => times.shift() ?? Number.NaN,
    rest: (ms) => {
      rests.push(ms);
      return rested.promise;
    },
  });
  let isOver = false;
  const purged = retention
    .purge([{ user_id: randomUUID(), ids: [1] }], { archive_before: now, delete_before: now })
    .then(() => {
      isOver = true;
    });
  await expect.poll(() => rests).toEqual([restMs]);
  expect(isOver).toBe(false);
  rested.resolve();
  await purged;
});

describe('a run of retention', () => {
  it('archives what is 180 days old and deletes what is 365 days old, as one change of the inbox', async () => {
    const user = randomUUID();
    const [, , old, fresh] = await create(user, 400, 365.01, 181, 179);
    expect(await run()).toEqual({ archived: 1, deleted: 2, inboxes: 1, busy: 0, is_complete: true });
    expect(await repository.inbox(user)).toEqual(stateOf(user, 5, 1));
    expect(await repository.find(user, old ?? 0)).toMatchObject({ status: 'archived', version: 5 });
    expect(await repository.find(user, fresh ?? 0)).toMatchObject({ status: 'unread', version: 4 });
    expect(await statuses(user)).toEqual(['archived', 'unread']);
  });

  it('deletes the creates that went into a group with their notification', async () => {
    const user = randomUUID();
    const grouped = contentOf({ group: { key: 'event', title: null, body: null } });
    for (const key of ['first', 'second']) await repository.create(grouped, ruleOf(), [user], key);
    await repository.readAll(user, { before_position: null, scope: null, types: [] });
    await repository.create(grouped, ruleOf(), [user], 'third');
    await test.query(
      "UPDATE notifications SET created_at = created_at - interval '400 days' WHERE status = 'read'",
    );
    await run();
    expect(await test.query('SELECT idempotency_key FROM activities')).toEqual([{ idempotency_key: null }]);
    expect(await repository.create(grouped, ruleOf(), [user], 'second')).toMatchObject([{ grouped: true }]);
  });

  it('deletes scheduled creates that were settled more than 30 days ago, however many', async () => {
    const schedules = (column: string, days: number, count: number) =>
      test.query(`INSERT INTO scheduled (deliver_at, command, command_hash, created_at, ${column})
        SELECT now() - interval '90 days', '{}', '', now(), now() - interval '${days} days' FROM generate_series(1, ${count})`);
    for (const column of ['sent_at', 'cancelled_at', 'refused_at']) {
      await schedules(column, 31, 400);
      await schedules(column, 29, 1);
    }
    await test.query(
      "INSERT INTO scheduled (deliver_at, command, command_hash, created_at) VALUES (now() - interval '90 days', '{}', '', now())",
    );
    expect(await run()).toEqual(nothing);
    expect(await test.query('SELECT count(*)::int AS left FROM scheduled')).toEqual([{ left: 4 }]);
  });

  it('changes nothing that is not due, and nothing twice', async () => {
    const user = randomUUID();
    await create(user, 181, 1);
    await run();
    const before = await repository.inbox(user);
    expect(await run()).toEqual(nothing);
    expect(await repository.inbox(user)).toEqual(before);
  });

  it('archives again what its user has taken out of the archive', async () => {
    const user = randomUUID();
    const [id] = await create(user, 181);
    await run();
    await repository.mark(user, id ?? 0, 'unarchive');
    expect(await run()).toMatchObject({ archived: 1 });
  });

  it.each<[string, RetentionPolicy, Partial<RetentionRun>, string[]]>([
    [
      'never archives',
      { archiveAfterDays: null, deleteAfterDays: 365 },
      { archived: 0, deleted: 2 },
      ['unread'],
    ],
    [
      'never deletes',
      { archiveAfterDays: 180, deleteAfterDays: null },
      { archived: 2 },
      ['archived', 'archived', 'archived'],
    ],
    [
      'does neither',
      { archiveAfterDays: null, deleteAfterDays: null },
      nothing,
      ['unread', 'archived', 'unread'],
    ],
  ])('%s if it is told so', async (_, policy, expected, left) => {
    const user = randomUUID();
    const [, archived] = await create(user, 400, 400, 181);
    await repository.mark(user, archived ?? 0, 'archive');
    expect(await run(policy)).toMatchObject(expected);
    expect(await statuses(user)).toEqual(left);
  });

  it('goes over more rows than it looks up at once, of several inboxes and of one moment', async () => {
    const [big, small] = [randomUUID(), randomUUID()];
    const insert = (user: string, count: number, age: string) =>
      test.query(
        `INSERT INTO notifications (user_id, title, body, created_at, updated_at, version)
         SELECT $1, 'a', 'b', now() - interval '${age}', now(), n FROM generate_series(1, ${count}) n`,
        [user],
      );
    await insert(big, 1_234, '200 days');
    await insert(small, 700, '200 days');
    await insert(big, 800, '400 days');
    await test.query(`INSERT INTO inboxes (user_id, version, unread_count)
      SELECT user_id, 9999, count(*) FROM notifications GROUP BY user_id`);
    expect(await run()).toMatchObject({ archived: 1_934, deleted: 800, busy: 0, is_complete: true });
    expect(await repository.inbox(big)).toMatchObject({ unread_count: 0 });
    expect(await repository.inbox(small)).toMatchObject({ unread_count: 0 });
  });

  it('skips an inbox that another session has locked, and purges it the next time', async () => {
    const [busy, idle] = [randomUUID(), randomUUID()];
    await create(busy, 181);
    await create(idle, 181);
    await writer.execute(sql`BEGIN`);
    await repository.create(content, ruleOf(), [busy], null);
    expect(await run()).toMatchObject({ archived: 1, inboxes: 1, busy: 1, is_complete: true });
    await writer.execute(sql`COMMIT`);
    expect(await run()).toMatchObject({ archived: 1, inboxes: 1, busy: 0 });
    expect(await repository.inbox(busy)).toEqual(stateOf(busy, 3, 1));
  });

  it('stops before its time is over, and the next one goes on', async () => {
    const users = Array.from({ length: 5 }, () => randomUUID());
    // Two inboxes are too many for one statement.
    for (const user of users) await create(user, ...new Array<number>(30).fill(181));
    let steps = 0;
    const remainingMs = () => (steps++ < 2 ? 900_000 : 59_999);
    expect(await run(usual, remainingMs)).toMatchObject({ archived: 60, is_complete: false });
    expect(await run()).toMatchObject({ archived: 90, is_complete: true });
  });

  it('shares the work with another that runs at the same time', async () => {
    const users = Array.from({ length: 20 }, () => randomUUID());
    for (const user of users) await create(user, 400, 181);
    const other = createDatabase(test.as('purger'));
    const both = [purger, other].map((database) =>
      createRetention(
        { repository: createRetentionRepository(database), metrics, clock: () => now, logger },
        usual,
      ).run(() => 900_000),
    );
    const [one, two] = await Promise.all(both).finally(() => other.close());
    const third = await run();
    const sum = (key: 'archived' | 'deleted') => (one?.[key] ?? 0) + (two?.[key] ?? 0) + third[key];
    expect([sum('archived'), sum('deleted')]).toEqual([20, 20]);
    for (const user of users) {
      expect(await repository.inbox(user)).toEqual(stateOf(user, 3, 0));
    }
  });

  it('leaves one line in the log, also if the database goes away', async () => {
    await create(randomUUID(), 181);
    await run();
    const fields = { archived: 1, deleted: 0, inboxes: 1, busy: 0, is_complete: true };
    expect(logger.lines).toEqual([{ level: 'info', message: 'retention_run', fields }]);
    const lost = createDatabase({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const failing = createRetention(
      { repository: createRetentionRepository(lost), metrics, clock: () => now, logger },
      usual,
    ).run(() => 900_000);
    await expect(failing).rejects.toMatchObject({ name: 'Unavailable' });
    expect(logger.lines.at(-1)).toMatchObject({
      message: 'retention_run',
      fields: { ...nothing, is_complete: false },
    });
  });
});

describe('the unread counts', () => {
  const fill = (count: number) =>
    test.query(
      `INSERT INTO inboxes (user_id, unread_count) SELECT gen_random_uuid(), n % 100 FROM generate_series(1, ${count}) n`,
    );
  const valuesOf = (name: string) =>
    metrics.measured.filter((one) => one.name === name).map(({ value }) => value);

  it('are measured as one value for each percent of the inboxes', async () => {
    await fill(1_000);
    await run();
    expect(valuesOf('Inboxes')).toEqual([1_000]);
    expect(valuesOf('UnreadPerInbox')).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('are no values if there is no inbox', async () => {
    await run();
    expect(valuesOf('Inboxes')).toEqual([0]);
    expect(valuesOf('UnreadPerInbox')).toEqual([]);
  });
});
