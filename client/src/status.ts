import type { Action, Status } from './wire.ts';

/** What something does to notifications of these statuses. It leaves those of other statuses alone. */
export type Turns = Partial<Record<Status, Status>>;

/** What each action does. The service has the same table. What is retracted has no status any more that anything changes. */
export const transitions: Record<Action | 'retract', Turns> = {
  read: { unread: 'read' },
  unread: { read: 'unread' },
  archive: { unread: 'archived', read: 'archived', snoozed: 'archived' },
  unarchive: { archived: 'read' },
  retract: {},
};
