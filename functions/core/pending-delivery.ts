import * as z from 'zod/mini';
import type { ServerFrame } from './frames.ts';
import { isObject, parse } from './parse.ts';
import { inboxChanged, type Push, preferencesChanged } from './push.ts';

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

/** The connections that missed the frame; absent if they must be looked up. */
const missed = z.optional(z.array(connection));

const counts = { unread_count: z.int(), unseen_count: z.int() };

/** The inbox after the change. */
const state = { version: z.int(), ...counts, scopes: z.record(z.string(), z.object(counts)) };

// Unknown fields are dropped, because after a rollback this release may read what a later release has queued.
const pendingDelivery = z.discriminatedUnion('type', [
  z.object({ ...common, attempt, type: z.literal('inbox.changed'), ...state, connections: missed }),
  z.object({
    ...common,
    /** 0 if no delivery was tried yet. */
    attempt: z.int().check(z.nonnegative()),
    type: z.literal('preferences.changed'),
    connections: missed,
  }),
  z.object({ ...common, attempt, type: z.literal('goodbye'), connections: z.array(connection) }),
  z.object({
    ...common,
    /** No delivery was tried yet. */
    attempt: z.literal(0),
    type: z.literal('frame'),
    ...state,
    /** The frame as JSON text, because DynamoDB would not keep every number in it. */
    frame: z.string(),
  }),
]);

/**
 * A delivery to one user that is still to be made:
 *
 * - `frame`: a whole frame, queued by a function that cannot reach the sockets. It is tried once.
 * - `inbox.changed`: for connections that missed a frame. It holds no title and no body; the client asks for the changes.
 * - `preferences.changed`: the same for a frame about preferences.
 * - `goodbye`: for connections that newer ones have replaced.
 */
export type PendingDelivery = z.output<typeof pendingDelivery>;

export type PendingInboxChanged = Extract<PendingDelivery, { type: 'inbox.changed' }>;
export type PendingPreferencesChanged = Extract<PendingDelivery, { type: 'preferences.changed' }>;
export type PendingGoodbye = Extract<PendingDelivery, { type: 'goodbye' }>;
export type PendingFrame = Extract<PendingDelivery, { type: 'frame' }>;

/** How often a pending delivery is tried before it becomes a dead letter. */
export const redeliveryAttempts = 3;

/** @throws ValidationError */
export const parsePendingDelivery = (value: unknown): PendingDelivery =>
  parse(pendingDelivery, isOfFirstEdition(value) ? completed(value) : value);

/** Whether a function of the first edition has queued it, which knew of unread ones alone. */
const isOfFirstEdition = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && 'unread_count' in value && !('unseen_count' in value);

/**
 * The whole state of an inbox, as far as the first edition knew it. Its frame is not posted, because clients of this one
 * expect more in it. They ask for the changes instead, and get the exact counts.
 */
function completed({ unread_count, frame, ...pending }: Record<string, unknown>): unknown {
  const inbox = { ...pending, unread_count, unseen_count: unread_count, scopes: {} };
  return frame === undefined ? inbox : { ...inbox, type: 'inbox.changed', attempt: 1 };
}

/** The pending delivery for connections that missed a push. */
export function toPending(
  { user_id, frame }: Push,
  delivery_id: string,
): PendingInboxChanged | PendingPreferencesChanged {
  const pending = { delivery_id, user_id, attempt: 1 };
  return frame.type === 'preferences.changed'
    ? { ...pending, type: frame.type }
    : { ...inboxChanged(frame), ...pending };
}

/** The pending delivery of a function that cannot reach the sockets. It has the whole push. */
export function toPendingFrame(
  { user_id, frame }: Push,
  delivery_id: string,
): PendingFrame | PendingPreferencesChanged {
  const pending = { delivery_id, user_id, attempt: 0 } as const;
  if (frame.type === 'preferences.changed') return { ...pending, type: frame.type };
  return { ...inboxChanged(frame), ...pending, type: 'frame', frame: JSON.stringify(frame) };
}

/** The pending delivery after a whole frame has failed: `inbox.changed`, at attempt 0. */
export function withoutFrame({ frame: _, ...rest }: PendingFrame): PendingInboxChanged {
  return { ...rest, type: 'inbox.changed' };
}

/** The text that is posted for a pending delivery. */
export function textOf(pending: Exclude<PendingDelivery, PendingGoodbye>): string {
  switch (pending.type) {
    case 'frame':
      return pending.frame;
    case 'inbox.changed':
      return JSON.stringify(inboxChanged(pending));
    case 'preferences.changed':
      return JSON.stringify(preferencesChanged(pending.user_id));
  }
}

/** What a connection receives before it is closed because newer connections have replaced it. */
export const goodbye: ServerFrame = { type: 'goodbye', code: 'replaced' };
