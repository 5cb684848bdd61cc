import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  check,
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
import type { Metadata } from '../core/metadata.ts';

/**
 * One row for each user who has ever got a notification. Every writer locks this row before it touches a notification. So
 * changes to one inbox happen one after the other, and writers to several inboxes never deadlock.
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
  },
  (inbox) => [check('inboxes_unread_count_check', sql`${inbox.unread_count} >= 0`)],
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
    created_at: timestamp({ withTimezone: true, precision: 3, mode: 'string' }).notNull(),
    updated_at: timestamp({ withTimezone: true, precision: 3, mode: 'string' }).notNull(),
    version: bigint({ mode: 'number' }).notNull(),
    idempotency_key: varchar({ length: 255 }),
  },
  (notification) => [
    // Not the id alone: the planner might then scan the whole table backward for one user's page (198 ms instead of 0.1 ms).
    primaryKey({ name: 'notifications_pkey', columns: [notification.user_id, notification.id] }),
    unique('notifications_user_key').on(notification.user_id, notification.idempotency_key),
    check('notifications_status_check', sql`${notification.status} IN ('unread', 'read', 'archived')`),
    // list.ts: a page of all notifications that are not archived, newest first. ORDER BY id DESC implies NULLS FIRST. An
    // index without NULLS FIRST would not fit, and PostgreSQL would sort, although no id is null.
    index('notifications_feed')
      .on(notification.user_id, notification.id.desc().nullsFirst())
      .where(sql`${notification.status} <> 'archived'`),
    // list.ts filtered by `unread`, and inbox_read_all: few rows even if the inbox is long.
    index('notifications_unread')
      .on(notification.user_id, notification.id)
      .where(sql`${notification.status} = 'unread'`),
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
  ],
);
