import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { CreateCommand } from '../core/create-command.ts';
import type { Metadata } from '../core/metadata.ts';
import type { Button } from '../core/notification.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** A time to the millisecond, as the service answers it. */
const time = () => timestamp({ withTimezone: true, precision: 3, mode: 'string' });

/** Until when a worker has something for itself. */
const leased_until = () =>
  timestamp({ withTimezone: true, mode: 'string' }).notNull().default(sql`'-infinity'`);

/** The counts of a scope: how many are unread, how many of those are unseen, and up to which position all are seen. */
type ScopeCounts = [unread: number, unseen: number, seen_position: number];

/**
 * One row for each user who has ever got a notification or chosen a preference. Every writer locks this row before it
 * touches a notification. So changes to one inbox happen one after the other, and writers to several inboxes never deadlock.
 *
 * A migration sets `fillfactor = 50`. Then an update finds room in the same page and needs no new index entry (heap-only).
 */
export const inboxes = pgTable(
  'inboxes',
  {
    user_id: uuid().primaryKey(),
    version: bigint({ mode: 'number' }).notNull().default(0),
    unread_count: integer().notNull().default(0),
    /** Retention raises it when it deletes. A client with an older version gets a reset, because deletions are not listed. */
    floor_version: bigint({ mode: 'number' }).notNull().default(0),
    /** When the current second of changes began, and how many changes it has had. */
    burst_started_at: timestamp({ withTimezone: true, mode: 'string' }).notNull().default(sql`'-infinity'`),
    burst_count: integer().notNull().default(0),
    unseen_count: integer().notNull().default(0),
    /** Of each scope that has ever had a notification here. What has no scope is the whole less these. */
    scopes: jsonb().$type<Record<string, ScopeCounts>>().notNull().default({}),
    /** Up to which position everything without a scope is seen. */
    seen_position: bigint({ mode: 'number' }).notNull().default(0),
    /**
     * The version at which `unseen_count` and `scopes` were right. Functions of the first edition raise `version` alone, and
     * the next writer that finds the two apart counts anew.
     */
    counted_version: bigint({ mode: 'number' }).notNull().default(-1),
    /** The types that the user has switched off, and on. A changed default moves only those who never chose. */
    muted: text().array().notNull().default([]),
    unmuted: text().array().notNull().default([]),
    /** Whether keys of creates that went into a group are among the activities. */
    has_group_keys: boolean().notNull().default(false),
  },
  (inbox) => [
    check('inboxes_unread_count_check', sql`${inbox.unread_count} >= 0`),
    check('inboxes_unseen_count_check', sql`${inbox.unseen_count} >= 0`),
  ],
);

/**
 * The notifications. The columns have the names of the JSON fields. An id is taken while the inbox is locked, so within an
 * inbox the order of the ids is the order in which notifications were created.
 */
export const notifications = pgTable(
  'notifications',
  {
    id: bigserial({ mode: 'number' }).notNull(),
    user_id: uuid().notNull(),
    actor_id: uuid(),
    title: varchar({ length: 255 }).notNull(),
    body: text().notNull(),
    metadata: jsonb().$type<Metadata>().notNull().default({}),
    channel: varchar({ length: 20 }).notNull().default('in_app'),
    status: varchar({ length: 20 }).notNull().default('unread'),
    created_at: time().notNull(),
    updated_at: time().notNull(),
    version: bigint({ mode: 'number' }).notNull(),
    idempotency_key: varchar({ length: 255 }),
    /** Empty: no scope. */
    scope: varchar({ length: 32 }).notNull().default(''),
    /** The position to which it has moved up. Null: its position is its id. */
    moved_to: bigint({ mode: 'number' }),
    /** Whether it has left `unread` since it came or moved up. Then it is seen, whatever has been scrolled past. */
    seen: boolean().notNull().default(false),
    /** Of the command as first given. Null: a function of the first edition has made the row, and its content is the command. */
    command_hash: bytea(),
    /** The configured type, in the form in which types are compared. Null: it has none. */
    compared_type: text(),
    /** What creates of a group have in common, and whether the next one goes into this notification. */
    group_key: varchar({ length: 255 }),
    group_open: boolean().notNull().default(false),
    group_count: integer().notNull().default(1),
    /** Null is none: an empty array takes 16 bytes of each row. */
    actor_ids: uuid().array(),
    expires_at: time(),
    /** Whether the tick has seen that it has expired. */
    is_expired: boolean().notNull().default(false),
    /** When an event tells that it is still unread. Null once it was told, or has left `unread`. */
    alert_at: time(),
    snoozed_until: time(),
    /** The status to which it goes back by hand. */
    snoozed_from: varchar({ length: 20 }),
    actions: jsonb().$type<Button[]>(),
    action_id: varchar({ length: 64 }),
    action_at: time(),
  },
  (notification) => {
    const type = sql`(${notification.metadata}->>'type')`;
    const due = sql`notification_due(${notification.status}, ${notification.is_expired}, ${notification.expires_at}, ${notification.alert_at}, ${notification.snoozed_until})`;
    return [
      // Not the id alone: the planner might then scan the whole table backward for one user's page (198 ms instead of 0.1 ms).
      primaryKey({ name: 'notifications_pkey', columns: [notification.user_id, notification.id] }),
      unique('notifications_user_key').on(notification.user_id, notification.idempotency_key),
      check(
        'notifications_status_check',
        sql`${notification.status} IN ('unread', 'read', 'archived', 'snoozed', 'retracted')`,
      ),
      // list.ts: a page is a few ranges of one of these two, each read from its top: one for each status and scope, and with
      // a filter by type for each type. So a page costs what it shows, whatever it leaves out. Neither is partial by status,
      // so that one plan serves all parameters. The first serves the changes of many, too.
      index('notifications_shelf').on(
        notification.user_id,
        notification.status,
        notification.scope,
        descending(positionOf(notification)),
      ),
      index('notifications_type')
        .on(
          notification.user_id,
          type,
          notification.status,
          notification.scope,
          descending(positionOf(notification)),
        )
        .where(sql`${type} IS NOT NULL`),
      // changes.ts: the notifications that changed after a version, in order.
      index('notifications_changes').on(notification.user_id, notification.version, notification.id),
      // retention.ts: what is due in all inboxes, oldest first. Each row is in exactly one of the two indexes, so a write adds
      // one entry. A single index on (status, created_at) would not return unread and read rows in one order of age.
      index('notifications_archivable')
        .on(notification.created_at)
        .where(sql`${notification.status} <> 'archived'`),
      index('notifications_deletable')
        .on(notification.created_at)
        .where(sql`${notification.status} = 'archived'`),
      // inbox_grouped and inbox_retract: the notifications of a group, and the one that is open.
      index('notifications_group')
        .on(notification.user_id, notification.group_key, notification.group_open)
        .where(sql`${notification.group_key} IS NOT NULL`),
      // inbox_tick: what is due in all inboxes, longest first. Few rows have an entry.
      index('notifications_due').on(due).where(sql`${due} IS NOT NULL`),
    ];
  },
);

/** Where a notification is in its feed. Queries write it in the same way, or no index fits. */
function positionOf({ moved_to, id }: { moved_to: unknown; id: unknown }): SQL {
  return sql`coalesce(${moved_to}, ${id})`;
}

// ORDER BY ... DESC implies NULLS FIRST, as in the index.
const descending = (expression: SQL): SQL => sql`${expression} DESC`;

/**
 * The creates that went into a grouped notification. Those after the first have their keys here, because the notification has
 * that of the first.
 */
export const activities = pgTable(
  'activities',
  {
    user_id: uuid().notNull(),
    notification_id: bigint({ mode: 'number' }).notNull(),
    position: bigint({ mode: 'number' }).notNull(),
    actor_id: uuid(),
    created_at: time().notNull(),
    idempotency_key: varchar({ length: 255 }),
    command_hash: bytea(),
  },
  (activity) => [
    primaryKey({
      name: 'activities_pkey',
      columns: [activity.user_id, activity.notification_id, activity.position],
    }),
    unique('activities_user_key').on(activity.user_id, activity.idempotency_key),
  ],
);

/** Events on their way to the event bus, each written in the statement of its change. */
export const outbox = pgTable('outbox', {
  id: bigserial({ mode: 'number' }).primaryKey(),
  event: varchar({ length: 40 }).notNull(),
  user_id: uuid().notNull(),
  notification_id: bigint({ mode: 'number' }).notNull(),
  version: bigint({ mode: 'number' }).notNull(),
  /** What the event says beside these columns. */
  detail: jsonb().notNull(),
  created_at: time().notNull(),
  leased_until: leased_until(),
});

/** Creates that are to be sent later. They are kept for 30 days after that. */
export const scheduled = pgTable(
  'scheduled',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    deliver_at: time().notNull(),
    command: jsonb().$type<CreateCommand>().notNull(),
    /** A hash of the key and the recipients. Null without a key. */
    dedupe: text().unique('scheduled_dedupe'),
    command_hash: bytea().notNull(),
    created_at: time().notNull(),
    made_by: text(),
    leased_until: leased_until(),
    sent_at: time(),
    cancelled_at: time(),
    refused_at: time(),
  },
  (schedule) => {
    const settled_at = sql`coalesce(${schedule.sent_at}, ${schedule.cancelled_at}, ${schedule.refused_at})`;
    return [
      // timers.ts: what is due, longest first.
      index('scheduled_due').on(schedule.deliver_at).where(sql`${settled_at} IS NULL`),
      // retention.ts: what was settled long ago.
      index('scheduled_settled').on(settled_at).where(sql`${settled_at} IS NOT NULL`),
    ];
  },
);
