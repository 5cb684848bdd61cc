import type { NotificationClient } from './types.ts';
import type { ActivitiesPage } from './wire.ts';

export type { ActivitiesPage };

/**
 * The creates that went into a grouped notification, newest first, 20 at a time.
 *
 * @param cursor the `next_cursor` of the page before. Default: the first page.
 * @throws NotificationError if the request fails: with `not_found` if there is no such notification any more
 * @example
 * const { data, next_cursor } = await activities(client, notification.id);
 * const names = data.map(({ actor_id }) => nameOf(actor_id));
 */
export const activities = (
  client: NotificationClient,
  id: number,
  cursor?: string | null,
): Promise<ActivitiesPage> =>
  client.request<ActivitiesPage>(
    `GET /notifications/${id}/activities${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`,
    ({ data }) => Array.isArray(data),
  );
