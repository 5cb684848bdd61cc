import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedQuery } from '../../functions/core/feed.ts';
import { changesStatement } from '../../functions/persistence/changes.ts';
import { createDatabase } from '../../functions/persistence/database.ts';
import { listStatement } from '../../functions/persistence/list.ts';
import { activitiesStatement } from '../../functions/persistence/living.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import {
  dropStatement,
  dueAtOnce,
  dueStatement,
  unreadCountsStatement,
} from '../../functions/persistence/retention.ts';
import { createScheduleRepository } from '../../functions/persistence/schedules.ts';
import {
  claimStatement,
  createTimerRepository,
  standingStatement,
  takeStatement,
} from '../../functions/persistence/timers.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const user_id = randomUUID();
const rowsOfUser = 100_000;
const dayMs = 24 * 60 * 60_000;
const page: FeedQuery = {
  limit: 20,
  before_position: null,
  statuses: ['unread', 'read'],
  scope: null,
  types: [],
};
const scopes = ['attendee', 'organizer', 'admin'];
const emptyUser = randomUUID();
const dialect = new PgDialect();

/** The plan for these parameters, and the one for any. */
const planModes = ['force_custom_plan', 'force_generic_plan'] as const;
type PlanMode = (typeof planModes)[number];

describe('with 100,000 notifications of one user among others', () => {
  let test: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    test = await createTestDatabase();
    client = new pg.Client({ connectionString: test.url });
    await client.connect();
    // Mostly archived, as an inbox of that length is once retention has been at it; made over about a year. One row
    // in 50 has an expiry, mostly in the future. The events and schedules are those of a busy day.
    const insert = (users: string, count: number) => `
      INSERT INTO notifications (user_id, title, body, metadata, scope, status, created_at, updated_at, version, expires_at)
      SELECT ${users}, 'Title ' || n, 'Body ' || n, jsonb_build_object('type', 'type-' || n % 3),
        (ARRAY['', 'attendee', 'organizer'])[1 + n % 7 % 3],
        CASE WHEN n % 1000 = 0 THEN 'unread' WHEN n % 5 = 0 THEN 'read' ELSE 'archived' END,
        now() - interval '366 days' + n * interval '5 minutes', now(), n,
        CASE WHEN n % 50 = 0 THEN now() + (n - 1000) * interval '1 minute' END
      FROM generate_series(1, ${count}) n`;
    await test.query(insert(`'${user_id}'`, rowsOfUser));
    await test.query(insert(`md5((n % 500)::text)::uuid`, 50_000));
    await test.query(`INSERT INTO inboxes (user_id, version, unread_count)
      SELECT user_id, max(version), count(*) FILTER (WHERE status = 'unread') FROM notifications GROUP BY user_id`);
    await test.query(`INSERT INTO activities (user_id, notification_id, position, created_at)
      SELECT CASE WHEN n % 2 = 0 THEN '${user_id}' ELSE md5((n % 500)::text)::uuid END, 1, n, now() FROM generate_series(1, 40000) n`);
    await test.query(`INSERT INTO outbox (event, user_id, notification_id, version, detail, created_at)
      SELECT 'notification.read', '${user_id}', n, n, '{"type":"booking"}', now() FROM generate_series(1, 20000) n`);
    await test.query(`INSERT INTO scheduled (deliver_at, command, command_hash, created_at, sent_at)
      SELECT now() + n * interval '1 minute' - interval '10 days', '{}', '', now(),
        CASE WHEN n < 14000 THEN now() + n * interval '1 minute' - interval '40 days' END FROM generate_series(1, 20000) n`);
    await test.query('ANALYZE');
  });
  afterAll(async () => {
    await client.end();
    await test.close();
  });

  /**
   * The nodes of the plan by which PostgreSQL ran the very text that the repository sends: the plan for these parameters,
   * or the one for any, which PostgreSQL may choose from the sixth run of a named statement on.
   * https://www.postgresql.org/docs/18/sql-prepare.html
   */
  async function explain(statement: SQL, mode: PlanMode): Promise<PlanNode[]> {
    const { sql: text, params } = dialect.sqlToQuery(statement);
    const literals = params.map((value) =>
      value === null
        ? 'NULL'
        : pg.escapeLiteral(Array.isArray(value) ? `{${JSON.stringify(value).slice(1, -1)}}` : String(value)),
    );
    await client.query(`SET plan_cache_mode = ${mode}; PREPARE explained AS ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE explained${literals.length > 0 ? `(${literals})` : ''}`,
    );
    await client.query('DEALLOCATE explained');
    const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
    return (rows[0]?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => flatten(Plan));
  }

  function expectLittleWork(nodes: PlanNode[], maximumRows: number) {
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of nodes) {
      const rows = node['Actual Rows'] * node['Actual Loops'] + (node['Rows Removed by Filter'] ?? 0);
      expect(rows).toBeLessThanOrEqual(maximumRows);
    }
  }

  const indexesOf = (nodes: PlanNode[]) => nodes.flatMap((node) => node['Index Name'] ?? []);

  describe.each(planModes)('with %s', (mode) => {
    it.each<[string, Partial<FeedQuery>, string]>([
      ['the first page', {}, 'notifications_shelf'],
      ['a page in the middle', { before_position: rowsOfUser / 2 }, 'notifications_shelf'],
      ['the read ones', { statuses: ['read'] }, 'notifications_shelf'],
      ['the unread ones', { statuses: ['unread'] }, 'notifications_shelf'],
      [
        'the unread ones, further on',
        { statuses: ['unread'], before_position: 50_000 },
        'notifications_shelf',
      ],
      ['every status', { statuses: ['unread', 'read', 'archived', 'snoozed'] }, 'notifications_shelf'],
      ['one scope', { scope: 'organizer' }, 'notifications_shelf'],
      [
        'a scope that the inbox does not have',
        { scope: 'admin', statuses: ['archived'] },
        'notifications_shelf',
      ],
      ['one type', { types: ['type-2'] }, 'notifications_type'],
      ['several types', { types: ['type-2', 'type-0', 'other'] }, 'notifications_type'],
      ['a type that the inbox does not have', { types: ['other'] }, 'notifications_type'],
      [
        'a type of a scope, from the archive',
        { types: ['type-1'], scope: 'attendee', statuses: ['archived'] },
        'notifications_type',
      ],
    ])('reads %s from an index, and no more than the page', async (_, query, index) => {
      const nodes = await explain(listStatement(scopes, user_id, { ...page, ...query }), mode);
      expect(new Set(indexesOf(nodes))).toEqual(new Set(['inboxes_pkey', index]));
      expectLittleWork(nodes, page.limit + 1);
    });

    it('reads ten types in every status and scope from an index, and no more than a page of 21 ranges', async () => {
      const types = ['type-0', 'type-1', 'type-2', ...Array.from({ length: 7 }, (_, n) => `other-${n}`)];
      const query = { ...page, types, statuses: ['unread', 'read', 'archived', 'snoozed'] as const };
      const nodes = await explain(listStatement(scopes, user_id, query), mode);
      expect(new Set(indexesOf(nodes))).toEqual(new Set(['inboxes_pkey', 'notifications_type']));
      // Three types, three statuses and three scopes have rows: 27 ranges, of which 21 may have a row on the page.
      expectLittleWork(nodes, 21 * (page.limit + 1));
      // A part for each of the 160 ranges would have to be planned.
      expect(nodes.length).toBeLessThan(30);
    });

    it('reads activities from their index, and no more than the page', async () => {
      const nodes = await explain(activitiesStatement(user_id, 1, 10_000, page.limit), mode);
      expect(indexesOf(nodes).sort()).toEqual(['activities_pkey', 'notifications_pkey']);
      expectLittleWork(nodes, page.limit + 1);
    });

    it.each<[string, () => SQL, string[], number]>([
      [
        'the schedules that are due',
        claimStatement,
        ['scheduled_due', 'scheduled_pkey', 'scheduled_pkey'],
        20,
      ],
      ['the events to be sent', takeStatement, ['outbox_pkey', 'outbox_pkey'], 100],
      [
        'old schedules',
        () => dropStatement(Date.now() - 30 * dayMs),
        ['scheduled_pkey', 'scheduled_settled'],
        500,
      ],
    ])('finds %s by an index, and no more than one batch', async (_, statement, indexes, most) => {
      const nodes = await explain(statement(), mode);
      expect(indexesOf(nodes).sort()).toEqual(indexes);
      // Beside them it passes over a batch that another tick has taken.
      expectLittleWork(nodes, 2 * most);
    });

    it('tells what is due next by the first entry of each index, and counts schedules in theirs', async () => {
      const nodes = await explain(standingStatement(), mode);
      const names = ['notifications_due', 'outbox_pkey', 'scheduled_due', 'scheduled_due'];
      expect(indexesOf(nodes).sort()).toEqual(names);
      const counted = nodes.filter((node) => node['Actual Rows'] > 1);
      expect(counted.map((node) => node['Index Name'])).toEqual(['scheduled_due']);
    });

    it('reads a page of an archive with nothing in it without a row', async () => {
      const query = { ...page, statuses: ['archived'] as const };
      const nodes = await explain(listStatement(scopes, emptyUser, query), mode);
      expectLittleWork(nodes, 1);
    });

    it('reads changes from their index, and no more than one answer may have', async () => {
      const recent = await explain(changesStatement(user_id, rowsOfUser - 10), mode);
      expect(indexesOf(recent)).toContain('notifications_changes');
      expectLittleWork(recent, 10);
      const tooMany = await explain(changesStatement(user_id, 0), mode);
      expect(indexesOf(tooMany)).toContain('notifications_changes');
      expectLittleWork(tooMany, 1_001);
    });
  });

  it('finds everything else by keys, with force_generic_plan', async () => {
    const url = new URL(test.url);
    url.searchParams.set('options', '-c plan_cache_mode=force_generic_plan');
    const database = createDatabase({ connectionString: url.href });
    const policy = { scopes: [], types: { booking: { events: true } } };
    const repository = createNotificationRepository(database, policy);
    const schedules = createScheduleRepository(database);
    const sequentialScans = async () => {
      await database.execute(sql`SELECT pg_stat_force_next_flush()`);
      const [row] = await test.query<{ scans: string }>(
        `SELECT sum(seq_scan) AS scans FROM pg_stat_user_tables WHERE schemaname = 'public'`,
      );
      return row?.scans;
    };
    const before = await sequentialScans();
    const content = contentOf();
    const [created] = await repository.create(content, ruleOf(), [user_id, randomUUID()], 'key');
    await repository.create(content, ruleOf(), [user_id], 'key');
    const id = created?.notification?.id ?? 0;
    for (const action of ['read', 'unread', 'archive'] as const) await repository.mark(user_id, id, action);
    expect(await repository.find(user_id, id)).toMatchObject({ status: 'archived' });
    await repository.inbox(user_id);
    await repository.markMany(user_id, 'unarchive', [{ id, position: null }]);
    await repository.seen(user_id, id, 'organizer');
    await repository.archiveRead(user_id, {
      before_position: 50_000,
      scope: 'organizer',
      types: ['other', 'another'],
    });
    await repository.choose(user_id, { off: ['promo'], on: [] });
    const users = Array.from({ length: 50 }, () => randomUUID());
    const living = contentOf({
      group: { key: 'group', title: null, body: null },
      actions: [{ id: 'accept', label: 'Accept' }],
    });
    await repository.create(living, ruleOf(), [...users, user_id], null);
    const [, , grouped] = await repository.create(living, ruleOf(), [...users, user_id].slice(-3), 'grouped');
    const living_id = grouped?.notification?.id ?? 0;
    await repository.update({ title: 'New' }, true, [...users, user_id], 'grouped', []);
    await repository.snooze(user_id, living_id, new Date(Date.now() + 60_000).toISOString());
    await repository.unsnooze(user_id, living_id);
    expect(await repository.press(user_id, living_id, 'accept')).toMatchObject({ changed: true });
    await repository.unpress(user_id, living_id, 'accept');
    expect(await repository.retract({ group_key: 'group' }, [...users, user_id], [])).toHaveLength(51);
    const command = { ...content, user_ids: users, is_batch: true, idempotency_key: 'scheduled' };
    const { id: scheduled_id } = await schedules.schedule(
      command,
      new Date(Date.now() + 60_000).toISOString(),
      null,
    );
    await schedules.findSchedule(scheduled_id);
    await schedules.cancel(scheduled_id, null);
    const timers = createTimerRepository(database, policy);
    expect((await timers.fire([user_id])).fired.length).toBeGreaterThan(0);
    await timers.settleScheduled(scheduled_id, 'sent');
    await timers.dropEvents([1, 2, 3]);
    expect(await sequentialScans()).toBe(before);
    await database.close();
  });

  describe('retention', () => {
    const now = Date.now();
    const bounds = { archive_before: now - 180 * dayMs, delete_before: now - 365 * dayMs };

    describe.each(planModes)('with %s', (mode) =>
      it.each([
        ['from the oldest on', null],
        [
          'from some position on',
          { user_id, id: 150, created_at: new Date(bounds.delete_before - dayMs / 2).toISOString() },
        ],
      ])(
        'finds what is due by the indexes of age, %s, and reads no more than it answers',
        async (_, after) => {
          const nodes = await explain(dueStatement(bounds, after), mode);
          expect(indexesOf(nodes).sort()).toEqual(['notifications_archivable', 'notifications_deletable']);
          expect(nodes[0]?.['Actual Rows']).toBe(dueAtOnce);
          expectLittleWork(nodes, dueAtOnce + 1);
        },
      ),
    );

    it('looks up each notification by its key while it has the lock on an inbox', async () => {
      const counted = (name: string) =>
        `pg_stat_get_xact_numscans('notifications_${name}'::regclass)::int AS ${name}`;
      const names = ['pkey', 'shelf', 'type', 'changes', 'archivable', 'deletable'];
      const scans = await test.query(
        `SELECT archived, deleted, pg_stat_get_xact_tuples_returned('notifications_pkey'::regclass)::int AS rows_read,
           ${names.map(counted)}
         FROM inbox_purge($1, (SELECT array_agg(n) FROM generate_series(1, 500) n), now() - interval '180 days', now() - interval '365 days')`,
        [user_id],
      );
      // Once to look at it and once to change it.
      const { archived, deleted } = scans[0] ?? {};
      expect(archived + deleted).toBeGreaterThan(300);
      const rows = 500 + archived + deleted;
      expect(scans).toEqual([
        {
          archived,
          deleted,
          rows_read: rows,
          pkey: rows,
          shelf: 0,
          type: 0,
          changes: 0,
          archivable: 0,
          deletable: 0,
        },
      ]);
    });

    it('counts the unread of some 100,000 inboxes, if there are more', async () => {
      await test.query(
        `INSERT INTO inboxes (user_id, unread_count) SELECT gen_random_uuid(), n % 50 FROM generate_series(1, 300000) n`,
      );
      const sample = (await explain(unreadCountsStatement(), 'force_generic_plan')).find(
        (node) => node['Node Type'] === 'Sample Scan',
      );
      expect(sample?.['Actual Rows']).toBeLessThan(150_000);
      const { sql: text, params } = dialect.sqlToQuery(unreadCountsStatement());
      const [{ inboxes, percentiles } = {}] = await test.query(text, params);
      expect(Math.abs(Number(inboxes) - 300_000)).toBeLessThan(30_000);
      expect(Math.abs(percentiles[49] - 25)).toBeLessThan(3);
    });
  });
});
