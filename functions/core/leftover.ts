import * as z from 'zod/mini';
import { type InboxFrame, inboxChanged, type Push, type ServerFrame } from './frames.ts';
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
  /** Which redelivery this is, counted from 1. */
  attempt: z.int().check(z.positive()),
};

// Fields that a later release adds are left out: its leftovers may be read by this one after a rollback.
const leftover = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('inbox.changed'),
    version: z.int(),
    unread_count: z.int(),
    /** Those that the frame could not be posted to; absent where they must be looked up. */
    connections: z.optional(z.array(connection)),
  }),
  z.object({ ...common, type: z.literal('goodbye'), connections: z.array(connection) }),
]);

/**
 * What could not be delivered to one user: the hint that the inbox has changed, or the goodbye to connections that
 * newer ones have replaced. Never a title or a body; whoever gets the hint asks for the changes.
 */
export type Leftover = z.output<typeof leftover>;

/** The hint that the inbox has changed, as a leftover. */
export type LeftoverPush = Extract<Leftover, { type: 'inbox.changed' }>;

/** The goodbye to replaced connections, as a leftover. */
export type LeftoverGoodbye = Extract<Leftover, { type: 'goodbye' }>;

/** How often a leftover is tried before it is given up for a dead letter. */
export const redeliveryAttempts = 3;

/** @throws ValidationError */
export const parseLeftover = (value: unknown): Leftover => parse(leftover, value);

/** What is left of a push, before its first redelivery. */
export function leftoverOf({ user_id, frame }: Push, delivery_id: string): LeftoverPush {
  const { version, unread_count } = frame;
  return { delivery_id, user_id, attempt: 1, type: 'inbox.changed', version, unread_count };
}

/** The frame that a leftover push is delivered as. */
export const frameOf = (leftover: LeftoverPush): InboxFrame => inboxChanged(leftover);

/** What a connection is told before it is closed because newer ones have replaced it. */
export const goodbye: ServerFrame = { type: 'goodbye', code: 'replaced' };
