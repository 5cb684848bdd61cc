import { type SQL, sql } from 'drizzle-orm';
import type { FeedQuery } from '../core/feed.ts';
import type { NotificationRepository } from '../core/ports.ts';
import { statuses } from '../core/status.ts';
import type { Database } from './database.ts';
import { columnsOf, type InboxReader, inboxColumns, type JoinedRow, toNotifications } from './rows.ts';

const largestBigint = '9223372036854775807';

/** A page of the feed and the inbox beside it, in one statement, since two would not be of the same moment. */
export async function list(
  database: Database,
  inboxes: InboxReader,
  scopes: readonly string[],
  user_id: string,
  query: FeedQuery,
): ReturnType<NotificationRepository['list']> {
  const rows = await database.execute<JoinedRow>(listStatement(scopes, user_id, query), {
    repeatable: true,
    user: user_id,
  });
  const notifications = toNotifications(rows);
  return {
    ...inboxes.read(user_id, rows[0]),
    notifications: notifications.slice(0, query.limit),
    has_more: notifications.length > query.limit,
  };
}

/**
 * The statement of a page, one row longer than the page. It reads one range of an index for each combination of status,
 * scope and type, from its top, and PostgreSQL merges them: it reads only as far as the page goes, so no filter walks the
 * inbox. All values are parameters, so there is one text, and soon one plan, for each number of ranges. A page without a
 * scope has the ranges of all configured scopes.
 */
export function listStatement(scopes: readonly string[], user_id: string, query: FeedQuery): SQL {
  const shelves = query.scope === null ? ['', ...scopes] : ['', query.scope];
  const shown = statuses.filter((status) => query.statuses.includes(status));
  // The parameters that all ranges share are written once, beside the user.
  const ranges = shown.flatMap((status) =>
    shelves.flatMap((scope) =>
      query.types.length === 0
        ? [rangeOf(status, scope)]
        : query.types.map((type) => rangeOf(status, scope, sql`AND x.metadata->>'type' = ${type}`)),
    ),
  );
  return sql`
    SELECT ${inboxColumns}, u.user_id, n.*
    FROM (SELECT ${user_id}::uuid AS user_id, ${query.before_position ?? largestBigint}::bigint AS before_position,
      ${query.limit + 1}::int AS size) u LEFT JOIN inboxes i ON i.user_id = u.user_id
    LEFT JOIN LATERAL (SELECT * FROM (${sql.join(ranges, sql` UNION ALL `)}) r ORDER BY r.position DESC LIMIT u.size) n ON true
    ORDER BY n.position DESC`;
}

function rangeOf(status: string, scope: string, ofType: SQL = sql``): SQL {
  return sql`(SELECT ${columnsOf('x')} FROM notifications x
    WHERE x.user_id = u.user_id AND x.status = ${status} AND x.scope = ${scope} ${ofType}
      AND coalesce(x.moved_to, x.id) < u.before_position
    ORDER BY coalesce(x.moved_to, x.id) DESC LIMIT u.size)`;
}
