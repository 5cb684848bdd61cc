import type { NotificationClient } from './types.ts';
import type { Preferences } from './wire.ts';

/** What the functions need of a client. */
type Requests = Pick<NotificationClient, 'request'>;

/**
 * Which types of notifications the signed-in user gets.
 *
 * @throws NotificationError if the request fails, and with `unauthenticated` after the client's `stop`
 * @example
 * const { types } = await getPreferences(client);
 * const names = Object.keys(types).filter((type) => !types[type]?.critical);
 */
export const getPreferences = (client: Requests): Promise<Preferences> =>
  client.request('GET /preferences', hasTypes);

/**
 * Switches the named types on or off, and leaves the others. Resolves to all preferences. Every tab and device of the user
 * gets the event `preferences`.
 *
 * @throws NotificationError as `getPreferences`, and with `invalid_request` for a type that is unknown or critical
 * @example
 * await setPreferences(client, { promo: false });
 */
export const setPreferences = (client: Requests, types: { [type: string]: boolean }): Promise<Preferences> =>
  client.request('PUT /preferences', hasTypes, { types });

const hasTypes = ({ user_id, types }: Partial<Preferences>): boolean => !!user_id && !!types;
