import type { NotificationFilter } from './types.ts';
import type { Bounds, Notification, Status } from './wire.ts';

/** What a list, or a change of many, is limited to beside statuses. */
type Selection = Omit<Bounds, 'before_position'>;

/** What a list with this filter shows. */
export function listOf({ status = ['unread', 'read'], type }: NotificationFilter, scope?: string) {
  // An app without types may give one as a text.
  const statuses: readonly Status[] = [status].flat();
  const types = [type || []].flat();
  return {
    statuses,
    /**
     * The statuses of which it knows every notification. With the read ones it also knows the unread ones: a read-all turns
     * unread notifications into read ones and does not name them.
     */
    known: statuses.includes('read') ? ['unread' as const, ...statuses] : statuses,
    scope,
    types: types[0] ? types : undefined,
  };
}

/** What a filter and the client's scope select. */
type List = ReturnType<typeof listOf>;

/** What a selection looks at. A retracted notification has a position alone. */
type Selected = Pick<Notification, 'position'> & Partial<Pick<Notification, 'scope' | 'metadata'>>;

export function isSelected({ scope, metadata }: Selected, selection: Selection): boolean {
  const { scope: own, types } = selection;
  return (!own || !scope || scope === own) && (!types || types.includes(metadata?.type as string));
}

export const isWithin = (row: Selected, bounds: Bounds): boolean =>
  row.position <= bounds.before_position && isSelected(row, bounds);

/** Of which notifications a page is to be, as parameters of a request. */
export const queryOf = ({ known, types, scope }: List) => ({
  status: known.join(),
  ...(types && { type: types.join() }),
  ...(scope && { scope: String(scope) }),
});
