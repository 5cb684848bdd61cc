import * as z from 'zod/mini';
import { inboxState, notification } from './notification.ts';

/** Everything that the service says on a socket, by `type`. Each frame is one JSON text under the gateway's 32 KB. */
export const serverFrames = {
  'notification.created': z.strictObject({
    type: z.literal('notification.created'),
    ...inboxState.shape,
    notification,
  }),
  'notification.updated': z.strictObject({
    type: z.literal('notification.updated'),
    ...inboxState.shape,
    notification,
  }),
  'inbox.read_all': z.strictObject({
    type: z.literal('inbox.read_all'),
    ...inboxState.shape,
    before_id: notification.shape.id,
  }),
  'inbox.changed': z.strictObject({ type: z.literal('inbox.changed'), ...inboxState.shape }),
  goodbye: z.strictObject({ type: z.literal('goodbye'), code: z.literal('replaced') }),
  pong: z.strictObject({ type: z.literal('pong') }),
  error: z.strictObject({
    type: z.literal('error'),
    code: z.literal('unknown_action'),
    message: z.string(),
  }),
};

type Frames = { [Type in keyof typeof serverFrames]: z.output<(typeof serverFrames)[Type]> };

/** Everything that a client may receive. */
export type ServerFrame = Frames[keyof Frames];

/** What a client may receive about its inbox. */
export type InboxFrame = Extract<ServerFrame, { version: number }>;
