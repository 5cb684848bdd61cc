import * as z from 'zod/mini';
import type { ServerFrame } from './frames.ts';
import { parse } from './parse.ts';
import { inboxChanged, type Push } from './push.ts';

const connection = z.object({
  connection_id: z.string(),
  user_id: z.string(),
  connected_at: z.number(),
  expires_at: z.number(),
});

const common = {
  /** Stays the same over the attempts. */
  delivery_id: z.string(),
  user_id: z.string(),
};

/** Which redelivery it is, counted from 1. */
const attempt = z.int().check(z.positive());

// Unknown fields are dropped, because after a rollback this release may read what a later release has queued.
const pendingDelivery = z.discriminatedUnion('type', [
  z.object({
    ...common,
    attempt,
    type: z.literal('inbox.changed'),
    version: z.int(),
    unread_count: z.int(),
    /** The connections that missed the frame; absent if they must be looked up. */
    connections: z.optional(z.array(connection)),
  }),
  z.object({ ...common, attempt, type: z.literal('goodbye'), connections: z.array(connection) }),
  z.object({
    ...common,
    /** No delivery was tried yet. */
    attempt: z.literal(0),
    type: z.literal('frame'),
    version: z.int(),
    unread_count: z.int(),
    /** The frame as JSON text, because DynamoDB would not keep every number in it. */
    frame: z.string(),
  }),
]);

/**
 * A delivery to one user that is still to be made:
 *
 * - `frame`: a whole frame, queued by a function that cannot reach the sockets. It is tried once.
 * - `inbox.changed`: for connections that missed a frame. It holds no title and no body; the client asks for the changes.
 * - `goodbye`: for connections that newer ones have replaced.
 */
export type PendingDelivery = z.output<typeof pendingDelivery>;

export type PendingInboxChanged = Extract<PendingDelivery, { type: 'inbox.changed' }>;
export type PendingGoodbye = Extract<PendingDelivery, { type: 'goodbye' }>;
export type PendingFrame = Extract<PendingDelivery, { type: 'frame' }>;

/** How often a pending delivery is tried before it becomes a dead letter. */
export const redeliveryAttempts = 3;

/** @throws ValidationError */
export const parsePendingDelivery = (value: unknown): PendingDelivery => parse(pendingDelivery, value);

/** The pending delivery for connections that missed a push. */
export function toPendingInboxChanged({ user_id, frame }: Push, delivery_id: string): PendingInboxChanged {
  const { version, unread_count } = frame;
  return { delivery_id, user_id, attempt: 1, type: 'inbox.changed', version, unread_count };
}

/** The pending delivery of a function that cannot reach the sockets. It has the whole push. */
export function toPendingFrame({ user_id, frame }: Push, delivery_id: string): PendingFrame {
  const { version, unread_count } = frame;
  const text = JSON.stringify(frame);
  return { delivery_id, user_id, attempt: 0, type: 'frame', version, unread_count, frame: text };
}

/** The pending delivery after a whole frame has failed: `inbox.changed`, at attempt 0. */
export function withoutFrame({ frame: _, ...rest }: PendingFrame): PendingInboxChanged {
  return { ...rest, type: 'inbox.changed' };
}

/** The text that is posted for a pending delivery. */
export const textOf = (pending: PendingInboxChanged | PendingFrame): string =>
  pending.type === 'frame' ? pending.frame : JSON.stringify(inboxChanged(pending));

/** What a connection receives before it is closed because newer connections have replaced it. */
export const goodbye: ServerFrame = { type: 'goodbye', code: 'replaced' };
