import type { NotificationError } from '../error.ts';
import type { Notification } from '../wire.ts';

/** The parts of an inbox that the filter chooses from: unread and read, unread alone, or archived. */
export type InboxView = 'all' | 'unread' | 'archived';

/** Every text of the bell and the inbox. Times come from `Intl`, in the language of the prop `locale`. */
export interface NotificationLabels {
  /** Heading of the inbox, and the name of the popover. */
  title: string;
  /** Accessible name of the bell's button, which has to say the count. */
  bell(unreadCount: number): string;
  /** Name of the group of filters. */
  filter: string;
  /** Names of the filters; `unread` is also read before the title of what is unread, where the screen has a dot. */
  views: Record<InboxView, string>;
  /** What stands where there is nothing to show. */
  empty: Record<InboxView, string>;
  markAllAsRead: string;
  markAsRead: string;
  markAsUnread: string;
  archive: string;
  unarchive: string;
  loading: string;
  loadMore: string;
  retry: string;
  offline: string;
  polling: string;
  failed(error: NotificationError): string;
  /** Announced by screen readers when notifications have come; those of half a second at once. */
  arrived(notifications: readonly Notification[]): string;
}

export const defaultLabels: NotificationLabels = {
  title: 'Notifications',
  bell: (unreadCount) => (unreadCount ? `Notifications, ${unreadCount} unread` : 'Notifications'),
  filter: 'Show',
  views: { all: 'All', unread: 'Unread', archived: 'Archived' },
  empty: { all: 'You are all caught up', unread: 'Nothing unread', archived: 'Nothing archived' },
  markAllAsRead: 'Mark all as read',
  markAsRead: 'Mark as read',
  markAsUnread: 'Mark as unread',
  archive: 'Archive',
  unarchive: 'Move to inbox',
  loading: 'Loading…',
  loadMore: 'Show older',
  retry: 'Try again',
  offline: 'You are offline',
  polling: 'Updates are delayed',
  failed: () => 'That did not work',
  arrived: ([first, ...more]) =>
    more.length ? `${more.length + 1} new notifications` : `New notification: ${first?.title}`,
};
