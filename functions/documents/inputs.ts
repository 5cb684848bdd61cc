import { createCommandSchema } from '../core/create-command.ts';
import { changesQuerySchema, feedQuerySchema } from '../core/feed.ts';
import { notificationId, text, uuid } from '../core/fields.ts';
import { limits } from '../core/limits.ts';
import { knownKeys, metadata } from '../core/metadata.ts';
import { statuses } from '../core/status.ts';
import { readAllSchema } from '../transport/routes.ts';
import { component, describe, inline, refTo } from './components.ts';

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

describe(knownKeys.type, {
  description: 'The kind of notification, by which the feed can be filtered.',
});
describe(knownKeys.url, {
  description:
    'An https: URL, or http://localhost for development, without user info, backslashes and control characters.',
  pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\\\\\\p{Cc}\\p{Cs}]+(?:[/?#][^\\\\\\p{Cc}\\p{Cs}]*)?$',
});
describe(knownKeys.route, {
  description:
    'A path that stays on the site of the frontend, as a URL parser reads it: it starts with /, and its path does not start ' +
    'with // once dot segments are removed, also if it is decoded before. No backslashes and no control characters.',
  pattern: '^/(?!/)[^\\\\\\p{Cc}\\p{Cs}]*$',
});

component('Metadata', metadata, {
  description:
    `Any JSON object of at most ${limits.metadataBytes} bytes as JSON in UTF-8, exponents written out, and at most ${limits.metadataDepth} ` +
    'levels deep, itself included. No text in it may contain control characters (except tab and line breaks) or unpaired ' +
    'surrogates, and no object a key `__proto__`. Numbers beyond ±9007199254740991 are refused: send them as text. ' +
    'These keys have a form of their own, and count as left out if they are null:',
  example: { type: 'booking', route: '/bookings/981' },
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(knownKeys).map(([key, schema]) => [key, { anyOf: [inline(schema), { type: 'null' }] }]),
  ),
});

const { shape } = createCommandSchema;

const aboutControls =
  'A bidirectional control (U+202A to U+202E, U+2066 to U+2069) without its partner on the same line is left out.';

describe(shape.user_id, { description: 'The recipient.' });
describe(shape.user_ids, {
  description: `1 to ${limits.recipients} recipients; repeated ids count once.`,
  anyOf: [
    { type: 'array', items: refTo(uuid), minItems: 1, maxItems: limits.rawRecipients },
    { type: 'null' },
  ],
});
describe(shape.actor_id, { description: 'Who caused it.' });
describe(shape.title, {
  description: `At least one character is visible. ${aboutControls}`,
  // JSON Schema has no portable pattern for invisible characters other than white space.
  allOf: [{ pattern: '\\S' }],
});
describe(shape.body, { description: `Default: empty. ${aboutControls}`, default: '' });
describe(shape.channel, { default: 'in_app' });
describe(shape.idempotency_key, {
  description: 'A repeated key of the same recipient makes nothing, and answers with the first notification.',
});

/** That a field is there and not null. */
const given = (field: string, type: string) => ({
  type: 'object',
  required: [field],
  properties: { [field]: { type } },
});

/** A command, which examples of answers answer. */
export const exampleCommand = {
  user_id: '0b5e55ed-0000-4000-8000-000000000001',
  title: 'Your seat is confirmed',
  body: 'Row F, seat 12.',
  metadata: { type: 'booking', route: '/bookings/981' },
  idempotency_key: 'booking-981-confirmed',
};

component('CreateCommand', createCommandSchema, {
  description:
    'What a notification says, and to whom: exactly one of `user_id` and `user_ids`. A field that may be left out may also ' +
    'be null, which means the same. Lengths are in Unicode code points.',
  example: exampleCommand,
  oneOf: [given('user_id', 'string'), given('user_ids', 'array')],
});

component('ReadAll', readAllSchema, {
  description: 'Which rows to mark: those with an id up to `before_id`, or all.',
  example: { before_id: 981 },
});

/** The query parameters of the routes that read any, by the schemas that parse them. */
export const queries = { feed: feedQuerySchema, changes: changesQuerySchema };

describe(feedQuerySchema.shape.limit, {
  description: 'How many notifications a page has at most.',
  type: 'integer',
  minimum: 1,
  maximum: limits.pageSize,
  default: limits.defaultPageSize,
});
describe(feedQuerySchema.shape.cursor, { description: '`next_cursor` of the page before.' });
describe(feedQuerySchema.shape.status, {
  description: 'One or more, separated by commas.',
  type: 'array',
  items: { type: 'string', enum: [...statuses] },
  minItems: 1,
  default: ['unread', 'read'],
});
describe(feedQuerySchema.shape.type, {
  description: 'Only notifications whose `metadata.type` is this.',
});
describe(changesQuerySchema.shape.since, {
  description: 'The inbox version that the client has.',
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
});

/** The header of a create request; the rules are those of the field `idempotency_key`. */
export const idempotencyKey = text(limits.idempotencyKeyLength);
