import { type SQL, sql } from 'drizzle-orm';
import type { NotificationRepository } from '../core/ports.ts';
import { changes } from './changes.ts';
import { create } from './create.ts';
import type { Database } from './database.ts';
import { list } from './list.ts';
import { mark, markMany, markWithin, seen } from './mark.ts';
import {
  columnsOf,
  createInboxReader,
  inboxColumns,
  type NotificationRow,
  type ReadInboxRow,
  toNotification,
} from './rows.ts';

type ChoicesRow = { muted: string[]; unmuted: string[] };

/**
 * The inboxes in PostgreSQL. Every call is one round trip.
 * @param options.scopes the configured scopes, which answers have the counts of
 */
export function createNotificationRepository(
  database: Database,
  { scopes }: { scopes: readonly string[] },
): NotificationRepository {
  const inboxes = createInboxReader(scopes);
  const read = async <Row extends Record<string, unknown>>(
    user: string,
    statement: SQL,
  ): Promise<Row | undefined> => (await database.execute<Row>(statement, { repeatable: true, user }))[0];
  const toChoices = (row: ChoicesRow | undefined) => ({ off: row?.muted ?? [], on: row?.unmuted ?? [] });

  return {
    create: (content, rule, user_ids, idempotency_key) =>
      create(database, inboxes, content, rule, user_ids, idempotency_key),
    list: (user_id, query) => list(database, inboxes, scopes, user_id, query),
    changes: (user_id, since) => changes(database, inboxes, user_id, since),
    mark: (user_id, id, action) => mark(database, inboxes, user_id, id, action),
    markMany: (user_id, action, marks) => markMany(database, inboxes, user_id, action, marks),
    readAll: (user_id, bounds) =>
      markWithin(database, inboxes, user_id, bounds, { from: 'unread', to: 'read' }),
    archiveRead: (user_id, bounds) =>
      markWithin(database, inboxes, user_id, bounds, { from: 'read', to: 'archived' }),
    seen: (user_id, before_position, scope) => seen(database, inboxes, user_id, before_position, scope),

    async find(user_id, id) {
      const row = await read<NotificationRow>(
        user_id,
        sql`SELECT n.user_id, ${columnsOf('n')} FROM notifications n WHERE n.user_id = ${user_id} AND n.id = ${id}`,
      );
      return row && toNotification(row);
    },

    async inbox(user_id) {
      return inboxes.read(
        user_id,
        await read<ReadInboxRow>(
          user_id,
          sql`SELECT ${inboxColumns} FROM inboxes i WHERE i.user_id = ${user_id}`,
        ),
      );
    },

    async choices(user_id) {
      return toChoices(
        await read<ChoicesRow>(user_id, sql`SELECT muted, unmuted FROM inboxes WHERE user_id = ${user_id}`),
      );
    },

    // Repeatable: twice is once.
    async choose(user_id, { off, on }) {
      return toChoices(
        await read<ChoicesRow>(
          user_id,
          sql`SELECT * FROM inbox_prefer(${user_id}::uuid, ${sql.param(on)}::text[], ${sql.param(off)}::text[])`,
        ),
      );
    },
  };
}
