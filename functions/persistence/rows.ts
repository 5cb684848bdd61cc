import { type SQL, sql } from 'drizzle-orm';
import type { InboxState, Notification, NotificationOrRetracted } from '../core/notification.ts';
import type { ChangedInbox } from '../core/push.ts';
import { derivedColumns, namesOf, notificationColumns, storedColumns } from './columns.ts';

type Columns = typeof notificationColumns;

/** A notification as PostgreSQL answers it: bigint and timestamps as text. One that is retracted has no content. */
export type NotificationRow = {
  [Name in keyof Notification]: Columns[Name] extends 'bigint' | 'timestamptz'
    ? string | Extract<Notification[Name], null>
    : Notification[Name];
};

/** The counts of what has a scope: unread and unseen, and the position up to which all are seen. */
type ScopeCounts = readonly [unread: number, unseen: number, seen_position: number];

/** An inbox as PostgreSQL answers it beside notifications, whose rows have a version of their own. */
export type InboxRow = {
  inbox_version: string;
  unread_count: number;
  unseen_count: number;
  scopes: Record<string, ScopeCounts>;
};

/** An inbox as a reader finds it. Functions of the first edition leave the counts of scopes and of the unseen as they were. */
export type ReadInboxRow = InboxRow & { is_counted: boolean };

/** What a change of one notification answers. */
export type AnswerRow = InboxRow & NotificationRow & { outcome: string; burst_count: number };

/** The rows of an inbox joined to its notifications, at least one: without a notification its `id` is null. */
export type JoinedRow = ReadInboxRow & (NotificationRow | { id: null });

/** The columns of a notification other than `user_id`, of the table, subquery or value with this alias. */
export const columnsOf = (alias: string): SQL =>
  sql.raw(
    [
      ...namesOf(storedColumns)
        .filter((name) => name !== 'user_id')
        .map((name) => `${alias}.${name}`),
      ...namesOf(derivedColumns).map((name) => `${derivedColumns[name].read(alias)} AS ${name}`),
    ].join(', '),
  );

/** The columns of an inbox that a reader needs, of a row `i` that may be missing. */
export const inboxColumns = sql`coalesce(i.version, 0) AS inbox_version, coalesce(i.unread_count, 0) AS unread_count,
  coalesce(i.unseen_count, 0) AS unseen_count, coalesce(i.scopes, '{}') AS scopes,
  coalesce(i.counted_version = i.version, true) AS is_counted`;

const readers: Partial<Record<string, (value: string) => unknown>> = {
  bigint: Number,
  timestamptz: (value) => new Date(value).toISOString(),
};

/** Reads a row of a notification that is not retracted. */
export function toNotification(row: NotificationRow): Notification {
  const fields = namesOf(notificationColumns).map((name) => {
    const value = row[name];
    const read = value === null ? undefined : readers[notificationColumns[name]];
    return [name, read ? read(String(value)) : value];
  });
  // The list of columns has every field, and NotificationRow says which of them are read.
  return Object.fromEntries(fields) as Notification;
}

/** Reads a row of any notification. Of one that is retracted only the place and the version are left. */
export function toNotificationOrRetracted(row: NotificationRow): NotificationOrRetracted {
  const notification = toNotification(row);
  const status: string = notification.status;
  if (status !== 'retracted') return notification;
  const { id, user_id, position, version } = notification;
  return { id, user_id, position, status, version };
}

/** The rows among joined rows that have a notification. */
export const notificationRows = (rows: readonly JoinedRow[]): NotificationRow[] =>
  rows.filter((row): row is ReadInboxRow & NotificationRow => row.id !== null);

/** Makes inbox states of rows, with the counts of the configured scopes. */
export function createInboxReader(configured: readonly string[]) {
  function stateOf(
    user_id: string,
    { inbox_version, unread_count, unseen_count, scopes }: InboxRow,
  ): InboxState {
    const own = Object.values(scopes);
    const shared = {
      unread: unread_count - own.reduce((sum, [unread]) => sum + unread, 0),
      unseen: unseen_count - own.reduce((sum, [, unseen]) => sum + unseen, 0),
    };
    const countsOf = (scope: string) => {
      const [unread, unseen] = scopes[scope] ?? [0, 0];
      // Only counts that functions of the first edition have left behind can be below 0.
      return {
        unread_count: Math.max(0, shared.unread + unread),
        unseen_count: Math.max(0, shared.unseen + unseen),
      };
    };
    return {
      user_id,
      version: Number(inbox_version),
      unread_count,
      unseen_count,
      scopes: Object.fromEntries(configured.map((scope) => [scope, countsOf(scope)])),
    };
  }

  return {
    /** The inbox of a user, from one of its joined rows. Without a row it has never changed. */
    read(user_id: string, row: ReadInboxRow | undefined): InboxState {
      if (!row) return stateOf(user_id, { inbox_version: '0', unread_count: 0, unseen_count: 0, scopes: {} });
      if (row.is_counted) return stateOf(user_id, row);
      // Everything unread counts as unseen until a writer has counted anew.
      const scopes = Object.entries(row.scopes).map(([scope, [unread]]) => [scope, [unread, unread, 0]]);
      return stateOf(user_id, { ...row, unseen_count: row.unread_count, scopes: Object.fromEntries(scopes) });
    },

    /** The inbox right after a call that may have changed it. */
    changed: (user_id: string, row: InboxRow & { burst_count: number }): ChangedInbox => ({
      ...stateOf(user_id, row),
      burst_count: row.burst_count,
    }),
  };
}

export type InboxReader = ReturnType<typeof createInboxReader>;
