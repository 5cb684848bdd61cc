import * as z from 'zod/mini';
import { isObject, parse } from './parse.ts';

// Apart from the rest, because most functions queue deliveries, and only one reads them.

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
