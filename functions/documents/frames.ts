import * as z from 'zod/mini';
import { type ServerFrame, serverFrames } from '../core/frames.ts';
import { component } from './components.ts';
import { exampleCommand } from './inputs.ts';
// The order of the components in the documents is the order of these modules.
import './answers.ts';

const { user_id } = exampleCommand;

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

/** What the documents say about each frame. One that is missing here does not compile. */
const described: {
  [Type in ServerFrame['type']]: { id: string; description: string; example?: FrameOf<Type> };
} = {
  'notification.created': { id: 'NotificationCreated', description: 'A notification was created.' },
  'notification.updated': {
    id: 'NotificationUpdated',
    description: 'The status of a notification changed.',
  },
  'inbox.read_all': {
    id: 'InboxReadAll',
    description: 'Every unread notification with an id up to `before_id` is now read.',
    example: { type: 'inbox.read_all', user_id, version: 44, unread_count: 0, before_id: 981 },
  },
  'inbox.changed': {
    id: 'InboxChanged',
    description: 'Something is new up to this version; ask for the changes.',
    example: { type: 'inbox.changed', user_id, version: 60, unread_count: 9 },
  },
  goodbye: {
    id: 'Goodbye',
    description:
      'Newer connections of the same user have taken the place of this one, which is closed. Do not reconnect by yourself.',
    example: { type: 'goodbye', code: 'replaced' },
  },
  pong: { id: 'Pong', description: 'The answer to a ping.', example: { type: 'pong' } },
  error: {
    id: 'UnknownAction',
    description: 'The answer to everything that is no ping; it changes nothing.',
    example: { type: 'error', code: 'unknown_action', message: 'The only action is ping.' },
  },
};

for (const [type, schema] of Object.entries(serverFrames)) {
  const { id, ...words } = described[type as ServerFrame['type']];
  component<z.ZodMiniType>(id, schema, words);
}

/** The one thing that a client may say. */
export const ping = component('Ping', z.looseObject({ action: z.literal('ping') }), {
  description: 'Keeps the connection from being closed after 10 minutes without a message.',
  example: { action: 'ping' },
});
