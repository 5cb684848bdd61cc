import { sql } from 'drizzle-orm';
import type { Bounds } from '../core/feed.ts';
import type { ChangedWithin, Mark, MarkedNotification, NotificationRepository } from '../core/ports.ts';
import { type Action, transitions } from '../core/status.ts';
import type { Database } from './database.ts';
import { columnsOf, type InboxReader, type InboxRow, type NotificationRow, toNotification } from './rows.ts';

// Each of these is one round trip to an SQL function of the migrations. None is repeatable: a second run would find nothing
// to change, and nothing would be pushed. On `Unavailable` the client asks again.

/** What a change of several answers, always in one row. */
type ManyRow = InboxRow & { burst_count: number; updated: string[]; before_position: string | null };

/** Applies an action to one notification. */
export async function mark(
  database: Database,
  inboxes: InboxReader,
  user_id: string,
  id: number,
  action: Action,
): Promise<MarkedNotification | undefined> {
  const { from, to } = transitions[action];
  const [row] = await database.execute<NotificationRow & InboxRow & { outcome: string; burst_count: number }>(
    sql`
      SELECT a.outcome, a.user_id, ${columnsOf('(a.n)')}, a.inbox_version, a.unread_count, a.unseen_count, a.scopes, a.burst_count
      FROM inbox_mark(${user_id}::uuid, ${id}::bigint, ${sql.param(from)}::text[], ${to}::text) a`,
    { user: user_id },
  );
  return (
    row && {
      notification: toNotification(row),
      changed: row.outcome === 'changed',
      inbox: inboxes.changed(user_id, row),
    }
  );
}

/** Applies an action to several notifications, as one change. */
export async function markMany(
  database: Database,
  inboxes: InboxReader,
  user_id: string,
  action: Action,
  marks: readonly Mark[],
): ReturnType<NotificationRepository['markMany']> {
  const { from, to } = transitions[action];
  const row = await one(
    database,
    user_id,
    sql`SELECT * FROM inbox_mark_many(${user_id}::uuid, ${sql.param(marks.map(({ id }) => id))}::bigint[],
      ${sql.param(marks.map(({ position }) => position))}::bigint[], ${sql.param(from)}::text[], ${to}::text)`,
  );
  return { updated: row.updated.map(Number), inbox: inboxes.changed(user_id, row) };
}

/** Applies an action to whatever it applies to within bounds, as one change. Its action leads from one status. */
export async function markWithin(
  database: Database,
  inboxes: InboxReader,
  user_id: string,
  { before_position, scope, types }: Bounds,
  { from, to }: { from: 'unread' | 'read'; to: 'read' | 'archived' },
): Promise<ChangedWithin> {
  const row = await one(
    database,
    user_id,
    sql`SELECT cardinality(updated) AS updated, before_position, inbox_version, unread_count, unseen_count, scopes, burst_count
      FROM inbox_mark_matching(${user_id}::uuid, ${before_position}::bigint, ${scope}::text,
        ${types.length > 0 ? sql.param(types) : null}::text[], ${from}::text, ${to}::text)`,
  );
  return {
    updated: Number(row.updated),
    before_position: row.before_position === null ? null : Number(row.before_position),
    inbox: inboxes.changed(user_id, row),
  };
}

/** Counts everything up to a position as seen. */
export async function seen(
  database: Database,
  inboxes: InboxReader,
  user_id: string,
  before_position: number,
  scope: string | null,
): ReturnType<NotificationRepository['seen']> {
  const row = await one(
    database,
    user_id,
    sql`SELECT * FROM inbox_seen(${user_id}::uuid, ${before_position}::bigint, ${scope}::text)`,
  );
  return {
    changed: row.burst_count > 0,
    before_position: Number(row.before_position),
    inbox: inboxes.changed(user_id, row),
  };
}

async function one(database: Database, user: string, statement: ReturnType<typeof sql>): Promise<ManyRow> {
  const [row] = await database.execute<ManyRow>(statement, { user });
  if (!row) throw new Error('An SQL function of the inbox returned no row, but it always returns one.');
  return row;
}
