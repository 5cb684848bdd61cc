import type { NotificationClient } from './types.ts';

/**
 * Takes a notification out of the list until a time, at which it comes back unread, at the top. One that is snoozed already
 * sleeps until this time instead. Resolves to whether it worked, and never rejects, as `markAsRead` does. One that is archived
 * stays so.
 *
 * @param until 1 minute to 90 days from now. `client.now()` is right even if the clock of this machine is not.
 * @example
 * await snooze(client, id, new Date(client.now() + 60 * 60_000));
 */
export const snooze = (client: NotificationClient, id: number, until: Date): Promise<boolean> =>
  client.changeOne(id, {
    path: 'snooze',
    body: { until },
    turns: { unread: 'snoozed', read: 'snoozed' },
  });

/**
 * Puts a snoozed notification back at its old place, as it was. Resolves likewise. It shows when the service has answered,
 * because only the service knows how it was.
 *
 * @example
 * await unsnooze(client, id);
 */
export const unsnooze = (client: NotificationClient, id: number): Promise<boolean> =>
  client.changeOne(id, { path: 'unsnooze' });
