import * as z from 'zod/mini';
import { type ServerFrame, serverFrames } from '../core/frames.ts';
import { exampleState } from './answers.ts';
import { component } from './components.ts';
import { exampleCommand } from './inputs.ts';

const { user_id } = exampleCommand;

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

const withinBounds =
  'up to `before_position` and, where they are given, of `scope` or of none, and of one of `types`';

/** What the documents say about each frame. One that is missing here does not compile. */
const described: {
  [Type in ServerFrame['type']]: { id: string; description: string; example?: FrameOf<Type> };
} = {
  'notification.created': { id: 'NotificationCreated', description: 'A notification was created.' },
  'notification.updated': {
    id: 'NotificationUpdated',
    description: 'One notification changed, or was retracted: then it has no content.',
  },
  'inbox.read_all': {
    id: 'InboxReadAll',
    description: `Every unread notification ${withinBounds} is now read.`,
    example: {
      type: 'inbox.read_all',
      ...exampleState(44, 0),
      before_position: 981,
      scope: 'attendee',
      types: ['booking'],
    },
  },
  'inbox.archived_read': {
    id: 'InboxArchivedRead',
    description: `Every read notification ${withinBounds} is now archived.`,
    example: { type: 'inbox.archived_read', ...exampleState(45, 0), before_position: 981 },
  },
  'inbox.marked': {
    id: 'InboxMarked',
    description: 'An action was applied to several notifications: those with `ids` have this status now.',
    example: {
      type: 'inbox.marked',
      ...exampleState(46, 0),
      action: 'archive',
      status: 'archived',
      ids: [979, 981],
    },
  },
  'inbox.seen': {
    id: 'InboxSeen',
    description:
      'Everything up to `before_position` was seen in the bell of this scope or, without `scope`, in all. No notification ' +
      'changes, only counts.',
    example: { type: 'inbox.seen', ...exampleState(47, 0), before_position: 981, scope: 'attendee' },
  },
  'inbox.changed': {
    id: 'InboxChanged',
    description: 'Something is new up to this version; ask for the changes.',
    example: { type: 'inbox.changed', ...exampleState(60, 9) },
  },
  'preferences.changed': {
    id: 'PreferencesChanged',
    description: 'The user has switched types on or off; ask for the preferences. No version has changed.',
    example: { type: 'preferences.changed', user_id },
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
