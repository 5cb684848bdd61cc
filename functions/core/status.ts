export const statuses = ['unread', 'read', 'archived'] as const;
export type Status = (typeof statuses)[number];

/** What a recipient can do to a notification. */
export const actions = ['read', 'unread', 'archive', 'unarchive'] as const;
export type Action = (typeof actions)[number];

/** The status that an action leads to, and the statuses that it may lead from. From any other status it changes nothing. */
export const transitions: Record<Action, { from: readonly Status[]; to: Status }> = {
  read: { from: ['unread'], to: 'read' },
  unread: { from: ['read'], to: 'unread' },
  archive: { from: ['unread', 'read'], to: 'archived' },
  unarchive: { from: ['archived'], to: 'read' },
};
