import { type SQL, sql } from 'drizzle-orm';
import { comparedType } from '../core/compared-type.ts';
import { Forbidden } from '../core/errors.ts';
import type {
  NotificationRepository,
  Patch,
  RetractOutcome,
  UpdateOutcome,
} from '../core/notification-repository.ts';
import type { Policy } from '../core/policy.ts';
import { snoozable } from '../core/status.ts';
import { sqlState } from './connection.ts';
import type { Database } from './database.ts';
import { answerOf, markedBy, toMarked } from './mark.ts';
import {
  type AnswerRow,
  type InboxReader,
  type InboxRow,
  type NotificationRow,
  toNotificationOrRetracted,
} from './rows.ts';

// How notifications change after they were created, by their producer and by their user. Each is one round trip.

type Living = Pick<
  NotificationRepository,
  'update' | 'retract' | 'snooze' | 'unsnooze' | 'press' | 'unpress' | 'activities'
>;

/** What a retract answers of each inbox. Without a notification its `id` is null. */
type RetractedRow = InboxRow & { user_id: string; burst_count: number; ids: string[] } & (
    | NotificationRow
    | { id: null }
  );

type ActivityRow = {
  group_key: string | null;
  actor_id: string | null;
  created_at: string | null;
  position: string;
};

/** What functions of the database raise if the sender may not create the type of a notification. */
const forbidden = 'BF403';

/**
 * The part of the repository that is about notifications that live.
 * @param types the configured types, whose defaults a realert respects
 * @param told those that have events, in the form in which they are compared
 */
export function createLiving(
  database: Database,
  inboxes: InboxReader,
  types: Policy['types'],
  told: readonly string[],
): Living {
  const configured = new Set(Object.keys(types).map(comparedType));
  const optional = JSON.stringify(
    Object.fromEntries(
      Object.entries(types).flatMap(([name, rule]) =>
        rule.critical ? [] : [[comparedType(name), rule.default !== 'off']],
      ),
    ),
  );
  const typeOf = ({ metadata }: Patch) => {
    const type = typeof metadata?.type === 'string' ? comparedType(metadata.type) : undefined;
    return type !== undefined && configured.has(type) ? type : null;
  };
  const eventTypes = told.length > 0 ? sql.param(told) : sql`NULL`;
  const change = (user_id: string, call: SQL) => markedBy(database, inboxes, user_id, call);

  return {
    // Repeatable: content that is so already is nothing.
    async update(patch, realert, user_ids, idempotency_key, forbidden) {
      const rows = await byProducer<AnswerRow>(
        database,
        sql`SELECT * FROM inbox_update(${sql.param(user_ids)}::uuid[], ${idempotency_key}::text, ${JSON.stringify(patch)}::jsonb,
          ${typeOf(patch)}::text, ${realert}::boolean, ${optional}::jsonb, ${sql.param(forbidden)}::text[])`,
      );
      return inOrder(
        user_ids,
        rows,
        (row): UpdateOutcome => ({
          notification: toNotificationOrRetracted(row),
          changed: row.outcome === 'changed',
          inbox: inboxes.changed(row.user_id, row),
        }),
      );
    },

    async retract(which, user_ids, forbidden) {
      const key = 'idempotency_key' in which ? which.idempotency_key : null;
      const group = 'group_key' in which ? which.group_key : null;
      const rows = await byProducer<RetractedRow>(
        database,
        sql`SELECT r.ids, (r.answer).* FROM inbox_retract(${sql.param(user_ids)}::uuid[], ${key}::text, ${group}::text,
          ${sql.param(forbidden)}::text[]) r`,
      );
      return inOrder(
        user_ids,
        rows,
        (row): RetractOutcome => ({
          ids: row.ids.map(Number),
          notification: row.id === null ? null : toNotificationOrRetracted(row),
          inbox: inboxes.changed(row.user_id, row),
        }),
      );
    },

    snooze: (user_id, id, until) =>
      change(
        user_id,
        sql`inbox_snooze(${user_id}::uuid, ${id}::bigint, ${sql.param(snoozable)}::text[], ${until}::timestamptz)`,
      ),
    unsnooze: (user_id, id) => change(user_id, sql`inbox_unsnooze(${user_id}::uuid, ${id}::bigint)`),

    async press(user_id, id, button_id) {
      const row = await answerOf(
        database,
        user_id,
        sql`inbox_press(${user_id}::uuid, ${id}::bigint, ${button_id}::text, ${eventTypes}::text[])`,
      );
      return row?.outcome === 'taken' ? 'taken' : row && toMarked(inboxes, row);
    },
    unpress: (user_id, id, button_id) =>
      change(user_id, sql`inbox_unpress(${user_id}::uuid, ${id}::bigint, ${button_id}::text)`),

    async activities(user_id, id, before, limit) {
      const rows = await database.execute<ActivityRow>(activitiesStatement(user_id, id, before, limit), {
        repeatable: true,
        user: user_id,
      });
      if (rows.length === 0) return undefined;
      const activities = rows.flatMap(({ actor_id, created_at, position }) =>
        created_at === null
          ? []
          : [{ actor_id, created_at: new Date(created_at).toISOString(), position: Number(position) }],
      );
      return { activities: activities.slice(0, limit), has_more: activities.length > limit };
    },
  };
}

/** One row more than the page has. A notification without activities is one row of nulls. */
export function activitiesStatement(user_id: string, id: number, before: number | null, limit: number): SQL {
  return sql`
    SELECT a.actor_id, a.created_at, a.position FROM notifications n
    LEFT JOIN LATERAL (SELECT x.actor_id, x.created_at, x.position FROM activities x
      WHERE x.user_id = n.user_id AND x.notification_id = n.id AND x.position < coalesce(${before}::bigint, 9223372036854775807)
      ORDER BY x.position DESC LIMIT ${limit + 1}) a ON true
    WHERE n.user_id = ${user_id} AND n.id = ${id} AND n.status <> 'retracted'
    ORDER BY a.position DESC`;
}

/** @throws Forbidden */
async function byProducer<Row extends Record<string, unknown>>(
  database: Database,
  statement: SQL,
): Promise<Row[]> {
  return database.execute<Row>(statement, { repeatable: true }).catch((error: unknown) => {
    if (sqlState(error) !== forbidden) throw error;
    throw new Forbidden(
      'A notification of this command has a type that this sender may not create, so it may not change it either. Nothing was written.',
    );
  });
}

/** What there is for each user, in the order of the users. */
function inOrder<Row extends { user_id: string }, Outcome>(
  user_ids: readonly string[],
  rows: readonly Row[],
  outcomeOf: (row: Row) => Outcome,
): Outcome[] {
  const byUser = new Map(rows.map((row) => [row.user_id, row]));
  return user_ids.flatMap((user_id) => {
    const row = byUser.get(user_id);
    return row ? [outcomeOf(row)] : [];
  });
}
