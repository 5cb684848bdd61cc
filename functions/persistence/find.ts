import { sql } from 'drizzle-orm';
import type { InboxState, Notification } from '../core/notification.ts';
import type { Database } from './database.ts';
import { columns, type InboxRow, type NotificationRow, toInboxState, toNotification } from './rows.ts';

/** One notification of a user. */
export async function find(
  database: Database,
  user_id: string,
  id: number,
): Promise<Notification | undefined> {
  const [row] = await database.execute<NotificationRow>(
    sql`SELECT user_id, ${columns} FROM notifications WHERE user_id = ${user_id} AND id = ${id}`,
    { repeatable: true },
  );
  return row && toNotification(row);
}

/** The version and the count of an inbox. */
export async function inbox(database: Database, user_id: string): Promise<InboxState> {
  const [row] = await database.execute<InboxRow>(
    sql`SELECT version AS inbox_version, unread_count FROM inboxes WHERE user_id = ${user_id}`,
    { repeatable: true },
  );
  return toInboxState(row);
}
