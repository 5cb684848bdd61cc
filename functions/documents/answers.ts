import * as z from 'zod/mini';
import {
  activitiesPage,
  cancelled,
  changedAll,
  changesPage,
  createdMany,
  createdOne,
  deliveryReport,
  feedPage,
  marked,
  markedMany,
  preferences,
  retractedMany,
  schedule,
  scheduled,
  updatedMany,
  updatedOne,
} from '../core/answers.ts';
import {
  button,
  inboxState,
  type NotificationContent,
  notification,
  notificationOrRetracted,
  retracted,
} from '../core/notification.ts';
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

component('Counts', inboxState.shape.scopes.def.valueType, {
  description: 'How many notifications are unread, and how many of those the user has not seen.',
  example: { unread_count: 3, unseen_count: 1 },
});

describe(inboxState.shape.scopes, {
  description:
    'For each scope of the installation: the counts of its notifications and of those without a scope.',
});

/** An inbox of an installation with two scopes, for examples. */
export const exampleState = (version: number, unread_count: number) => ({
  user_id,
  version,
  unread_count,
  unseen_count: 0,
  scopes: {
    attendee: { unread_count, unseen_count: 0 },
    organizer: { unread_count: 0, unseen_count: 0 },
  },
});

component('Button', button, {
  description:
    'A button. It leads to a path of the frontend (`route`) or to a `url`, or just records that it was pressed.',
  example: { id: 'accept', label: 'Accept' },
});

component('Buttons', notification.shape.actions.def.innerType, {
  description: 'The actions of a notification, of which the recipient may take one.',
  example: [{ id: 'accept', label: 'Accept' }],
});

component('Notification', notification, {
  description: 'A notification; `version` is that of the inbox at which it last changed.',
  example: {
    id: 981,
    position: 981,
    user_id,
    ...exampleContent(),
    status: 'unread',
    snoozed_until: null,
    group_key: null,
    group_count: 1,
    actor_ids: [],
    action_id: null,
    action_at: null,
    created_at: '2026-11-23T15:38:03.692Z',
    updated_at: '2026-11-23T15:38:03.692Z',
    version: 42,
  },
});

component('Retracted', retracted, {
  description: 'What is left of a notification that its producer has retracted. Clients drop it.',
  example: { id: 981, user_id, position: 981, status: 'retracted', version: 48 },
});

component('NotificationOrRetracted', notificationOrRetracted, {
  description: 'A notification, or what is left of one that its producer has retracted.',
});

component('ActivitiesPage', activitiesPage, {
  description:
    'The creates that went into a grouped notification, newest first. Of one that is not grouped there are none. ' +
    '`next_cursor` is null on the last page.',
  example: { data: [{ actor_id: user_id, created_at: '2026-11-23T15:38:03.692Z' }], next_cursor: null },
});
describe(activitiesPage.shape.next_cursor.def.innerType, cursorForm);
component('Activity', activitiesPage.shape.data.def.element, {
  description: 'A create that went into a grouped notification: who caused it, and when it came.',
  example: { actor_id: user_id, created_at: '2026-11-23T15:38:03.692Z' },
});

describe(feedPage.shape.next_cursor.def.innerType, cursorForm);

component('FeedPage', feedPage, {
  description:
    'Notifications, by position, newest first, and the inbox as of the same moment. `next_cursor` is the position down to ' +
    'which the page is complete; null on the last page. It never expires.',
  example: { data: [], next_cursor: null, ...exampleState(42, 3) },
});

component('InboxState', inboxState, {
  description: 'The inbox of the user. The two counts beside `version` are of the whole inbox.',
  example: exampleState(42, 3),
});

component('ChangesPage', changesPage, {
  description:
    'Every notification that changed, in its present form, oldest change first. `reset` comes with none, and says that ' +
    'the client must load the first page anew.',
  example: { data: [], reset: true, ...exampleState(44, 2) },
});

component('MarkedNotification', marked, { description: 'The notification after the action, and its inbox.' });

component('MarkedNotifications', markedMany, {
  description:
    'The ids of the notifications that have changed, and the inbox. The ids of others are left out: of those that are not in ' +
    'this inbox, to whose status the action does not apply, or that have moved up.',
  example: { updated: [981], ...exampleState(44, 0) },
});

component('ChangedAll', changedAll, {
  description: 'How many notifications have changed, and the inbox.',
  example: { updated: 3, ...exampleState(44, 0) },
});

component('Preference', preferences.shape.types.def.valueType, {
  description:
    'Whether the user gets a type, and whether it is critical, so that users cannot switch it off.',
  example: { enabled: true, critical: false },
});

component('Preferences', preferences, {
  description:
    'Every type that the installation has configured, and whether the user gets it. A critical type is always enabled.',
  example: {
    user_id,
    types: { promo: { enabled: false, critical: false }, payout: { enabled: true, critical: true } },
  },
});

component('DeliveryReport', deliveryReport, {
  description:
    'Connections of the recipients: those found, those that took the frame, those that were closed, and those for which a ' +
    'redelivery is queued.',
  example: { connections: 2, posted: 2, gone: 0, failed: 0 },
});

const delivery = { connections: 2, posted: 2, gone: 0, failed: 0 };

const aboutCreated =
  '`created` is false if the idempotency key had created it before, and if it went into the unread notification of its group ' +
  '(`grouped`).';

component('CreatedOne', createdOne, {
  description:
    `The answer for \`user_id\`. ${aboutCreated} If the user has switched the type off, \`suppressed\` is true, and ` +
    '`notification` is null.',
});

component('CreatedNotification', createdMany.shape.notifications.def.element, {
  description: `Which notification a recipient has. ${aboutCreated}`,
});

component('CreatedMany', createdMany, {
  description:
    'The answer for `user_ids`, in the order in which they were named. `suppressed` names those who have switched the type off; ' +
    'they are not among `notifications`.',
  example: {
    notifications: [{ id: 4, user_id, created: true, grouped: false }],
    suppressed: [],
    delivery,
  },
});

const aboutMissing = '`missing` names the users who have no such notification.';

component('UpdatedOne', updatedOne, {
  description:
    'The answer to an update for `user_id`. `changed` is false if it had this content already, or is retracted.',
});

component('UpdatedMany', updatedMany, {
  description: `The answer to an update for \`user_ids\`, in their order. ${aboutMissing}`,
  example: { notifications: [{ id: 4, user_id, changed: true }], missing: [], delivery },
});
component('UpdatedNotification', updatedMany.shape.notifications.def.element, {
  description:
    'Which notification a recipient has. `changed` is false if it had this content already, or is retracted.',
});

component('Retraction', retractedMany, {
  description: `What a retract has retracted, without what was retracted before. ${aboutMissing}`,
  example: { retracted: [{ id: 4, user_id }], missing: [], delivery },
});
component('RetractedNotification', retractedMany.shape.retracted.def.element, {
  description: 'A notification that a retract has retracted, and whose it was.',
  example: { id: 4, user_id },
});

const deliver_at = '2026-12-31T17:00:00.000Z';

component('ScheduledCreate', scheduled.shape.scheduled, {
  description: 'A create that is kept until `deliver_at`.',
  example: { id: 57, deliver_at },
});

component('Scheduled', scheduled, {
  description: 'The create is kept, and sent at its time.',
  example: { scheduled: { id: 57, deliver_at } },
});

component('Schedule', schedule, {
  description:
    'A scheduled create. `sending`: it is being sent. `refused`: the rules did not allow it any more when it was due.',
  example: { id: 57, deliver_at, created_at: '2026-11-23T15:38:03.692Z', status: 'scheduled' },
});

component('CancelledCreate', cancelled.shape.cancelled, {
  description: 'A scheduled create that was called off.',
  example: { id: 57 },
});

component('Cancelled', cancelled, {
  description: 'The scheduled create will not be sent.',
  example: { cancelled: { id: 57 } },
});

export const created = component('Created', z.xor([createdOne, createdMany]), {
  description: 'What a create made.',
});

/** The answers to commands that create nothing new. */
export const done = component(
  'Done',
  z.xor([createdOne, createdMany, updatedOne, updatedMany, retractedMany, cancelled]),
  { description: 'What a command did.' },
);

function exampleContent(): NotificationContent {
  const { title, body, metadata } = exampleCommand;
  return {
    actor_id: null,
    title,
    body,
    metadata,
    channel: 'in_app',
    scope: null,
    actions: null,
    expires_at: null,
  };
}
