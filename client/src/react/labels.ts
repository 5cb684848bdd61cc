import type { NotificationError } from '../error.ts';
import type { Notification } from '../wire.ts';

/** A choice of the filter: `all` is unread and read. */
export type InboxView = 'all' | 'unread' | 'snoozed' | 'archived';

/** Every text of the bell and the inbox. Times come from `Intl`, in the language of the prop `locale`. */
export interface NotificationLabels {
  /** Heading of the inbox, and the name of the popover. */
  title: string;
  /** The accessible name of the bell's button. It must have the counts. `newCount` is 0 with `badge="unread"`. */
  bell(unreadCount: number, newCount: number): string;
  /** Name of the group of filters. */
  filter: string;
  /** The names of the filters. Screen readers also read `unread` before the title of an unread notification. */
  views: Record<InboxView, string>;
  /** The text of an empty list. */
  empty: Record<InboxView, string>;
  markAllAsRead: string;
  /** In place of `markAllAsRead` if the filter has a type. */
  markTheseAsRead: string;
  /** Archives what is read of all that the filter shows, also of what is not loaded. */
  archiveAllRead: string;
  markAsRead: string;
  markAsUnread: string;
  archive: string;
  unarchive: string;
  /** Says that notifications were archived, beside the button that undoes it. */
  archived(count: number): string;
  undo: string;
  /** Removes a toast, and leaves its notification unread. */
  dismiss: string;
  /** Opens the whole text of a notification, and closes it again. */
  more: string;
  less: string;
  /** Screen readers read this before the time of a notification whose link leaves the site. */
  external: string;
  loading: string;
  loadMore: string;
  retry: string;
  /** Shown above the list while the status is one of these three. */
  offline: string;
  unreachable: string;
  unauthenticated: string;
  polling: string;
  failed(error: NotificationError): string;
  /** Screen readers announce this when notifications arrive, once for those of half a second. */
  arrived(notifications: readonly Notification[]): string;
}

export const defaultLabels: NotificationLabels = {
  title: 'Notifications',
  bell: (unreadCount, newCount) =>
    `Notifications${unreadCount ? `, ${unreadCount} unread` : ''}${newCount ? `, ${newCount} new` : ''}`,
  filter: 'Show',
  views: { all: 'All', unread: 'Unread', snoozed: 'Snoozed', archived: 'Archived' },
  empty: {
    all: 'You are all caught up',
    unread: 'Nothing unread',
    snoozed: 'Nothing snoozed',
    archived: 'Nothing archived',
  },
  markAllAsRead: 'Mark all as read',
  markTheseAsRead: 'Mark these as read',
  archiveAllRead: 'Archive what is read',
  markAsRead: 'Mark as read',
  markAsUnread: 'Mark as unread',
  archive: 'Archive',
  unarchive: 'Move to inbox',
  archived: (count) => (count > 1 ? `${count} archived` : 'Archived'),
  undo: 'Undo',
  dismiss: 'Dismiss',
  more: 'Show more',
  less: 'Show less',
  external: 'Opens another site',
  loading: 'Loading…',
  loadMore: 'Show older',
  retry: 'Try again',
  offline: 'You are offline',
  unreachable: 'Notifications cannot be reached right now',
  unauthenticated: 'Sign in again to see your notifications',
  polling: 'Updates are delayed',
  failed: () => 'That did not work',
  arrived: ([first, ...more]) =>
    more.length ? `${more.length + 1} new notifications` : `New notification: ${first?.title}`,
};
