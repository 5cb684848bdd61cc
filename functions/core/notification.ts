import * as z from 'zod/mini';
import { notificationId, position, scope, text } from './fields.ts';
import { limits } from './limits.ts';
import { knownKeys, metadata } from './metadata.ts';
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

/** How many notifications are unread, and how many of those the user has not seen since they came or moved up. */
const counts = { unread_count: count, unseen_count: count };

/**
 * An inbox: every change raises `version` by one. The counts are exact at each version, those of the whole inbox and those
 * of each configured scope, which are of its notifications and of those without a scope. It names its user, because a
 * token does not always say which user id it is mapped to.
 */
export const inboxState = z.strictObject({
  user_id: userId,
  version: z.int().check(z.nonnegative()),
  ...counts,
  scopes: z.record(scope, z.strictObject(counts)),
});

/** The frontend in whose bell it is shown. Null: in all of them. */
const scopeField = z.nullable(scope);

/** A button of a notification. It leads to a path of the frontend or to a URL, or just records that it was pressed. */
export const button = z.strictObject({
  id: text(limits.buttonIdLength),
  label: text(limits.buttonLabelLength),
  route: z.optional(knownKeys.route),
  url: z.optional(knownKeys.url),
});

/** What a notification says, as a producer writes it. */
export const contentFields = {
  /** Who caused it. */
  actor_id: z.nullable(userId),
  title: text(limits.titleLength),
  body: text(limits.bodyLength, 0),
  metadata,
  channel: text(limits.channelLength),
  scope: scopeField,
  /** Up to three buttons, of which one may be pressed. */
  actions: z.nullable(z.array(button).check(z.minLength(1), z.maxLength(limits.buttons))),
  /** When it is archived automatically. */
  expires_at: z.nullable(timestamp),
};

/** A notification, from the table to the screen. */
export const notification = z.strictObject({
  id: notificationId,
  /** Its place in the feed: the id, until something moves it up. Never falls, and is unique in an inbox. */
  position,
  /** The recipient. */
  user_id: userId,
  ...contentFields,
  status: z.enum(statuses),
  /** Until when it is out of the feed. Null: it is not snoozed. */
  snoozed_until: z.nullable(timestamp),
  /** What creates of its group have in common. Null: it is not grouped. */
  group_key: z.nullable(text(limits.groupKeyLength)),
  /** How many creates have gone into it. 1 if it is not grouped. */
  group_count: z.int().check(z.minimum(1)),
  /** The last different actors of a grouped one, newest last. */
  actor_ids: z.array(userId).check(z.maxLength(limits.groupActors)),
  /** The button that was pressed, and when. */
  action_id: z.nullable(button.shape.id),
  action_at: z.nullable(timestamp),
  created_at: timestamp,
  updated_at: timestamp,
  /** The inbox version of the last change to this notification. */
  version: inboxState.shape.version,
});

/**
 * What is left of a notification that its producer has retracted. It is in no list. Frames and changes have it, and the
 * answer to a late create with its key, so that clients drop it.
 */
export const retracted = z.strictObject({
  ...z.pick(notification, { id: true, user_id: true, position: true, version: true }).shape,
  status: z.literal('retracted'),
});

/** What a client may be told about: a notification, or that it is retracted. */
export const notificationOrRetracted = z.union([notification, retracted]);

export type Button = z.output<typeof button>;
export type Notification = z.output<typeof notification>;
export type Retracted = z.output<typeof retracted>;
export type NotificationOrRetracted = Notification | Retracted;
export type NotificationContent = Pick<Notification, keyof typeof contentFields>;
export type InboxState = z.output<typeof inboxState>;
