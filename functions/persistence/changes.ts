import { type SQL, sql } from 'drizzle-orm';
import { limits } from '../core/limits.ts';
import type { NotificationRepository } from '../core/notification-repository.ts';
import type { Database } from './database.ts';
import {
  columnsOf,
  type InboxReader,
  inboxColumns,
  type JoinedRow,
  notificationRows,
  toNotificationOrRetracted,
} from './rows.ts';

/** What changed in an inbox after a version, and the inbox beside it, in one statement. */
export async function changes(
  database: Database,
  inboxes: InboxReader,
  user_id: string,
  since: number,
): ReturnType<NotificationRepository['changes']> {
  const rows = await database.execute<JoinedRow & { floor_version: string }>(
    changesStatement(user_id, since),
    {
      repeatable: true,
      user: user_id,
    },
  );
  const inbox = inboxes.read(user_id, rows[0]);
  const floor_version = Number(rows[0]?.floor_version ?? 0);
  const reset = since > inbox.version || since < floor_version || rows.length > limits.changes;
  return {
    ...inbox,
    reset,
    notifications: reset ? [] : notificationRows(rows).map(toNotificationOrRetracted),
  };
}

/** Selects one row more than the limit, to detect a reset. Selects none if `since` requires a reset. */
export function changesStatement(user_id: string, since: number): SQL {
  return sql`
    SELECT ${inboxColumns}, coalesce(i.floor_version, 0) AS floor_version, u.user_id, n.*
    FROM (SELECT ${user_id}::uuid AS user_id, ${since}::bigint AS since) u
    LEFT JOIN inboxes i ON i.user_id = u.user_id
    LEFT JOIN LATERAL (SELECT ${columnsOf('x')} FROM notifications x
      WHERE x.user_id = u.user_id AND x.version > u.since AND u.since BETWEEN i.floor_version AND i.version
      ORDER BY x.version, x.id LIMIT ${limits.changes + 1}) n ON true
    ORDER BY n.version, n.id`;
}
