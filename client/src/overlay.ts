import type { Action, Notification, Status } from './wire.ts';

/** A change that shows before the service has answered; never written into the inbox. */
export type Change = (
  | { action: Action; id: number }
  /** Reads every notification with an id up to `before_id`; every one while that is 0, not known yet. */
  | { action: 'read_all'; before_id: number }
) & {
  /** Answered: it shows until the inbox itself knows this version. */
  until?: number;
};

/** What each action does; from any other status it does nothing. The contract's own table. */
const transitions: Record<Change['action'], Partial<Record<Status, Status>>> = {
  read: { unread: 'read' },
  unread: { read: 'unread' },
  archive: { unread: 'archived', read: 'archived' },
  unarchive: { archived: 'read' },
  read_all: { unread: 'read' },
};

function statusAfter(id: number, status: Status, change: Change): Status {
  const isReached = 'id' in change ? id === change.id : !change.before_id || id <= change.before_id;
  return (isReached && transitions[change.action][status]) || status;
}

/** Rows and count as they will be once the changes have gone through, in their order. */
export function overlay(
  rows: readonly Notification[],
  unreadCount: number,
  changes: readonly Change[],
): { rows: readonly Notification[]; unreadCount: number } {
  let before = 0;
  let after = 0;
  const changed = rows.map((row) => {
    const status = changes.reduce((held, change) => statusAfter(row.id, held, change), row.status);
    if (row.status === 'unread') before += 1;
    if (status === 'unread') after += 1;
    return status === row.status ? row : { ...row, status };
  });
  // After a read-all only what came later is unread, and all of that is held; older pages may not be.
  const isAllRead = changes.some(({ action }) => action === 'read_all');
  const count = isAllRead ? after : unreadCount + after - before;
  return { rows: changed, unreadCount: Math.max(0, count) };
}
