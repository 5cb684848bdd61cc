import type { Action, NotificationOrRetracted, Status } from './wire.ts';

/** What something does to notifications of these statuses. It leaves those of other statuses alone. */
export type Turns = { [From in NotificationOrRetracted['status']]?: Status };

/** What each action does. The service has the same table. A frame that retracts does it at once, and later nothing more. */
export const transitions: Record<Action | 'retract', Turns> = {
  read: { unread: 'read' },
  unread: { read: 'unread' },
  archive: { unread: 'archived', read: 'archived', snoozed: 'archived' },
  unarchive: { archived: 'read' },
  retract: {},
};
