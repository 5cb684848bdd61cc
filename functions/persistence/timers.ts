import { type SQL, sql } from 'drizzle-orm';
import type { CreateCommand } from '../core/create-command.ts';
import type { Notification } from '../core/notification.ts';
import type { EventName, OutgoingEvent } from '../core/outgoing-event.ts';
import type { Policy } from '../core/policy.ts';
import type { Fired, TimerRepository } from '../core/timers.ts';
import type { Database } from './database.ts';
import { typesWithEvents } from './notification-repository.ts';
import {
  columnsOf,
  createInboxReader,
  type InboxReader,
  type InboxRow,
  type NotificationRow,
  toNotification,
} from './rows.ts';

/** Notifications that one batch looks at. A writer to one of their inboxes waits for a few milliseconds at most. */
const firedAtOnce = 100;

/** Scheduled creates that one tick claims at once. Each may have 500 recipients. */
const claimedAtOnce = 20;

/** Events that one tick takes at once. */
const takenAtOnce = 100;

/** For how long a tick has for itself what it takes: for longer than any tick runs. */
const lease = sql`clock_timestamp() + interval '5 minutes'`;

/** `more`: as many were due as one batch looks at. */
type FiredRow = InboxRow & {
  outcome: 'archived' | 'woken' | 'skipped' | 'more';
  user_id: string;
  burst_count: number;
  ids: string[] | null;
} & (NotificationRow | { id: null });

type ClaimedRow = { id: string; command: CreateCommand; expired_at: string | null };

type EventRow = {
  id: string;
  event: EventName;
  user_id: string;
  notification_id: string;
  version: string;
  created_at: string;
  type: string | null;
  action_id: string | null;
  notification_row: NotificationRow | null;
};

/** When something is due, in milliseconds since the Unix epoch, as PostgreSQL answers it. */
type StandingRow = Record<'now' | 'timer' | 'schedule' | 'event', string | null> & { scheduled: string };

/**
 * What the tick does in PostgreSQL, by its clock. Every call is one round trip.
 * @param policy.scopes the configured scopes, which answers have the counts of
 * @param policy.types the configured types: the expiry of those with events is told
 */
export function createTimerRepository(
  database: Database,
  { scopes, types = {} }: { scopes: readonly string[]; types?: Policy['types'] },
): TimerRepository {
  const inboxes = createInboxReader(scopes);
  const told = typesWithEvents(types);

  return {
    async fire(leftOut) {
      const rows = await database.execute<FiredRow>(
        sql`SELECT f.ids, (f.answer).* FROM inbox_tick(${firedAtOnce}::int, ${sql.param(leftOut)}::uuid[],
          ${told.length > 0 ? sql.param(told) : sql`NULL`}::text[]) f`,
      );
      return {
        fired: rows.flatMap((row) => toFired(inboxes, row)),
        isDone: rows.every(({ outcome }) => outcome !== 'more'),
      };
    },

    async claimScheduled() {
      const rows = await database.execute<ClaimedRow>(claimStatement());
      return rows
        .map(({ id, ...claimed }) => ({ ...claimed, id: Number(id) }))
        .toSorted((one, other) => one.id - other.id);
    },

    async settleScheduled(id, outcome) {
      // What was sent is in the inboxes, where it can be retracted: no second copy is kept. What was refused is nowhere else.
      const outcomeOf = outcome === 'sent' ? sql`command = '{}', sent_at` : sql`refused_at`;
      await database.execute(
        sql`UPDATE scheduled SET ${outcomeOf} = clock_timestamp()
          WHERE id = ${id} AND coalesce(sent_at, cancelled_at, refused_at) IS NULL`,
        { repeatable: true },
      );
    },

    async takeEvents() {
      const rows = await database.execute<EventRow>(takeStatement());
      return rows.map(toEvent).toSorted((one, other) => one.outbox_id - other.outbox_id);
    },

    async dropEvents(outbox_ids) {
      await database.execute(sql`DELETE FROM outbox WHERE id = ANY (${sql.param(outbox_ids)}::bigint[])`, {
        repeatable: true,
      });
    },

    async standing() {
      const [row] = await database.execute<StandingRow>(standingStatement(), { repeatable: true });
      if (!row) throw new Error('The statement of what is due returned no row, but it always returns one.');
      const times = [row.timer, row.schedule, row.event].flatMap((at) => (at === null ? [] : Number(at)));
      const lateness = (at: string | null) => (at === null ? 0 : Math.max(0, Number(row.now) - Number(at)));
      return {
        next_due: times.length > 0 ? Math.min(...times) : null,
        timers_late_ms: lateness(row.timer),
        scheduled_late_ms: lateness(row.schedule),
        events_late_ms: lateness(row.event),
        scheduled: Number(row.scheduled),
      };
    },
  };
}

/** The subquery finds the row as it was before: one that a tick had claimed may have been sent by it. */
export const claimStatement = (): SQL => sql`
  UPDATE scheduled s SET leased_until = ${lease} WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM scheduled x WHERE coalesce(x.sent_at, x.cancelled_at, x.refused_at) IS NULL
      AND x.deliver_at <= clock_timestamp() AND x.leased_until < clock_timestamp()
    ORDER BY x.deliver_at LIMIT ${claimedAtOnce} FOR UPDATE SKIP LOCKED))
  RETURNING s.id, s.command, CASE WHEN (s.command->>'expires_at')::timestamptz <= clock_timestamp()
    AND (SELECT o.leased_until FROM scheduled o WHERE o.id = s.id) = '-infinity' THEN s.command->>'expires_at' END AS expired_at`;

export const takeStatement = (): SQL => sql`
  UPDATE outbox o SET leased_until = ${lease} WHERE o.id = ANY (ARRAY(
    SELECT x.id FROM outbox x WHERE x.leased_until < clock_timestamp() ORDER BY x.id LIMIT ${takenAtOnce} FOR UPDATE SKIP LOCKED))
  RETURNING o.id, o.event, o.user_id, o.notification_id, o.version, o.created_at, o.detail->>'type' AS type,
    o.detail->>'action_id' AS action_id,
    (SELECT to_jsonb(r) FROM (SELECT n.user_id, ${columnsOf('n')}
      FROM jsonb_populate_record(NULL::notifications, nullif(o.detail->'notification', 'null')) n WHERE n.id IS NOT NULL) r) AS notification_row`;

/** What another tick has taken counts too: if that tick has died, it is due again soon. */
export const standingStatement = (): SQL => sql`
  SELECT ${inMs(sql`clock_timestamp()`)} AS now, ${inMs(sql`timer`)} AS timer, ${inMs(sql`schedule`)} AS schedule,
    ${inMs(sql`event`)} AS event, scheduled FROM (SELECT
      (SELECT ${due} FROM notifications n WHERE ${due} IS NOT NULL ORDER BY ${due} LIMIT 1) AS timer,
      (SELECT s.deliver_at FROM scheduled s WHERE ${settled} IS NULL ORDER BY s.deliver_at LIMIT 1) AS schedule,
      (SELECT o.created_at FROM outbox o ORDER BY o.id LIMIT 1) AS event,
      (SELECT count(*) FROM scheduled s WHERE ${settled} IS NULL) AS scheduled) first`;

const due = sql`notification_due(n.status, n.is_expired, n.expires_at, n.alert_at, n.snoozed_until)`;
const settled = sql`coalesce(s.sent_at, s.cancelled_at, s.refused_at)`;
const inMs = (at: SQL): SQL => sql`ceil(extract(epoch FROM ${at}) * 1000)::bigint`;

function toFired(inboxes: InboxReader, row: FiredRow): Fired[] {
  const { outcome, user_id } = row;
  switch (outcome) {
    case 'more':
      return [];
    case 'skipped':
      return [{ outcome, user_id }];
    case 'archived': {
      const notification = row.id === null ? null : toNotification(row);
      return [
        { outcome, ids: (row.ids ?? []).map(Number), notification, inbox: inboxes.changed(user_id, row) },
      ];
    }
    case 'woken':
      if (row.id === null) throw new Error('inbox_tick returned no notification that was woken.');
      return [{ outcome, notification: toNotification(row), inbox: inboxes.changed(user_id, row) }];
  }
}

function toEvent(row: EventRow): OutgoingEvent & { outbox_id: number } {
  const { event, user_id, notification_id, version, type, action_id, notification_row } = row;
  const notification: Notification | null = notification_row && toNotification(notification_row);
  return {
    outbox_id: Number(row.id),
    id: `${user_id}:${version}:${notification_id}:${event}`,
    event,
    user_id,
    notification_id: Number(notification_id),
    version: Number(version),
    at: new Date(row.created_at).toISOString(),
    type,
    ...(action_id !== null && { action_id }),
    ...(notification && { notification }),
  };
}
