import { boundsSchema, seenSchema } from '../core/bounds.ts';
import { activitiesQuerySchema, changesQuerySchema, feedQuerySchema } from '../core/feed.ts';
import { notificationId, position, scheduleId, scope, text, uuid } from '../core/fields.ts';
import { filteredTypes } from '../core/filtered-types.ts';
import { limits } from '../core/limits.ts';
import { marksSchema } from '../core/marks.ts';
import { knownKeys, metadata } from '../core/metadata.ts';
import { instant } from '../core/moment.ts';
import { notification } from '../core/notification.ts';
import { preferencesSchema } from '../core/preferences.ts';
import { snoozeSchema } from '../core/snooze.ts';
import { component, controls, describe, inline, refTo } from './components.ts';

// What the service reads: the schemas are its own, and here is said what their refinements check.

component('Uuid', uuid, {
  description: 'A UUID of any version; upper case is accepted and lowered.',
  format: 'uuid',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
});

component('NotificationId', notificationId, {
  description: 'Ids of one inbox rise with time and have gaps.',
  example: 981,
  type: 'integer',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
});

component('Position', position, {
  description:
    'The place of a notification in the feed: its id, until something moves it up. It never falls, and is unique in an inbox.',
  example: 981,
  type: 'integer',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
});

component('Scope', scope, {
  description:
    'A frontend in whose bell notifications are shown: one of those that the installation has configured.',
  example: 'attendee',
});

component('Status', notification.shape.status, {
  description: 'Where a notification stands: `unread` at first.',
});

/** What no link may hold: any control character and a backslash. */
const notInLinks = '\\x00-\\x1F\\x7F-\\x9F\\\\';

describe(knownKeys.type, {
  description: 'The kind of notification, by which the feed can be filtered.',
});
describe(knownKeys.url, {
  description:
    'A URL with https:, or http: for the host localhost, as a URL parser reads it. No user info, backslashes, control ' +
    'characters and unpaired surrogates.',
  pattern: `^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@${notInLinks}]+(?:[/?#][^${notInLinks}]*)?$`,
});
describe(knownKeys.route, {
  description:
    'A path that stays on the site of the frontend, as a URL parser reads it: it starts with /, and its path does not start ' +
    'with // once dot segments are removed, also if it is decoded before. No backslashes, control characters and unpaired ' +
    'surrogates.',
  pattern: `^/(?:[^/${notInLinks}][^${notInLinks}]*)?$`,
});

component('Metadata', metadata, {
  description:
    `Any JSON object of at most ${limits.metadataBytes} bytes as JSON in UTF-8, exponents written out, and at most ${limits.metadataDepth} ` +
    'levels deep, itself included. No text in it may contain control characters (except tab and line breaks) or unpaired ' +
    'surrogates, and no object a key `__proto__`. Numbers beyond ±9007199254740991 are refused: send them as text. ' +
    'These keys have a form of their own, and count as left out if they are null:',
  example: { type: 'booking', route: '/bookings/981' },
  type: 'object',
  additionalProperties: true,
  properties: Object.fromEntries(
    Object.entries(knownKeys).map(([key, schema]) => [key, { anyOf: [inline(schema), { type: 'null' }] }]),
  ),
});

component('ScheduleId', scheduleId, {
  description: 'Names a scheduled create.',
  example: 57,
  type: 'integer',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
});

component('Instant', instant, {
  description:
    'A moment by ISO 8601 with seconds and an offset, on a day that exists. It is kept in UTC, to the millisecond.',
  example: '2026-12-31T18:00:00+01:00',
  type: 'string',
  format: 'date-time',
  pattern:
    '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?' +
    '(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$',
});

/** A command, which examples of answers answer. */
export const exampleCommand = {
  user_id: '0b5e55ed-0000-4000-8000-000000000001',
  title: 'Your seat is confirmed',
  body: 'Row F, seat 12.',
  metadata: { type: 'booking', route: '/bookings/981' },
  idempotency_key: 'booking-981-confirmed',
};

describe(filteredTypes, {
  description: `1 to ${limits.filteredTypes} values of \`metadata.type\`; repeated ones count once.`,
  minItems: 1,
});

component('Bounds', boundsSchema, {
  description:
    'Which notifications to change: those up to `before_position`, of `scope` or of none, and of one of `types`. What is left ' +
    'out bounds nothing.',
  example: { before_position: 981, scope: 'attendee', types: ['booking'] },
});

component('Seen', seenSchema, {
  description:
    'Everything up to `before_position` has been seen, in the bell of `scope` or, if it is left out, in all. A position beyond ' +
    'the newest counts as the newest.',
  example: { before_position: 981, scope: 'attendee' },
});

describe(marksSchema.shape.ids, {
  description: `1 to ${limits.marks} notifications; repeated ids count once.`,
  minItems: 1,
});
describe(marksSchema.shape.positions, {
  description:
    'The positions at which the notifications have been shown. One for each id, in their order. What has moved up since is ' +
    'left alone.',
});
component('Marks', marksSchema, {
  description: 'An action, and the notifications that it is for.',
  example: { action: 'archive', ids: [979, 981], positions: [979, 981] },
});

describe(preferencesSchema.shape.types, {
  description:
    'By type: true switches it on, false off. A type that is critical or not configured is refused.',
  type: 'object',
  additionalProperties: { type: 'boolean' },
  minProperties: 1,
});
component('ChosenTypes', preferencesSchema, {
  description: 'The types to switch on or off. Others stay as they are.',
  example: { types: { promo: false } },
});

component('Snooze', snoozeSchema, {
  description: 'When the notification comes back: 1 minute to 90 days ahead.',
});

/** How a cursor looks. */
export const cursorForm = { type: 'string', pattern: '^[1-9][0-9]{0,15}$' };

/** The query parameters of the routes that read any, by the schemas that parse them. */
export const queries = {
  feed: feedQuerySchema,
  changes: changesQuerySchema,
  activities: activitiesQuerySchema,
};

describe(feedQuerySchema.shape.limit, {
  description: 'How many a page has at most.',
  type: 'integer',
  minimum: 1,
  maximum: limits.pageSize,
  default: limits.defaultPageSize,
});
describe(feedQuerySchema.shape.cursor, {
  ...cursorForm,
  description: '`next_cursor` of the page before. Any other text is refused.',
});
describe(feedQuerySchema.shape.status, {
  description: 'One or more, separated by commas.',
  type: 'array',
  items: refTo(notification.shape.status),
  minItems: 1,
  default: ['unread', 'read'],
});
describe(feedQuerySchema.shape.scope, {
  description: 'Only notifications of this scope and those without a scope.',
});
describe(feedQuerySchema.shape.type, {
  description:
    `Only notifications whose \`metadata.type\` is one of these: 1 to ${limits.filteredTypes}, separated by commas. They need ` +
    'not be configured.',
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: limits.typeLength, pattern: `^[^,${controls}]*$` },
  minItems: 1,
});
describe(changesQuerySchema.shape.since, {
  description: 'The inbox version that the client has.',
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
});

/** The header of a create; the rules are those of the field `idempotency_key`. */
export const idempotencyKey = describe(text(limits.idempotencyKeyLength), {
  // The characters that every HTTP library sends as they are.
  pattern: '^[!-~](?:[ -~]*[!-~])?$',
});
