import type { NotificationSnapshot } from './types.ts';

/** The snapshot without a signed-in user. */
export const nothing: NotificationSnapshot = {
  notifications: [],
  unreadCount: 0,
  unseenCount: 0,
  userId: null,
  status: 'connecting',
  isLoading: false,
  hasMore: false,
  error: null,
  filter: {},
};
