import type { Action, Status } from './wire.ts';

/** What something does to notifications of these statuses. It leaves those of other statuses alone. */
export type Turns<To = Status> = { [From in Status | 'retracted']?: To };

/** What each action does. The service has the same table. */
export const transitions: Record<Action, Turns> = {
  read: { unread: 'read' },
  unread: { read: 'unread' },
  archive: { unread: 'archived', read: 'archived', snoozed: 'archived' },
  unarchive: { archived: 'read' },
};

/** What a frame says of many notifications. A producer can retract them too. */
export const frameTurns: Record<Action | 'retract', Turns<Status | 'retracted'>> = {
  ...transitions,
  retract: { unread: 'retracted', read: 'retracted', archived: 'retracted', snoozed: 'retracted' },
};
