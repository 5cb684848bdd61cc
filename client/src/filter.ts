import type { NotificationFilter } from './types.ts';
import type { Notification, Status } from './wire.ts';

/** The statuses that a list with this filter shows. An app without types may give one as a text. */
export function statusesOf({ status = ['unread', 'read'] }: NotificationFilter): readonly Status[] {
  return [status].flat();
}

/** Whether the notification has the filter's type. */
export function hasType({ metadata }: Notification, { type }: NotificationFilter): boolean {
  return !type || metadata.type === type;
}

/**
 * The filter as parameters of a request for a page. A list of read notifications is requested with the unread ones: a
 * read-all turns unread notifications into read ones and does not name them.
 */
export function queryOf(filter: NotificationFilter): { status: string; type?: string } {
  const statuses = statusesOf(filter);
  return {
    status: (statuses.includes('read') ? ['unread', ...statuses] : statuses).join(),
    ...(filter.type && { type: filter.type }),
  };
}
