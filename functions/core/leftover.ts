import * as z from 'zod/mini';
import { inboxChanged, type Push, type ServerFrame } from './frames.ts';
import { parse } from './parse.ts';

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

// Fields that a later release adds are left out: its leftovers may be read by this one after a rollback.
const leftover = z.discriminatedUnion('type', [
  z.object({
    ...common,
    attempt,
    type: z.literal('inbox.changed'),
    version: z.int(),
    unread_count: z.int(),
    /** Those that the frame could not be posted to; absent where they must be looked up. */
    connections: z.optional(z.array(connection)),
  }),
  z.object({ ...common, attempt, type: z.literal('goodbye'), connections: z.array(connection) }),
  z.object({
    ...common,
    /** Nobody has tried to deliver it yet. */
    attempt: z.literal(0),
    type: z.literal('frame'),
    version: z.int(),
    unread_count: z.int(),
    /** The frame as the sockets get it: JSON, whose numbers a table would not keep as they are. */
    frame: z.string(),
  }),
]);

/**
 * What is still to be delivered to one user: the hint that the inbox has changed, the goodbye to connections that newer
 * ones have replaced, or a whole frame by a function that cannot reach the sockets itself. A frame is tried once; what is
 * left of it is the hint, so that nothing is kept of a title or a body, and whoever gets the hint asks for the changes.
 */
export type Leftover = z.output<typeof leftover>;

/** The hint that the inbox has changed, as a leftover. */
export type LeftoverPush = Extract<Leftover, { type: 'inbox.changed' }>;

/** The goodbye to replaced connections, as a leftover. */
export type LeftoverGoodbye = Extract<Leftover, { type: 'goodbye' }>;

/** A whole frame, on its way to all connections of its user. */
export type LeftoverFrame = Extract<Leftover, { type: 'frame' }>;

/** How often a leftover is tried before it is given up for a dead letter. */
export const redeliveryAttempts = 3;

/** @throws ValidationError */
export const parseLeftover = (value: unknown): Leftover => parse(leftover, value);

/** What is left of a push, before its first redelivery. */
export function leftoverOf({ user_id, frame }: Push, delivery_id: string): LeftoverPush {
  const { version, unread_count } = frame;
  return { delivery_id, user_id, attempt: 1, type: 'inbox.changed', version, unread_count };
}

/** A push that is to be delivered in full by whoever can reach the sockets. */
export function frameLeftoverOf({ user_id, frame }: Push, delivery_id: string): LeftoverFrame {
  const { version, unread_count } = frame;
  const text = JSON.stringify(frame);
  return { delivery_id, user_id, attempt: 0, type: 'frame', version, unread_count, frame: text };
}

/** What is left of a frame that could not be delivered: the hint, of no attempt yet. */
export function hintOf({ frame: _, ...rest }: LeftoverFrame): LeftoverPush {
  return { ...rest, type: 'inbox.changed' };
}

/** The text that a leftover is delivered as. */
export const textOf = (leftover: LeftoverPush | LeftoverFrame): string =>
  leftover.type === 'frame' ? leftover.frame : JSON.stringify(inboxChanged(leftover));

/** What a connection is told before it is closed because newer ones have replaced it. */
export const goodbye: ServerFrame = { type: 'goodbye', code: 'replaced' };
