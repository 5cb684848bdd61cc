import type { Inbox } from './inbox.ts';
import type { Action, Notification, Status } from './wire.ts';

/** What the user did, shown before the service has answered. It is never written into the inbox. */
export type Change = (
  | { action: Action; id: number }
  /** Reads all notifications with an id up to `before_id`. 0 means all: the id is not known yet. */
  | { action: 'read'; before_id: number }
) & {
  /** The service has answered with this version. The change shows until the inbox has reached it. */
  until?: number;
};

/** What each action does. From any other status it does nothing. The service has the same table. */
const transitions: Record<Action, Partial<Record<Status, Status>>> = {
  read: { unread: 'read' },
  unread: { read: 'unread' },
  archive: { unread: 'archived', read: 'archived' },
  unarchive: { archived: 'read' },
};

/** Rows and unread count as they will be when the changes are made, in their order. */
export function overlay(inbox: Inbox, changes: readonly Change[]) {
  const held = inbox.shown();
  const rows = held.map((row) => {
    const status = changes.reduce(
      (status, change) => (concerns(change, row) && transitions[change.action][status]) || status,
      row.status,
    );
    return status === row.status ? row : { ...row, status };
  });
  // After a read-all only later notifications are unread. All of them are held, but older unread ones may not be.
  const isAllRead = changes.some((change) => 'before_id' in change);
  const count = isAllRead ? 0 : inbox.unreadCount() - countUnread(held);
  return { rows, unreadCount: Math.max(0, count + countUnread(rows)) };
}

function concerns(change: Change, { id }: Notification): boolean {
  return 'id' in change ? id === change.id : !change.before_id || id <= change.before_id;
}

function countUnread(rows: readonly Notification[]): number {
  return rows.filter(({ status }) => status === 'unread').length;
}
