import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { expected } from './parse.ts';
import { codePointLength, hasUnstorableCharacters } from './text.ts';

export const statuses = ['unread', 'read', 'archived'] as const;
export type Status = (typeof statuses)[number];

/** What a recipient can do to a notification. */
export const actions = ['read', 'unread', 'archive', 'unarchive'] as const;
export type Action = (typeof actions)[number];

/** The status that an action leads to, and the statuses that it may lead from; from any other it changes nothing. */
export const transitions: Record<Action, { from: readonly Status[]; to: Status }> = {
  read: { from: ['unread'], to: 'read' },
  unread: { from: ['read'], to: 'unread' },
  archive: { from: ['unread', 'read'], to: 'archived' },
  unarchive: { from: ['archived'], to: 'read' },
};

/** A JSON object. */
export type Metadata = { [key: string]: unknown };

/** A notification, from the table to the screen. */
export interface Notification {
  id: number;
  /** The recipient, a lower-case UUID. */
  user_id: string;
  /** Who caused it, a lower-case UUID. */
  actor_id: string | null;
  title: string;
  body: string;
  metadata: Metadata;
  channel: string;
  status: Status;
  /** ISO 8601, UTC, to the millisecond. */
  created_at: string;
  updated_at: string;
  /** The inbox version at which this row last changed. */
  version: number;
}

/** What all changes to an inbox raise: `version` by one each, `unread_count` to the number of unread rows. */
export interface InboxState {
  version: number;
  unread_count: number;
}

/** A UUID of any version; upper case is accepted and lowered. */
export const uuid = z
  .string(expected('a UUID'))
  .check(
    z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, { error: 'must be a UUID' }),
    z.toLowerCase(),
  );

/** A text of 1 to `maximum` code points that PostgreSQL can store. */
export function text(maximum: number) {
  return z.string(expected('a string')).check(
    z.refine((value) => value !== '' && codePointLength(value) <= maximum, {
      error: `must have 1 to ${maximum} characters`,
    }),
    z.refine((value) => !hasUnstorableCharacters(value), {
      error: 'must not hold control characters (tab and line breaks aside) or lone surrogates',
    }),
  );
}

/** The known key of `metadata` by which a frontend filters. */
export const notificationType = text(limits.typeLength);

/** An id, as a JSON number: positive, and small enough to be exact in JavaScript. */
export const notificationId = z
  .number(expected('an integer'))
  .check(
    z.refine((value) => Number.isSafeInteger(value) && value > 0, { error: 'must be a positive integer' }),
  );
