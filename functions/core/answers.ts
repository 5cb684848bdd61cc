import * as z from 'zod/mini';
import { scheduleId } from './fields.ts';
import { limits } from './limits.ts';
import { count, inboxState, notification, notificationOrRetracted } from './notification.ts';

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
  data: z.array(notificationOrRetracted).check(z.maxLength(limits.changes)),
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

/** The creates that went into a grouped notification, newest first. Of one that is not grouped there are none. */
export const activitiesPage = z.strictObject({
  data: z
    .array(z.strictObject(z.pick(notification, { actor_id: true, created_at: true }).shape))
    .check(z.maxLength(limits.pageSize)),
  next_cursor: z.nullable(z.string()),
});

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
 * The answer to a create command for one user. `created` is false if the idempotency key had created it before, and if it
 * went into the unread notification of its group (`grouped`). If the user has switched the type off, `suppressed` is true and
 * there is no notification.
 */
export const createdOne = z.strictObject({
  notification: z.nullable(notificationOrRetracted),
  created: z.boolean(),
  grouped: z.boolean(),
  suppressed: z.boolean(),
  delivery: deliveryReport,
});

/**
 * The answer to a create command for several users, in the order of the command. `suppressed` names those who have switched
 * the type off; they are not among the notifications.
 */
export const createdMany = z.strictObject({
  notifications: z.array(
    z.strictObject({
      ...z.pick(notification, { id: true, user_id: true }).shape,
      created: z.boolean(),
      grouped: z.boolean(),
    }),
  ),
  suppressed: z.array(inboxState.shape.user_id),
  delivery: deliveryReport,
});

/** Those of the recipients of an update or a retract who do not have the notification. */
const missing = z.array(inboxState.shape.user_id);

/** The answer to an update command for one user. `changed` is false if it had this content already, or is retracted. */
export const updatedOne = z.strictObject({
  notification: notificationOrRetracted,
  changed: z.boolean(),
  delivery: deliveryReport,
});

/** The answer to an update command for several users, in the order of the command. */
export const updatedMany = z.strictObject({
  notifications: z.array(
    z.strictObject({ ...z.pick(notification, { id: true, user_id: true }).shape, changed: z.boolean() }),
  ),
  missing,
  delivery: deliveryReport,
});

/** The answer to a retract command: what it has retracted. What was retracted before is not named again. */
export const retractedMany = z.strictObject({
  retracted: z.array(z.strictObject(z.pick(notification, { id: true, user_id: true }).shape)),
  missing,
  delivery: deliveryReport,
});

/** Where a scheduled create stands. `sending`: the tick is at it. `refused`: the rules refused it when it was due. */
export const scheduleStatuses = ['scheduled', 'sending', 'sent', 'cancelled', 'refused'] as const;

/** The answer to a create command with `deliver_at`. */
export const scheduled = z.strictObject({
  scheduled: z.strictObject({ id: scheduleId, deliver_at: notification.shape.created_at }),
});

/** A scheduled create. */
export const schedule = z.strictObject({
  id: scheduleId,
  deliver_at: notification.shape.created_at,
  created_at: notification.shape.created_at,
  status: z.enum(scheduleStatuses),
});

/** The answer to a cancel command: it will not be sent. */
export const cancelled = z.strictObject({ cancelled: z.strictObject({ id: scheduleId }) });

export type ActivitiesPage = z.output<typeof activitiesPage>;
export type UpdatedOne = z.output<typeof updatedOne>;
export type UpdatedMany = z.output<typeof updatedMany>;
export type RetractedMany = z.output<typeof retractedMany>;
export type Scheduled = z.output<typeof scheduled>;
export type Schedule = z.output<typeof schedule>;
export type Cancelled = z.output<typeof cancelled>;
export type FeedPage = z.output<typeof feedPage>;
export type ChangesPage = z.output<typeof changesPage>;
export type Marked = z.output<typeof marked>;
export type MarkedMany = z.output<typeof markedMany>;
export type ChangedAll = z.output<typeof changedAll>;
export type Preferences = z.output<typeof preferences>;
export type DeliveryReport = z.output<typeof deliveryReport>;
export type CreatedOne = z.output<typeof createdOne>;
export type CreatedMany = z.output<typeof createdMany>;
