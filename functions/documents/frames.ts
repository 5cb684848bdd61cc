import * as z from 'zod/mini';
import type { ServerFrame } from '../core/frames.ts';
import { notificationId } from '../core/notification.ts';
import { inboxState, notification } from './answers.ts';
import { component } from './components.ts';

/** Everything that the server says on a socket. A frame that is missing here does not compile. */
export const serverFrames = {
  'notification.created': component(
    'NotificationCreated',
    z.strictObject({ type: z.literal('notification.created'), ...inboxState, notification }),
    { description: 'A notification was created.' },
  ),
  'notification.updated': component(
    'NotificationUpdated',
    z.strictObject({ type: z.literal('notification.updated'), ...inboxState, notification }),
    { description: 'The status of a notification changed.' },
  ),
  'inbox.read_all': component(
    'InboxReadAll',
    z.strictObject({ type: z.literal('inbox.read_all'), ...inboxState, before_id: notificationId }),
    {
      description: 'Every unread notification with an id up to `before_id` is now read.',
      example: { type: 'inbox.read_all', version: 44, unread_count: 0, before_id: 981 },
    },
  ),
  'inbox.changed': component(
    'InboxChanged',
    z.strictObject({ type: z.literal('inbox.changed'), ...inboxState }),
    {
      description: 'Something is new up to this version; ask for the changes.',
      example: { type: 'inbox.changed', version: 60, unread_count: 9 },
    },
  ),
  goodbye: component('Goodbye', z.strictObject({ type: z.literal('goodbye'), code: z.literal('replaced') }), {
    description:
      'Newer connections of the same user have taken the place of this one, which is closed. Do not reconnect by yourself.',
    example: { type: 'goodbye', code: 'replaced' },
  }),
  pong: component('Pong', z.strictObject({ type: z.literal('pong') }), {
    description: 'The answer to a ping.',
    example: { type: 'pong' },
  }),
  error: component(
    'UnknownAction',
    z.strictObject({ type: z.literal('error'), code: z.literal('unknown_action'), message: z.string() }),
    {
      description: 'The answer to everything that is no ping; it changes nothing.',
      example: { type: 'error', code: 'unknown_action', message: 'The only action is ping.' },
    },
  ),
} satisfies { [Type in ServerFrame['type']]: z.ZodMiniType<Extract<ServerFrame, { type: Type }>> };

/** The one thing that a client may say. */
export const ping = component('Ping', z.looseObject({ action: z.literal('ping') }), {
  description: 'Keeps the connection from being closed after 10 minutes without a message.',
  example: { action: 'ping' },
});
