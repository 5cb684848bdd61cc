import { setTimeout as wait } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import type {
  DueNotification,
  PurgedInbox,
  RetentionBounds,
  RetentionRepository,
} from '../core/retention.ts';
import type { Database } from './database.ts';

/**
 * Rows that are looked up at once, and so the most that one inbox is locked for: a writer to it waits a few milliseconds
 * at worst.
 */
export const dueAtOnce = 500;

/**
 * The rest after each purge, by the time that it took. Requests share the processors of the database with retention, and no
 * user waits for retention. Without a rest, all quantiles of creates and lists were 1.4 to 1.8 times as long (`npm run bench
 * -- retention`).
 */
const restPerWork = 3;

/** A purge that has waited for a lock of another program for long is no reason to rest for long. */
const longestRestMs = 1_000;

/** Pages of 8 kB that the sample of unread counts reads at most: some 100,000 inboxes, however many there are. */
const sampledPages = 2_500;

/**
 * The part of retention that is in the database. Everything may be repeated: what is done already is found to be done.
 * @param rest resolves after so many milliseconds
 */
export function createRetentionRepository(
  database: Database,
  {
    now = () => performance.now(),
    rest = wait,
  }: { now?: () => number; rest?: (ms: number) => Promise<unknown> } = {},
): RetentionRepository {
  return {
    async due(bounds, after) {
      const rows = await database.execute<{ user_id: string; id: string; created_at: string }>(
        dueStatement(bounds, after),
        { repeatable: true },
      );
      return rows.map(({ user_id, id, created_at }) => ({ user_id, id: Number(id), created_at }));
    },

    async purge(inboxes, { archive_before, delete_before }) {
      const due = inboxes.flatMap(({ user_id, ids }) => ids.map((id) => ({ user_id, id })));
      const startedAt = now();
      const purged = await database.execute<PurgedInbox & Record<string, unknown>>(
        sql`SELECT own.user_id, p.archived, p.deleted
          FROM (SELECT user_id, array_agg(id) AS ids
                FROM unnest(${sql.param(due.map(({ user_id }) => user_id))}::uuid[],
                  ${sql.param(due.map(({ id }) => id))}::bigint[]) AS due (user_id, id) GROUP BY user_id) own
          CROSS JOIN LATERAL inbox_purge(own.user_id, own.ids,
            ${timestamp(archive_before)}, ${timestamp(delete_before)}) p`,
        { repeatable: true },
      );
      await rest(Math.min((now() - startedAt) * restPerWork, longestRestMs));
      return purged;
    },

    async dropSchedules(settled_before) {
      const [row] = await database.execute<{ dropped: number }>(dropStatement(settled_before), {
        repeatable: true,
      });
      return row?.dropped ?? 0;
    },

    async unreadCounts() {
      const [row] = await database.execute<{ inboxes: string; percentiles: number[] | null }>(
        unreadCountsStatement(),
        { repeatable: true },
      );
      return { inboxes: Number(row?.inboxes ?? 0), percentiles: row?.percentiles ?? [] };
    },
  };
}

const timestamp = (ms: number | null): SQL =>
  sql`${ms === null ? null : new Date(ms).toISOString()}::timestamptz`;

/**
 * The oldest rows that are due, after one that has been seen. By age and not by inbox, so that the work is that of the rows
 * that are due: looking into every inbox each day would read ten million of them to find the few thousand with something
 * to do. The position is kept, because the entries of rows that are archived or gone stay in the index until it is vacuumed.
 */
export function dueStatement(
  { archive_before, delete_before }: RetentionBounds,
  after: DueNotification | null,
): SQL {
  const position = sql`(${after?.created_at ?? '-infinity'}::timestamptz, ${after?.id ?? 0}::bigint)`;
  // Rows of any status are deleted by age, and what is unread or read is due earlier, by `archive_before` if it is set. What is
  // snoozed waits. It and what is retracted are in the index of what is not archived, and few are.
  const older = (bound: number | null) => sql`created_at < ${timestamp(bound)}
    AND (created_at, id) > ${position} ORDER BY created_at, id LIMIT ${dueAtOnce}`;
  return sql`
    SELECT user_id, id, created_at FROM (
      (SELECT user_id, id, created_at FROM notifications
        WHERE status <> 'archived' AND (status IN ('unread', 'read') OR status = 'retracted' AND created_at < ${timestamp(delete_before)})
          AND ${older(archive_before ?? delete_before)})
      UNION ALL
      (SELECT user_id, id, created_at FROM notifications WHERE status = 'archived' AND ${older(delete_before)})
    ) due ORDER BY created_at, id LIMIT ${dueAtOnce}`;
}

/** Deletes the schedules that were settled longest ago, some of them. */
export function dropStatement(settled_before: number): SQL {
  const settled = sql`coalesce(sent_at, cancelled_at, refused_at)`;
  return sql`
    WITH dropped AS (DELETE FROM scheduled WHERE id = ANY (ARRAY(
      SELECT id FROM scheduled WHERE ${settled} < ${timestamp(settled_before)} ORDER BY ${settled} LIMIT ${dueAtOnce}))
      RETURNING id)
    SELECT count(*)::int AS dropped FROM dropped`;
}

/**
 * How many inboxes there are, and how many unread notifications the inbox has that is the nth of a hundred. Exact up to
 * 2,500 pages (about 100,000 inboxes); beyond it from a random sample of so many pages, each taken whole.
 */
export function unreadCountsStatement(): SQL {
  // By the size of the file, which is always right; the planner's own estimate is not there before the first ANALYZE.
  const share = sql`(SELECT least(1, ${sampledPages} * current_setting('block_size')::float8
    / greatest(pg_relation_size('inboxes'), 1)))`;
  return sql`
    SELECT round(count(*) / ${share}) AS inboxes,
      percentile_disc(ARRAY(SELECT n / 100.0 FROM generate_series(1, 100) n)) WITHIN GROUP (ORDER BY unread_count) AS percentiles
    FROM inboxes TABLESAMPLE SYSTEM (100 * ${share})`;
}
