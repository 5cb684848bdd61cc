import type { NotificationFilter } from './types.ts';
import type { Bounds, Notification, Status } from './wire.ts';

/** What a list, or a change of many, is limited to beside statuses. */
export type Selection = Omit<Bounds, 'before_position'>;

/** The statuses that a list with this filter shows. An app without types may give one as a text. */
export function statusesOf({ status = ['unread', 'read'] }: NotificationFilter): readonly Status[] {
  return [status].flat();
}

/**
 * The statuses of which such a list knows every notification. With the read ones it also knows the unread ones: a read-all
 * turns unread notifications into read ones and does not name them.
 */
export function knownStatusesOf(filter: NotificationFilter): readonly Status[] {
  const statuses = statusesOf(filter);
  return statuses.includes('read') ? ['unread', ...statuses] : statuses;
}

/** @param scope of the client */
export function selectionOf({ type }: NotificationFilter, scope?: string): Selection {
  const types = [type || []].flat();
  return { scope, types: types[0] ? types : undefined };
}

export function isSelected({ scope, metadata }: Notification, selection: Selection): boolean {
  const { scope: own, types } = selection;
  return (!own || !scope || scope === own) && (!types || types.includes(metadata.type as string));
}

export const isWithin = (row: Notification, bounds: Bounds): boolean =>
  row.position <= bounds.before_position && isSelected(row, bounds);

/** The filter as parameters of a request for a page. */
export function queryOf(filter: NotificationFilter, scope?: string) {
  const { types } = selectionOf(filter);
  return {
    status: knownStatusesOf(filter).join(),
    ...(types && { type: types.join() }),
    ...(scope && { scope: String(scope) }),
  };
}
