import {
  bigint,
  bigserial,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';

export const inboxes = pgTable('inboxes', {
  user_id: uuid().primaryKey(),
  version: bigint({ mode: 'number' }).notNull(),
  unread_count: integer().notNull(),
});

export const notifications = pgTable('notifications', {
  id: bigserial({ mode: 'number' }).notNull(),
  user_id: uuid().notNull(),
  actor_id: uuid(),
  title: varchar({ length: 255 }).notNull(),
  body: text().notNull(),
  metadata: jsonb().notNull(),
  channel: varchar({ length: 20 }).notNull().default('in_app'),
  status: varchar({ length: 20 }).notNull().default('unread'),
  created_at: timestamp({ withTimezone: true, precision: 3, mode: 'string' }).notNull(),
  updated_at: timestamp({ withTimezone: true, precision: 3, mode: 'string' }).notNull(),
  version: bigint({ mode: 'number' }).notNull(),
  idempotency_key: varchar({ length: 255 }),
});
