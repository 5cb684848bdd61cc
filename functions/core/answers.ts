import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { count, inboxState, notification } from './notification.ts';

/**
 * A page of the feed, by position, newest first. `next_cursor` is the position down to which the page is complete, as a
 * text; null on the last page. It never expires.
 */
export const feedPage = z.strictObject({
  data: z.array(notification).check(z.maxLength(limits.pageSize)),
  next_cursor: z.nullable(z.string()),
  ...inboxState.shape,
});

/** What a client missed, oldest change first. With `reset` there are no notifications: the client must load the first page. */
export const changesPage = z.strictObject({
  data: z.array(notification).check(z.maxLength(limits.changes)),
  reset: z.boolean(),
  ...inboxState.shape,
});

/** The answer to a mark. */
export const marked = z.strictObject({ notification, ...inboxState.shape });

/** The answer to a mark of several: the ids that have changed, in no order. */
export const markedMany = z.strictObject({
  updated: z.array(notification.shape.id).check(z.maxLength(limits.marks)),
  ...inboxState.shape,
});

/** The answer to a read-all and to an archive-read: how many notifications have changed. */
export const changedAll = z.strictObject({ updated: count, ...inboxState.shape });

/** The preferences of a user: every configured type. A critical type is always enabled. */
export const preferences = z.strictObject({
  user_id: inboxState.shape.user_id,
  types: z.record(z.string(), z.strictObject({ enabled: z.boolean(), critical: z.boolean() })),
});

/**
 * The outcome of a round of pushes, counted in connections. `posted`, `gone` and `failed` add up to `connections`, unless
 * a redelivery could not be queued. If the connections of a user could not be looked up, none of them is counted, although
 * a redelivery is queued.
 */
export const deliveryReport = z.strictObject({
  /** Connections that the recipients have, without expired ones. */
  connections: count,
  /** Frames that the gateway accepted. */
  posted: count,
  /** Connections that were closed already. */
  gone: count,
  /** Connections for which a redelivery is queued. */
  failed: count,
});

/**
 * The answer to a create command for one user. `created` is false if the idempotency key had created it before. If the user
 * has switched the type off, `suppressed` is true and there is no notification.
 */
export const createdOne = z.strictObject({
  notification: z.nullable(notification),
  created: z.boolean(),
  suppressed: z.boolean(),
  delivery: deliveryReport,
});

/**
 * The answer to a create command for several users, in the order of the command. `suppressed` names those who have switched
 * the type off; they are not among the notifications.
 */
export const createdMany = z.strictObject({
  notifications: z.array(
    z.strictObject({ ...z.pick(notification, { id: true, user_id: true }).shape, created: z.boolean() }),
  ),
  suppressed: z.array(inboxState.shape.user_id),
  delivery: deliveryReport,
});

export type FeedPage = z.output<typeof feedPage>;
export type ChangesPage = z.output<typeof changesPage>;
export type Marked = z.output<typeof marked>;
export type MarkedMany = z.output<typeof markedMany>;
export type ChangedAll = z.output<typeof changedAll>;
export type Preferences = z.output<typeof preferences>;
export type DeliveryReport = z.output<typeof deliveryReport>;
export type CreatedOne = z.output<typeof createdOne>;
export type CreatedMany = z.output<typeof createdMany>;
