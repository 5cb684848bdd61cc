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
 * One row for each user who ever got a notification. Every writer locks it before it touches a notification, so that
 * changes to one inbox come one after the other and writers to several inboxes never deadlock.
 *
 * A migration of its own sets `fillfactor = 50`: each change updates this row in place (heap-only), without an index.
 */
export const inboxes = pgTable(
  'inboxes',
  {
    user_id: uuid().primaryKey(),
    version: bigint({ mode: 'number' }).notNull().default(0),
    unread_count: integer().notNull().default(0),
    /** Deletions by retention raise it; who knows only an older version cannot be told what changed since. */
    floor_version: bigint({ mode: 'number' }).notNull().default(0),
    /** The running second of changes, and how many changes it has seen. */
    burst_started_at: timestamp({ withTimezone: true, mode: 'string' }).notNull().default(sql`'-infinity'`),
    burst_count: integer().notNull().default(0),
  },
  (inbox) => [check('inboxes_unread_count_check', sql`${inbox.unread_count} >= 0`)],
);

/**
 * The notifications. The names of the columns are those of the JSON fields. Ids are drawn under the lock on the inbox,
 * so that within an inbox their order is the order of versions.
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
    // Not on the id alone: with it the planner may walk the whole table backward to find one user's page (198 ms against 0.1).
    primaryKey({ name: 'notifications_pkey', columns: [notification.user_id, notification.id] }),
    unique('notifications_user_key').on(notification.user_id, notification.idempotency_key),
    check('notifications_status_check', sql`${notification.status} IN ('unread', 'read', 'archived')`),
    // list.ts: the page of a bell, newest first, which shows everything but the archived. NULLS FIRST is what ORDER BY
    // id DESC means; without it PostgreSQL would sort, even though no id is null.
    index('notifications_feed')
      .on(notification.user_id, notification.id.desc().nullsFirst())
      .where(sql`${notification.status} <> 'archived'`),
    // list.ts filtered by `unread`, and inbox_read_all: few rows even where the inbox is long.
    index('notifications_unread')
      .on(notification.user_id, notification.id)
      .where(sql`${notification.status} = 'unread'`),
    // changes.ts: what happened after a version, in order.
    index('notifications_changes').on(notification.user_id, notification.version, notification.id),
    // retention.ts: what is due, oldest first, whoever it belongs to. Each row is in one of the two, so that a write pays
    // for one more entry; by (status, created_at) in one index the rows of two statuses would not come in one order.
    index('notifications_archivable')
      .on(notification.created_at)
      .where(sql`${notification.status} <> 'archived'`),
    index('notifications_deletable')
      .on(notification.created_at)
      .where(sql`${notification.status} = 'archived'`),
  ],
);
