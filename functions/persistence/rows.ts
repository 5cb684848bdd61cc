import { type SQL, sql } from 'drizzle-orm';
import type { InboxState, Notification, NotificationContent } from '../core/notification.ts';
import { contentColumns, namesOf, notificationColumns } from './columns.ts';

type Columns = typeof notificationColumns;

/** A notification as PostgreSQL answers it: bigint and timestamps as text. */
export type NotificationRow = {
  [Name in keyof Notification]: Columns[Name] extends 'bigint' | 'timestamptz' ? string : Notification[Name];
};

/** An inbox as PostgreSQL answers it beside notifications, whose rows have a version of their own. */
export type InboxRow = { inbox_version: string; unread_count: number };

/** The rows of an inbox joined to its notifications, at least one: without a notification its `id` is null. */
export type JoinedRow = InboxRow & (NotificationRow | { id: null });

/** The columns of a notification, of the table or subquery with this alias. */
export const columnsOf = (alias: string): SQL =>
  sql.raw(
    namesOf(notificationColumns)
      .map((name) => `${alias}.${name}`)
      .join(', '),
  );

/** The columns of a notification other than `user_id`. */
export const columns = sql.raw(
  namesOf(notificationColumns)
    .filter((name) => name !== 'user_id')
    .join(', '),
);

/** The names of the columns that `contentValues` has the values for, in the same order. */
export const contentNames = sql.raw(namesOf(contentColumns).join(', '));

/** The content of a create command, as a list of parameters. */
export const contentValues = (content: NotificationContent): SQL =>
  sql.join(
    namesOf(contentColumns).map((name) => parameter(content, name)),
    sql`, `,
  );

/** The condition that a row has this content. */
export const hasContent = (alias: string, content: NotificationContent): SQL =>
  sql.join(
    namesOf(contentColumns).map(
      (name) => sql`${sql.raw(`${alias}.${name}`)} IS NOT DISTINCT FROM ${parameter(content, name)}`,
    ),
    sql` AND `,
  );

function parameter(content: NotificationContent, name: keyof NotificationContent): SQL {
  const type = contentColumns[name];
  const value = type === 'jsonb' ? JSON.stringify(content[name]) : content[name];
  return sql`${value}::${sql.raw(type)}`;
}

const readers: Partial<Record<string, (value: string) => unknown>> = {
  bigint: Number,
  timestamptz: (value) => new Date(value).toISOString(),
};

export function toNotification(row: NotificationRow): Notification {
  const fields = namesOf(notificationColumns).map((name) => {
    const read = readers[notificationColumns[name]];
    return [name, read ? read(String(row[name])) : row[name]];
  });
  // The list of columns has every field, and NotificationRow says which of them are read.
  return Object.fromEntries(fields) as Notification;
}

/** The notifications among joined rows, in their order. */
export function toNotifications(rows: readonly JoinedRow[]): Notification[] {
  return rows.flatMap((row) => (row.id === null ? [] : [toNotification(row)]));
}

/** The inbox of a user, from one of its joined rows. Without a row it has never changed. */
export function toInboxState(user_id: string, row: InboxRow | undefined): InboxState {
  return { user_id, version: Number(row?.inbox_version ?? 0), unread_count: row?.unread_count ?? 0 };
}
