import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { count, inboxState, notification } from './notification.ts';

/** A page of the feed, newest first. `next_cursor` names the place where the next, older page begins; null on the last page. */
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

/** The answer to a read-all: how many notifications were unread and are read now. */
export const readAllDone = z.strictObject({ updated: count, ...inboxState.shape });

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

/** The answer to a create command for one user. `created` is false if the idempotency key had created it before. */
export const createdOne = z.strictObject({ notification, created: z.boolean(), delivery: deliveryReport });

/** The answer to a create command for several users, in the order of the command. */
export const createdMany = z.strictObject({
  notifications: z.array(
    z.strictObject({ ...z.pick(notification, { id: true, user_id: true }).shape, created: z.boolean() }),
  ),
  delivery: deliveryReport,
});

export type FeedPage = z.output<typeof feedPage>;
export type ChangesPage = z.output<typeof changesPage>;
export type Marked = z.output<typeof marked>;
export type ReadAllDone = z.output<typeof readAllDone>;
export type DeliveryReport = z.output<typeof deliveryReport>;
export type CreatedOne = z.output<typeof createdOne>;
export type CreatedMany = z.output<typeof createdMany>;
