import * as z from 'zod/mini';
import { notificationId, text } from './fields.ts';
import { limits } from './limits.ts';
import { metadata } from './metadata.ts';
import { statuses } from './status.ts';

// The shapes that the service answers with are declared here, in answers.ts and in frames.ts, and nowhere else. Types
// follow from the schemas, and functions/documents describes them. The functions import the types alone, so no bundle
// holds the schemas; the end-to-end tests check every answer and frame against them.

/** A UUID in lower case. */
const userId = z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/));

/** ISO 8601, UTC, to the millisecond. */
const timestamp = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/));

/** A count of something. */
export const count = z.int().check(z.nonnegative());

/**
 * An inbox: every change raises `version` by one and sets `unread_count` to the number of unread notifications. It names
 * its user, because a token does not always say which user id it is mapped to.
 */
export const inboxState = z.strictObject({
  user_id: userId,
  version: z.int().check(z.nonnegative()),
  unread_count: z.int().check(z.nonnegative()),
});

/** What a notification says, as a producer writes it. */
export const contentFields = {
  /** Who caused it. */
  actor_id: z.nullable(userId),
  title: text(limits.titleLength),
  body: text(limits.bodyLength, 0),
  metadata,
  channel: text(limits.channelLength),
};

/** A notification, from the table to the screen. */
export const notification = z.strictObject({
  id: notificationId,
  /** The recipient. */
  user_id: userId,
  ...contentFields,
  status: z.enum(statuses),
  created_at: timestamp,
  updated_at: timestamp,
  /** The inbox version of the last change to this notification. */
  version: inboxState.shape.version,
});

export type Notification = z.output<typeof notification>;
export type NotificationContent = Pick<Notification, keyof typeof contentFields>;
export type InboxState = z.output<typeof inboxState>;
