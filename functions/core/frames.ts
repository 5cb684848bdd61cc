import * as z from 'zod/mini';
import { markedMany } from './answers.ts';
import { scope } from './fields.ts';
import { inboxState, notification, notificationOrRetracted, retracted } from './notification.ts';
import { actions } from './status.ts';

/** Which notifications a change of many was about: up to a position, of a scope or of none, of these types. */
const bounds = {
  before_position: notification.shape.position,
  /** Left out: of every scope. */
  scope: z.optional(scope),
  /** Left out: of every type. */
  types: z.optional(z.array(z.string())),
};

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
    notification: notificationOrRetracted,
  }),
  'inbox.read_all': z.strictObject({
    type: z.literal('inbox.read_all'),
    ...inboxState.shape,
    ...bounds,
  }),
  'inbox.archived_read': z.strictObject({
    type: z.literal('inbox.archived_read'),
    ...inboxState.shape,
    ...bounds,
  }),
  'inbox.marked': z.strictObject({
    type: z.literal('inbox.marked'),
    ...inboxState.shape,
    action: z.enum([...actions, 'retract']),
    /** What they are now. */
    status: z.union([notification.shape.status, retracted.shape.status]),
    ids: markedMany.shape.updated,
  }),
  'inbox.seen': z.strictObject({
    type: z.literal('inbox.seen'),
    ...inboxState.shape,
    before_position: bounds.before_position,
    scope: bounds.scope,
  }),
  'inbox.changed': z.strictObject({ type: z.literal('inbox.changed'), ...inboxState.shape }),
  'preferences.changed': z.strictObject({
    type: z.literal('preferences.changed'),
    user_id: inboxState.shape.user_id,
  }),
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

/** What is pushed to every connection of a user. */
export type PushedFrame = Extract<ServerFrame, { user_id: string }>;
