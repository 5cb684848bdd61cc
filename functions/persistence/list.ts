import { type SQL, sql } from 'drizzle-orm';
import type { FeedQuery } from '../core/feed.ts';
import type { NotificationRepository } from '../core/notification-repository.ts';
import { statuses } from '../core/status.ts';
import type { Database } from './database.ts';
import {
  columnsOf,
  type InboxReader,
  inboxColumns,
  type JoinedRow,
  notificationRows,
  toNotification,
} from './rows.ts';

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
  const notifications = notificationRows(rows).map(toNotification);
  return {
    ...inboxes.read(user_id, rows[0]),
    notifications: notifications.slice(0, query.limit),
    has_more: notifications.length > query.limit,
  };
}

/**
 * The statement of a page, one row longer than the page. It reads one range of an index for each combination of status,
 * scope and type, from its top, and only as far as the page goes, so no filter walks the inbox. All values are parameters,
 * so there is one text, and soon one plan, for each number of ranges. A page without a scope has the ranges of all
 * configured scopes.
 */
export function listStatement(scopes: readonly string[], user_id: string, query: FeedQuery): SQL {
  const shelves = query.scope === null ? ['', ...scopes] : ['', query.scope];
  const shown = statuses.filter((status) => query.statuses.includes(status));
  const types = query.types.length === 0 ? [undefined] : query.types;
  const ranges = shown.flatMap((status) =>
    shelves.flatMap((scope) => types.map((type) => ({ status, scope, type }))),
  );
  const areMany = ranges.length > mostMerged;
  const rows = areMany ? loop(shown, shelves, query.types) : merge(ranges);
  // The parameters that all ranges share are written once, beside the user. `OFFSET 0` hides their values from the planner:
  // it takes a plan for the values of a large inbox for cheaper than one for all, and would plan the loop anew for each page.
  return sql`
    SELECT ${inboxColumns}, u.user_id, n.*
    FROM (SELECT ${user_id}::uuid AS user_id, ${query.before_position ?? largestBigint}::bigint AS before_position,
      ${query.limit + 1}::int AS size ${areMany ? sql`OFFSET 0` : sql``}) u LEFT JOIN inboxes i ON i.user_id = u.user_id
    LEFT JOIN LATERAL (SELECT r.* FROM ${rows}
      ORDER BY r.position DESC LIMIT u.size) n ON true
    ORDER BY n.position DESC`;
}

/**
 * Up to so many ranges are parts of the statement: all without types, of four statuses and nine shelves. Ten types make up to
 * 360 of them, which take PostgreSQL hundreds of milliseconds to plan, for each new connection anew.
 */
const mostMerged = 36;

interface Range {
  status: string;
  scope: string;
  /** Undefined: of every type. */
  type: string | undefined;
}

/** PostgreSQL merges the ranges, so that it reads few rows more than the page has. */
function merge(ranges: readonly Range[]): SQL {
  const parts = ranges.map(({ status, scope, type }) =>
    type === undefined
      ? rangeOf(sql`${status}`, sql`${scope}`)
      : rangeOf(sql`${status}`, sql`${scope}`, sql`AND x.metadata->>'type' = ${type}`),
  );
  return sql`(${sql.join(parts, sql` UNION ALL `)}) r`;
}

/**
 * PostgreSQL finds the ranges of the types that have rows, and the newest row of each: it goes from one to the next by one
 * look into the index, because most inboxes have rows in few of them. Then it reads those whose newest row on the page is
 * among the newest of all, one after the other: no row of another one can be on the page.
 */
function loop(shown: readonly string[], shelves: readonly string[], types: readonly string[]): SQL {
  return sql`(
      WITH RECURSIVE found AS (
        SELECT t.type, ''::varchar AS status, ''::varchar AS scope, 0::bigint AS newest FROM unnest(${textsOf(types)}) t (type)
        UNION ALL
        SELECT f.type, next.status, next.scope, next.newest FROM found f, LATERAL (
          SELECT x.status, x.scope, coalesce(x.moved_to, x.id) AS newest FROM notifications x
          WHERE x.user_id = u.user_id AND x.metadata->>'type' = f.type AND (x.status, x.scope) > (f.status, f.scope)
          ORDER BY x.status, x.scope, coalesce(x.moved_to, x.id) DESC LIMIT 1) next)
      SELECT f.type, f.status, f.scope FROM found f, LATERAL (
        SELECT CASE WHEN f.newest < u.before_position THEN f.newest ELSE (
          SELECT coalesce(x.moved_to, x.id) FROM notifications x
          WHERE x.user_id = u.user_id AND x.status = f.status AND x.scope = f.scope AND x.metadata->>'type' = f.type
            AND coalesce(x.moved_to, x.id) < u.before_position
          ORDER BY coalesce(x.moved_to, x.id) DESC LIMIT 1) END AS position) newest
      WHERE f.status = ANY (${textsOf(shown)}) AND f.scope = ANY (${textsOf(shelves)})
      ORDER BY newest.position DESC NULLS LAST LIMIT u.size) e,
    LATERAL ${rangeOf(sql`e.status`, sql`e.scope`, sql`AND x.metadata->>'type' = e.type`)} r`;
}

const textsOf = (texts: readonly string[]): SQL => sql`${sql.param(texts)}::text[]`;

function rangeOf(status: SQL, scope: SQL, ofType: SQL = sql``): SQL {
  return sql`(SELECT ${columnsOf('x')} FROM notifications x
    WHERE x.user_id = u.user_id AND x.status = ${status} AND x.scope = ${scope} ${ofType}
      AND coalesce(x.moved_to, x.id) < u.before_position
    ORDER BY coalesce(x.moved_to, x.id) DESC LIMIT u.size)`;
}
