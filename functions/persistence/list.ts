import { type SQL, sql } from 'drizzle-orm';
import type { FeedQuery } from '../core/feed.ts';
import type { NotificationRepository } from '../core/ports.ts';
import { statuses } from '../core/status.ts';
import type { Database } from './database.ts';
import { columns, type JoinedRow, toInboxState, toNotifications } from './rows.ts';

const largestBigint = '9223372036854775807';

/** A page of the feed and the inbox beside it, in one statement, since two would not be of the same moment. */
export async function list(
  database: Database,
  user_id: string,
  query: FeedQuery,
): ReturnType<NotificationRepository['list']> {
  const rows = await database.execute<JoinedRow>(listStatement(user_id, query), {
    repeatable: true,
    user: user_id,
    // One plan for all parameters would read and sort everything that a user has: right for a short inbox of an average
    // user, and 20,000 rows for a long one.
    plannedAnew: query.type !== null,
  });
  const notifications = toNotifications(rows);
  return {
    ...toInboxState(user_id, rows[0]),
    notifications: notifications.slice(0, query.limit),
    has_more: notifications.length > query.limit,
  };
}

/**
 * The statement of a page, one row longer than the page. Statuses are literals, so that each combination is a text of
 * its own that PostgreSQL can match to a partial index; as a parameter they would lose it under a generic plan. A
 * filter by type walks the same index and drops what does not match.
 */
export function listStatement(user_id: string, query: FeedQuery): SQL {
  const shown = statuses.filter((status) => query.statuses.includes(status));
  const literals = sql.raw(shown.map((status) => `'${status}'`).join(', '));
  const ofType = query.type === null ? sql`` : sql`AND x.metadata->>'type' = ${query.type}`;
  return sql`
    SELECT coalesce(i.version, 0) AS inbox_version, coalesce(i.unread_count, 0) AS unread_count, u.user_id, n.*
    FROM (SELECT ${user_id}::uuid AS user_id) u LEFT JOIN inboxes i ON i.user_id = u.user_id
    LEFT JOIN LATERAL (SELECT ${columns} FROM notifications x
      WHERE x.user_id = u.user_id AND x.status IN (${literals}) AND x.id < ${query.before_id ?? largestBigint} ${ofType}
      ORDER BY x.id DESC LIMIT ${query.limit + 1}) n ON true
    ORDER BY n.id DESC`;
}
