import { type SQL, sql } from 'drizzle-orm';
import { comparedType } from '../core/compared-type.ts';
import type { NotificationRepository } from '../core/notification-repository.ts';
import type { Policy } from '../core/policy.ts';
import { changes } from './changes.ts';
import { create } from './create.ts';
import type { Database } from './database.ts';
import { list } from './list.ts';
import { createLiving } from './living.ts';
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
 * @param policy.scopes the configured scopes, which answers have the counts of
 * @param policy.types the configured types: those with events, whose changes are told, and the defaults of the others
 */
export function createNotificationRepository(
  database: Database,
  { scopes, types = {} }: { scopes: readonly string[]; types?: Policy['types'] },
): NotificationRepository {
  const inboxes = createInboxReader(scopes);
  const told = typesWithEvents(types);
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
    mark: (user_id, id, action) => mark(database, inboxes, told, user_id, id, action),
    markMany: (user_id, action, marks) => markMany(database, inboxes, told, user_id, action, marks),
    readAll: (user_id, bounds) => markWithin(database, inboxes, told, user_id, bounds, 'read'),
    archiveRead: (user_id, bounds) => markWithin(database, inboxes, told, user_id, bounds, 'archive'),
    seen: (user_id, before_position, scope) => seen(database, inboxes, user_id, before_position, scope),
    ...createLiving(database, inboxes, types, told),

    async find(user_id, id) {
      const row = await read<NotificationRow>(
        user_id,
        sql`SELECT n.user_id, ${columnsOf('n')} FROM notifications n WHERE n.user_id = ${user_id} AND n.id = ${id} AND n.status <> 'retracted'`,
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

/** The configured types that have events, in the form in which types are compared. */
export const typesWithEvents = (types: Policy['types']): string[] =>
  Object.entries(types).flatMap(([name, { events }]) => (events ? [comparedType(name)] : []));
