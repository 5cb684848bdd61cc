import type { NotificationClient } from './types.ts';

const pathOf = (buttonId: string): string => `actions/${encodeURIComponent(buttonId)}`;

/**
 * Presses a button of a notification, and marks the notification as read. The first button that is pressed counts, on
 * whatever device. Resolves to whether it worked, and never rejects: if another one was pressed before, `error` has the code
 * `action_taken`. `action_id` says which one was pressed, when the service has answered.
 *
 * @param buttonId the `id` of one of its `actions`
 * @example
 * const isDone = await press(client, id, 'accept');
 */
export const press = (client: NotificationClient, id: number, buttonId: string): Promise<boolean> =>
  client.changeOne(id, { path: pathOf(buttonId), turns: { unread: 'read' } });

/**
 * Takes a button back, if it is the one that was pressed. The notification stays read. Resolves likewise.
 *
 * @example
 * await unpress(client, id, 'accept');
 */
export const unpress = (client: NotificationClient, id: number, buttonId: string): Promise<boolean> =>
  client.changeOne(id, { path: pathOf(buttonId), method: 'DELETE' });
