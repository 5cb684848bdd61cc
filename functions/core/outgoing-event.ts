import * as z from 'zod/mini';
import { notification } from './notification.ts';

/** What Belfry puts on the event bus, by detail type. */
export const eventNames = [
  'notification.unread_after',
  'notification.read',
  'notification.archived',
  'notification.action',
] as const;

/** The detail of an event: at least once, in no order. Those of one event have the same `id`. */
export const outgoingEvent = z.strictObject({
  /** `<user_id>:<version>:<notification_id>:<event>`: the same however often the event is sent. */
  id: z.string(),
  event: z.enum(eventNames),
  user_id: notification.shape.user_id,
  notification_id: notification.shape.id,
  /** The version of the notification after the change. */
  version: notification.shape.version,
  /** When it happened. */
  at: notification.shape.created_at,
  /** `metadata.type`, as the notification has it. */
  type: z.nullable(z.string()),
  /** The button that was pressed: of `notification.action` alone. */
  action_id: z.optional(z.string()),
  /** The notification as it was then: of `notification.unread_after` alone, for an e-mail or a text message. */
  notification: z.optional(notification),
});

export type EventName = (typeof eventNames)[number];
export type OutgoingEvent = z.output<typeof outgoingEvent>;
