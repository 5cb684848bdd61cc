import type { Notification, NotificationContent } from '../core/notification.ts';
import type { notifications } from './schema.ts';

// The columns of a notification, once: statements, rows and grants are made from these two lists.

type Stored = typeof notifications.$inferSelect;
type SqlType = 'bigint' | 'jsonb' | 'text' | 'timestamptz' | 'uuid';

/** A type for each field. It does not compile if the table lacks a column, or if field and column disagree about null. */
type ColumnsOf<Fields> = {
  readonly [Name in keyof Fields]: Name extends keyof Stored
    ? null extends Fields[Name]
      ? null extends Stored[Name]
        ? SqlType
        : never
      : null extends Stored[Name]
        ? never
        : SqlType
    : never;
};

/** What a create command says. The type is that of the parameter. */
export const contentColumns = {
  actor_id: 'uuid',
  title: 'text',
  body: 'text',
  metadata: 'jsonb',
  channel: 'text',
} as const satisfies ColumnsOf<NotificationContent>;

/** Everything that the service answers. The key of idempotency is written only. */
export const notificationColumns = {
  id: 'bigint',
  user_id: 'uuid',
  ...contentColumns,
  status: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  version: 'bigint',
} as const satisfies ColumnsOf<Notification> & Record<Exclude<keyof Stored, 'idempotency_key'>, SqlType>;

/** The names of the columns of such a list, in its order. */
export const namesOf = <Name extends string>(columns: Readonly<Record<Name, SqlType>>): Name[] =>
  Object.keys(columns) as Name[];
