import { type SQL, sql } from 'drizzle-orm';
import pg from 'pg';
import { IdempotencyConflict, Unavailable } from '../core/errors.ts';
import type { NotificationContent } from '../core/notification.ts';
import type { StoredNotification } from '../core/ports.ts';
import type { Database } from './database.ts';
import {
  columnsOf,
  contentNames,
  contentValues,
  hasContent,
  type InboxRow,
  type NotificationRow,
  toInboxState,
  toNotification,
} from './rows.ts';

/** A round fails only if another request commits the same key for one of our recipients at the same moment. */
const maximumRounds = 10;

/**
 * Creates a notification for each recipient in one statement, so all or none. If an idempotency key is repeated, PostgreSQL
 * refuses the whole statement. Then we look up the recipients who have the key, and try the others again.
 * @throws IdempotencyConflict, Unavailable
 */
export async function create(
  database: Database,
  content: NotificationContent,
  user_ids: readonly string[],
  idempotency_key: string | null,
): Promise<StoredNotification[]> {
  const stored = new Map<string, StoredNotification>();
  const remember = (notifications: StoredNotification[]) => {
    for (const one of notifications) stored.set(one.notification.user_id, one);
  };
  for (let round = 1; round <= maximumRounds; round += 1) {
    const missing = user_ids.filter((user_id) => !stored.has(user_id));
    const created = missing.length > 0 ? await insert(database, content, missing, idempotency_key) : [];
    if (created) {
      remember(created);
      return user_ids.flatMap((user_id) => stored.get(user_id) ?? []);
    }
    remember(await findRepeated(database, content, missing, idempotency_key));
  }
  throw new Unavailable('The inbox of a recipient');
}

/** Undefined if a recipient has the key already; nothing is written then. */
async function insert(
  database: Database,
  content: NotificationContent,
  user_ids: readonly string[],
  idempotency_key: string | null,
): Promise<StoredNotification[] | undefined> {
  const statement = createStatement(content, user_ids, idempotency_key);
  try {
    // With a key it is repeatable: if the first run did commit, the second one finds its notifications.
    const rows = await database.execute<NotificationRow & InboxRow & { burst_count: number }>(statement, {
      repeatable: idempotency_key !== null,
    });
    return rows.map((row) => ({
      notification: toNotification(row),
      created: true,
      inbox: { ...toInboxState(row.user_id, row), burst_count: row.burst_count },
    }));
  } catch (error) {
    if (isRepeatedKey(error)) return undefined;
    throw error;
  }
}

function isRepeatedKey(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '23505' &&
    error.constraint === 'notifications_user_key'
  );
}

async function findRepeated(
  database: Database,
  content: NotificationContent,
  user_ids: readonly string[],
  idempotency_key: string | null,
): Promise<StoredNotification[]> {
  const rows = await database.execute<NotificationRow & InboxRow & { same: boolean }>(
    repeatedStatement(content, user_ids, idempotency_key),
    { repeatable: true },
  );
  if (rows.some((row) => !row.same)) throw new IdempotencyConflict();
  return rows.map((row) => ({
    notification: toNotification(row),
    created: false,
    inbox: { ...toInboxState(row.user_id, row), burst_count: 0 },
  }));
}

/**
 * Locks the inboxes first, in the order of their users. Every writer does so, and so batches over the same users never
 * deadlock. Version, count and burst come from the locked row, and ids are drawn after the lock.
 */
function createStatement(
  content: NotificationContent,
  user_ids: readonly string[],
  idempotency_key: string | null,
): SQL {
  return sql`
    WITH inbox AS (
      INSERT INTO inboxes AS i (user_id, version, unread_count, burst_started_at, burst_count)
      SELECT t.user_id, 1, 1, clock_timestamp(), 1
      FROM (SELECT DISTINCT unnest(${sql.param(user_ids)}::uuid[]) AS user_id) t ORDER BY t.user_id
      ON CONFLICT (user_id) DO UPDATE SET version = i.version + 1, unread_count = i.unread_count + 1,
        (burst_started_at, burst_count) = (
          SELECT CASE WHEN w.open THEN i.burst_started_at ELSE w.t END,
            CASE WHEN w.open THEN i.burst_count + 1 ELSE 1 END
          FROM (SELECT c.t, i.burst_started_at > c.t - interval '1 second' AS open
                FROM (SELECT clock_timestamp() AS t OFFSET 0) c OFFSET 0) w)   -- OFFSET 0: one reading of the clock
      RETURNING i.user_id, i.version, i.unread_count, i.burst_count, clock_timestamp() AS at
    ), n AS (
      INSERT INTO notifications (user_id, ${contentNames}, status, created_at, updated_at, version, idempotency_key)
      SELECT user_id, ${contentValues(content)}, 'unread', at, at, version, ${idempotency_key}
      FROM inbox RETURNING *)
    SELECT ${columnsOf('n')}, n.version AS inbox_version, inbox.unread_count, inbox.burst_count
    FROM n JOIN inbox USING (user_id)`;
}

function repeatedStatement(
  content: NotificationContent,
  user_ids: readonly string[],
  idempotency_key: string | null,
): SQL {
  return sql`
    SELECT ${columnsOf('n')}, i.version AS inbox_version, i.unread_count, (${hasContent('n', content)}) AS same
    FROM notifications n JOIN inboxes i USING (user_id)
    WHERE n.user_id = ANY (${sql.param(user_ids)}::uuid[]) AND n.idempotency_key = ${idempotency_key}`;
}
