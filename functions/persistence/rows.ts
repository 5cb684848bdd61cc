import { sql } from 'drizzle-orm';
import type { InboxState, Metadata, Notification, Status } from '../core/notification.ts';

/** A notification as PostgreSQL answers it: bigint and timestamps as text. */
export type NotificationRow = {
  id: string;
  user_id: string;
  actor_id: string | null;
  title: string;
  body: string;
  metadata: Metadata;
  channel: string;
  status: Status;
  created_at: string;
  updated_at: string;
  version: string;
};

/** An inbox as PostgreSQL answers it beside notifications, whose rows have a version of their own. */
export type InboxRow = { inbox_version: string; unread_count: number };

/** The rows of an inbox joined to its notifications, at least one: without a notification its `id` is null. */
export type JoinedRow = InboxRow & (NotificationRow | { id: null });

/** The columns of a notification other than `user_id`. */
export const columns = sql.raw(
  'id, actor_id, title, body, metadata, channel, status, created_at, updated_at, version',
);

export function toNotification(row: NotificationRow): Notification {
  return {
    id: Number(row.id),
    user_id: row.user_id,
    actor_id: row.actor_id,
    title: row.title,
    body: row.body,
    metadata: row.metadata,
    channel: row.channel,
    status: row.status,
    created_at: toIso(row.created_at),
    updated_at: toIso(row.updated_at),
    version: Number(row.version),
  };
}

/** The notifications among joined rows, in their order. */
export function toNotifications(rows: readonly JoinedRow[]): Notification[] {
  return rows.flatMap((row) => (row.id === null ? [] : [toNotification(row)]));
}

/** The inbox of joined rows; where there is no row at all, an inbox that nothing has happened to. */
export function toInboxState(row: InboxRow | undefined): InboxState {
  return { version: Number(row?.inbox_version ?? 0), unread_count: row?.unread_count ?? 0 };
}

const toIso = (timestamp: string): string => new Date(timestamp).toISOString();
