import * as z from 'zod/mini';
import {
  changesPage,
  createdMany,
  createdOne,
  deliveryReport,
  feedPage,
  marked,
  readAllDone,
} from '../core/answers.ts';
import { parseCreateCommand } from '../core/create-command.ts';
import { inboxState, type NotificationContent, notification } from '../core/notification.ts';
import { component, describe } from './components.ts';
import { cursorForm, exampleCommand } from './inputs.ts';

// What the service answers. The shapes are core's; here they get descriptions and examples.

const { user_id } = exampleCommand;

component('UserId', notification.shape.user_id, {
  description: 'A UUID in lower case.',
  format: 'uuid',
});

component('Timestamp', notification.shape.created_at, {
  description: 'ISO 8601, UTC, to the millisecond.',
  format: 'date-time',
});

component('Version', inboxState.shape.version, {
  description: 'A version of an inbox: 0 at first, and one more with each change.',
});

component('UnreadCount', inboxState.shape.unread_count, {
  description: 'How many notifications of the inbox are unread.',
});

component('Notification', notification, {
  description: 'A notification; `version` is that of the inbox at which it last changed.',
  example: {
    id: 981,
    user_id,
    ...exampleContent(),
    status: 'unread',
    created_at: '2026-11-23T15:38:03.692Z',
    updated_at: '2026-11-23T15:38:03.692Z',
    version: 42,
  },
});

describe(feedPage.shape.next_cursor.def.innerType, cursorForm);

component('FeedPage', feedPage, {
  description:
    'Notifications, newest first, and the inbox as of the same moment. `next_cursor` is null on the last page.',
  example: { data: [], next_cursor: null, user_id, version: 42, unread_count: 3 },
});

component('InboxState', inboxState, {
  description: 'The inbox of the user.',
  example: { user_id, version: 42, unread_count: 3 },
});

component('ChangesPage', changesPage, {
  description:
    'Every notification that changed, in its present form, oldest change first. `reset` comes with none, and says that ' +
    'the client must load the first page anew.',
  example: { data: [], reset: true, user_id, version: 44, unread_count: 2 },
});

component('MarkedNotification', marked, { description: 'The notification after the action, and its inbox.' });

component('ReadAllDone', readAllDone, {
  description: 'How many notifications are read now that were unread.',
  example: { updated: 3, user_id, version: 44, unread_count: 0 },
});

component('DeliveryReport', deliveryReport, {
  description:
    'Connections of the recipients: those found, those that took the frame, those that were closed, and those for which a ' +
    'redelivery is queued.',
  example: { connections: 2, posted: 2, gone: 0, failed: 0 },
});

component('CreatedOne', createdOne, {
  description: 'The answer for `user_id`; `created` is false where the idempotency key had made it before.',
});

component('CreatedNotification', createdMany.shape.notifications.def.element, {
  description:
    'Which notification a recipient has; `created` is false where the idempotency key had made it before.',
});

component('CreatedMany', createdMany, {
  description: 'The answer for `user_ids`, in the order in which they were named.',
  example: {
    notifications: [{ id: 4, user_id, created: true }],
    delivery: { connections: 2, posted: 2, gone: 0, failed: 0 },
  },
});

export const created = component('Created', z.xor([createdOne, createdMany]), {
  description: 'What a create command made.',
});

function exampleContent(): NotificationContent {
  const {
    user_ids: _,
    is_batch: __,
    idempotency_key: ___,
    ...content
  } = parseCreateCommand(exampleCommand, null);
  return content;
}
