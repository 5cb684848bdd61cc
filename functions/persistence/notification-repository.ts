import { type SQL, sql } from 'drizzle-orm';
import type { NotificationRepository } from '../core/ports.ts';
import { changes } from './changes.ts';
import { create } from './create.ts';
import type { Database } from './database.ts';
import { list } from './list.ts';
import { mark } from './mark.ts';
import { columns, type InboxRow, type NotificationRow, toInboxState, toNotification } from './rows.ts';

type ReadAllRow = {
  updated: number;
  unread_count: number;
  version: string;
  before_id: string | null;
  burst_count: number;
};

/** The inboxes in PostgreSQL. Every call is one round trip; only a create that repeats an idempotency key takes more. */
export function createNotificationRepository(database: Database): NotificationRepository {
  const read = async <Row extends Record<string, unknown>>(
    user: string,
    statement: SQL,
  ): Promise<Row | undefined> => (await database.execute<Row>(statement, { repeatable: true, user }))[0];

  return {
    create: (content, user_ids, idempotency_key) => create(database, content, user_ids, idempotency_key),
    list: (user_id, query) => list(database, user_id, query),
    changes: (user_id, since) => changes(database, user_id, since),
    mark: (user_id, id, action) => mark(database, user_id, id, action),

    async find(user_id, id) {
      const row = await read<NotificationRow>(
        user_id,
        sql`SELECT user_id, ${columns} FROM notifications WHERE user_id = ${user_id} AND id = ${id}`,
      );
      return row && toNotification(row);
    },

    async inbox(user_id) {
      return toInboxState(
        user_id,
        await read<InboxRow>(
          user_id,
          sql`SELECT version AS inbox_version, unread_count FROM inboxes WHERE user_id = ${user_id}`,
        ),
      );
    },

    // The SQL function is in the migrations. Not repeatable, for the same reason as `mark`.
    async readAll(user_id, before_id) {
      const [row] = await database.execute<ReadAllRow>(
        sql`SELECT * FROM inbox_read_all(${user_id}::uuid, ${before_id}::bigint)`,
        { user: user_id },
      );
      if (!row)
        throw new Error('The SQL function inbox_read_all returned no row, but it always returns one.');
      const { updated, unread_count, version, burst_count } = row;
      return {
        updated,
        before_id: row.before_id === null ? null : Number(row.before_id),
        inbox: { user_id, version: Number(version), unread_count, burst_count },
      };
    },
  };
}
