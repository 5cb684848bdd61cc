import type { Notification, NotificationContent } from '../core/notification.ts';
import type { notifications } from './schema.ts';

// The columns of a notification, once: statements, rows and grants are made from these lists.

type Stored = typeof notifications.$inferSelect;
type SqlType = 'bigint' | 'integer' | 'jsonb' | 'text' | 'timestamptz' | 'uuid' | 'uuid[]';

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

/** Fields that are not stored as they are answered, with how they are read. */
export const derivedColumns = {
  /** The id, until something moves the notification up. */
  position: { type: 'bigint', read: (alias) => `coalesce(${alias}.moved_to, ${alias}.id)` },
  /** Stored as an empty text if there is none, because an index reads it as one range. */
  scope: { type: 'text', read: (alias) => `nullif(${alias}.scope, '')` },
  /** Stored as null if there are none. */
  actor_ids: { type: 'uuid[]', read: (alias) => `coalesce(${alias}.actor_ids, '{}')` },
} as const satisfies Partial<Record<keyof Notification, { type: SqlType; read: (alias: string) => string }>>;

type Derived = keyof typeof derivedColumns;

/** What a create command says, as it is stored. */
export const contentColumns = {
  actor_id: 'uuid',
  title: 'text',
  body: 'text',
  metadata: 'jsonb',
  channel: 'text',
  actions: 'jsonb',
  expires_at: 'timestamptz',
} as const satisfies ColumnsOf<Omit<NotificationContent, Derived>>;

/** Everything else that the service answers, as it is stored. */
export const storedColumns = {
  id: 'bigint',
  user_id: 'uuid',
  ...contentColumns,
  status: 'text',
  snoozed_until: 'timestamptz',
  group_key: 'text',
  group_count: 'integer',
  action_id: 'text',
  action_at: 'timestamptz',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  version: 'bigint',
} as const satisfies ColumnsOf<Omit<Notification, Derived>>;

/** Every field of a notification, with the type that PostgreSQL answers. */
export const notificationColumns = {
  ...storedColumns,
  position: derivedColumns.position.type,
  scope: derivedColumns.scope.type,
  actor_ids: derivedColumns.actor_ids.type,
} as const satisfies Record<keyof Notification, SqlType>;

/** The names of the columns of such a list, in its order. */
export const namesOf = <Name extends string>(columns: Readonly<Record<Name, unknown>>): Name[] =>
  Object.keys(columns) as Name[];
