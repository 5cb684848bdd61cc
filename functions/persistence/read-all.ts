import { sql } from 'drizzle-orm';
import type { NotificationRepository } from '../core/ports.ts';
import type { Database } from './database.ts';

/**
 * Marks unread notifications as read, in one round trip. The function `inbox_read_all` is in the migrations. Not
 * repeatable, for the reason that `mark` is not.
 */
export async function readAll(
  database: Database,
  user_id: string,
  before_id: number | null,
): ReturnType<NotificationRepository['readAll']> {
  const [row] = await database.execute<{
    updated: number;
    unread_count: number;
    version: string;
    before_id: string | null;
    burst_count: number;
  }>(sql`SELECT * FROM inbox_read_all(${user_id}::uuid, ${before_id}::bigint)`);
  if (!row) throw new Error('inbox_read_all answered no row; it always answers one.');
  const { updated, unread_count, version, burst_count } = row;
  return {
    updated,
    before_id: row.before_id === null ? null : Number(row.before_id),
    inbox: { version: Number(version), unread_count, burst_count },
  };
}
