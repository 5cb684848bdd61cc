import { type SQL, sql } from 'drizzle-orm';
import type { Bounds } from '../core/feed.ts';
import type {
  ChangedWithin,
  Mark,
  MarkedNotification,
  NotificationRepository,
} from '../core/notification-repository.ts';
import { type Action, transitions } from '../core/status.ts';
import type { Database } from './database.ts';
import { type AnswerRow, type InboxReader, type InboxRow, toNotification } from './rows.ts';

// Each of these is one round trip to an SQL function of the migrations. None is repeatable: a second run would find nothing
// to change, and nothing would be pushed. On `Unavailable` the client asks again.

/** What a change of several answers, always in one row. */
type ManyRow = InboxRow & { burst_count: number; updated: string[]; before_position: string | null };

/** Applies an action to one notification. */
export async function mark(
  database: Database,
  inboxes: InboxReader,
  told: readonly string[],
  user_id: string,
  id: number,
  action: Action,
): Promise<MarkedNotification | undefined> {
  const { from, to } = transitions[action];
  return markedBy(
    database,
    inboxes,
    user_id,
    sql`inbox_mark(${user_id}::uuid, ${id}::bigint, ${sql.param(from)}::text[], ${to}::text, ${eventTypes(told, action)}::text[])`,
  );
}

/** Runs a function that changes one notification. Undefined: there is none. */
export async function markedBy(
  database: Database,
  inboxes: InboxReader,
  user_id: string,
  call: SQL,
): Promise<MarkedNotification | undefined> {
  const row = await answerOf(database, user_id, call);
  return row && toMarked(inboxes, row);
}

export async function answerOf(database: Database, user: string, call: SQL): Promise<AnswerRow | undefined> {
  const [row] = await database.execute<AnswerRow>(sql`SELECT * FROM ${call}`, { user });
  return row;
}

export const toMarked = (inboxes: InboxReader, row: AnswerRow): MarkedNotification => ({
  notification: toNotification(row),
  changed: row.outcome === 'changed',
  inbox: inboxes.changed(row.user_id, row),
});

/**
 * The types whose change by this action is told on the event bus. Null: none, so nothing is written.
 * @param told the configured types that have events
 */
const eventTypes = (told: readonly string[], action: Action) =>
  told.length > 0 && (action === 'read' || action === 'archive') ? sql.param(told) : sql`NULL`;

/** Applies an action to several notifications, as one change. */
export async function markMany(
  database: Database,
  inboxes: InboxReader,
  told: readonly string[],
  user_id: string,
  action: Action,
  marks: readonly Mark[],
): ReturnType<NotificationRepository['markMany']> {
  const { from, to } = transitions[action];
  const row = await one(
    database,
    user_id,
    sql`SELECT * FROM inbox_mark_many(${user_id}::uuid, ${sql.param(marks.map(({ id }) => id))}::bigint[],
      ${sql.param(marks.map(({ position }) => position))}::bigint[], ${sql.param(from)}::text[], ${to}::text,
      ${eventTypes(told, action)}::text[])`,
  );
  return { updated: row.updated.map(Number), inbox: inboxes.changed(user_id, row) };
}

/** Marks what is unread within bounds as read, or archives what is read, as one change. */
export async function markWithin(
  database: Database,
  inboxes: InboxReader,
  told: readonly string[],
  user_id: string,
  { before_position, scope, types }: Bounds,
  action: 'read' | 'archive',
): Promise<ChangedWithin> {
  const { to } = transitions[action];
  const from = action === 'read' ? 'unread' : 'read';
  const row = await one(
    database,
    user_id,
    sql`SELECT cardinality(updated) AS updated, before_position, inbox_version, unread_count, unseen_count, scopes, burst_count
      FROM inbox_mark_matching(${user_id}::uuid, ${before_position}::bigint, ${scope}::text,
        ${types.length > 0 ? sql.param(types) : null}::text[], ${from}::text, ${to}::text,
        ${eventTypes(told, action)}::text[])`,
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

async function one(database: Database, user: string, statement: SQL): Promise<ManyRow> {
  const [row] = await database.execute<ManyRow>(statement, { user });
  if (!row) throw new Error('An SQL function of the inbox returned no row, but it always returns one.');
  return row;
}
