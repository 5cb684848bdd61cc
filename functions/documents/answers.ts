import * as z from 'zod/mini';
import type { ChangesPage, FeedPage } from '../core/inbox-reader.ts';
import { limits } from '../core/limits.ts';
import { metadata } from '../core/metadata.ts';
import { type InboxState, type Notification, notificationId, statuses } from '../core/notification.ts';
import type { CreatedMany, CreatedOne, NotificationService } from '../core/notification-service.ts';
import type { DeliveryReport } from '../core/ports.ts';
import { component, describe } from './components.ts';
import { storable } from './inputs.ts';

// What the service answers. The service has types for it and checks nothing at run time; the compiler holds these
// schemas against the types, and the end-to-end tests against the answers.

const text = (maximum: number) => describe(z.string(), storable(maximum));

const userId = component(
  'UserId',
  z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)),
  { description: 'A UUID in lower case.', format: 'uuid' },
);

const timestamp = component(
  'Timestamp',
  z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)),
  { description: 'ISO 8601, UTC, to the millisecond.', format: 'date-time' },
);

const count = z.int().check(z.nonnegative());
const version = component('Version', z.int().check(z.nonnegative()), {
  description: 'A version of an inbox: 0 at first, and one more with each change.',
});

/** What every answer about an inbox says of it. */
export const inboxState = {
  version,
  unread_count: component('UnreadCount', z.int().check(z.nonnegative()), {
    description: 'How many notifications of the inbox are unread.',
  }),
};

export const notification = component(
  'Notification',
  z.strictObject({
    id: notificationId,
    user_id: userId,
    actor_id: z.nullable(userId),
    title: text(limits.titleLength),
    body: text(limits.bodyLength),
    metadata,
    channel: text(limits.channelLength),
    status: z.enum(statuses),
    created_at: timestamp,
    updated_at: timestamp,
    version,
  }) satisfies z.ZodMiniType<Notification>,
  {
    description: 'A notification; `version` is that of the inbox at which it last changed.',
    example: {
      id: 981,
      user_id: '0b5e55ed-0000-4000-8000-000000000001',
      actor_id: null,
      title: 'Your seat is confirmed',
      body: 'Row F, seat 12.',
      metadata: { type: 'booking', route: '/bookings/981' },
      channel: 'in_app',
      status: 'unread',
      created_at: '2026-11-23T15:38:03.692Z',
      updated_at: '2026-11-23T15:38:03.692Z',
      version: 42,
    },
  },
);

export const feedPage = component(
  'FeedPage',
  z.strictObject({
    data: z.array(notification).check(z.maxLength(limits.pageSize)),
    next_cursor: z.nullable(z.string()),
    ...inboxState,
  }) satisfies z.ZodMiniType<FeedPage>,
  {
    description:
      'Notifications, newest first, and the inbox as of the same moment. `next_cursor` is null on the last page.',
    example: { data: [], next_cursor: null, unread_count: 3, version: 42 },
  },
);

export const inboxCount = component(
  'InboxState',
  z.strictObject(inboxState) satisfies z.ZodMiniType<InboxState>,
  { description: 'The inbox of the user.', example: { unread_count: 3, version: 42 } },
);

export const changesPage = component(
  'ChangesPage',
  z.strictObject({
    data: z.array(notification).check(z.maxLength(limits.changes)),
    reset: z.boolean(),
    ...inboxState,
  }) satisfies z.ZodMiniType<ChangesPage>,
  {
    description:
      'Every notification that changed, in its present form, oldest change first. `reset` comes with none, and says that ' +
      'the client must load the first page anew.',
    example: { data: [], reset: true, unread_count: 2, version: 44 },
  },
);

export const marked = component(
  'MarkedNotification',
  z.strictObject({ notification, ...inboxState }) satisfies z.ZodMiniType<AnswerOf<'mark'>>,
  { description: 'The notification after the action, and its inbox.' },
);

export const readAllDone = component(
  'ReadAllDone',
  z.strictObject({ updated: count, ...inboxState }) satisfies z.ZodMiniType<AnswerOf<'readAll'>>,
  {
    description: 'How many notifications are read now that were unread.',
    example: { updated: 3, unread_count: 0, version: 44 },
  },
);

const delivery = component(
  'DeliveryReport',
  z.strictObject({
    connections: count,
    posted: count,
    gone: count,
    failed: count,
  }) satisfies z.ZodMiniType<DeliveryReport>,
  {
    description:
      'Sockets of the recipients: those found, those that took the frame, those that were closed, and those for which a ' +
      'redelivery is queued.',
    example: { connections: 2, posted: 2, gone: 0, failed: 0 },
  },
);

const createdOne = component(
  'CreatedOne',
  z.strictObject({ notification, created: z.boolean(), delivery }) satisfies z.ZodMiniType<CreatedOne>,
  {
    description: 'The answer for `user_id`; `created` is false where the idempotency key had made it before.',
  },
);

const createdMany = component(
  'CreatedMany',
  z.strictObject({
    notifications: z.array(z.strictObject({ id: notificationId, user_id: userId, created: z.boolean() })),
    delivery,
  }) satisfies z.ZodMiniType<CreatedMany>,
  {
    description: 'The answer for `user_ids`, in the order in which they were named.',
    example: {
      notifications: [{ id: 4, user_id: '0b5e55ed-0000-4000-8000-000000000001', created: true }],
      delivery: { connections: 2, posted: 2, gone: 0, failed: 0 },
    },
  },
);

export const created = component('Created', z.union([createdOne, createdMany]), {
  description: 'What a create command made.',
});

type AnswerOf<UseCase extends keyof NotificationService> = Awaited<ReturnType<NotificationService[UseCase]>>;
