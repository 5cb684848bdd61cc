/** Where a notification stands, as long as it is not retracted. */
export const statuses = ['unread', 'read', 'archived', 'snoozed'] as const;
export type Status = (typeof statuses)[number];

/** What a recipient can do to a notification, or to several as one change. Snoozing one is a request of its own. */
export const actions = ['read', 'unread', 'archive', 'unarchive'] as const;
export type Action = (typeof actions)[number];

/** The status that an action leads to, and the statuses that it may lead from. From any other status it changes nothing. */
export const transitions: Record<Action, { from: readonly Status[]; to: Status }> = {
  read: { from: ['unread'], to: 'read' },
  unread: { from: ['read'], to: 'unread' },
  archive: { from: ['unread', 'read', 'snoozed'], to: 'archived' },
  unarchive: { from: ['archived'], to: 'read' },
};

/** The statuses that a notification may be snoozed from. Snoozed again, it sleeps until another time. */
export const snoozable: readonly Status[] = ['unread', 'read', 'snoozed'];
