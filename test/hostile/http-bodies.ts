import fc from 'fast-check';
import type { RouteKey } from '../../functions/transport/route-keys.ts';
import { hostileCommand } from '../support/hostile-command.ts';
import { hostileText, invalidUtf8 } from '../support/hostile-input.ts';
import { type HttpAttempt, placeholders } from './attempt.ts';
import { existing } from './existing.ts';
import { type PartArbitrary as Arbitrary, broken, mostly, sound, strange } from './part.ts';

type Body = HttpAttempt['body'];

const oversized = fc.constantFrom<Body>(
  JSON.stringify('x'.repeat(65_535)),
  ' '.repeat(65_537),
  '\u{1f514}'.repeat(16_385),
);

const noBody = fc.constant<Body>(undefined);

/** A time that is in the future of every run. The time of the system runs ahead by hours. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** Creates that are served if their sender has the scope. */
const soundCreate: fc.Arbitrary<object> = fc.record(
  {
    action: fc.constantFrom(null, 'create'),
    group: fc.constantFrom<object | null>(
      null,
      { key: '\u{1f514}'.repeat(255), title: null },
      { key: "' OR 1=1 --", title: '{count} {others} {', body: '{count}'.repeat(500) },
    ),
    actions: fc.constantFrom<object[] | null>(
      null,
      [{ id: '...', label: '席'.repeat(40), url: null }],
      [
        { id: 'a', label: 'A', route: '/a//b%5Cc' },
        { id: 'constructor', label: "' OR 1=1 --" },
        { id: 'x'.repeat(64), label: '<b>', url: 'https://example.com/' },
      ],
    ),
    expires_at: fc.constantFrom(
      null,
      inDays(30),
      '9999-12-31T23:59:59.999999999Z',
      '2999-01-01T00:00:00-23:59',
    ),
    alert_after: fc.constantFrom(null, 60, 7_776_000),
    user_id: fc.constant(placeholders.otherUser),
    title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => `.${printable(text)}`),
    body: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((text) => `.${printable(text)}`),
    actor_id: fc.constant(null),
    scope: fc.constantFrom(null, 'attendee', 'admin'),
    channel: fc.constantFrom(null, 'in_app', 'push', '席'.repeat(20)),
    metadata: fc.constantFrom<object | null>(
      null,
      {},
      { type: 'booking', url: 'https://example.com/%00?a#b', route: '/a//b%5Cc' },
      { a: [[[{}]]], constructor: 1, toString: null, '': '' },
      { ключ: '\u{1f514}', nothing: null, number: 2 ** 53 - 1, fraction: 0.1 },
    ),
  },
  { requiredKeys: ['user_id', 'title'] },
);

/** Updates and retracts of the notification that the other user has. */
const soundEdit: fc.Arbitrary<object> = fc
  .constantFrom<object>(
    { action: 'update', title: '.\u{1f514}', body: null, metadata: null, actions: null },
    { action: 'update', actor_id: placeholders.otherUser, realert: true },
    { action: 'update', expires_at: inDays(30), metadata: { type: 'promo' } },
    { action: 'update', actions: [{ id: 'other', label: 'Other' }], realert: null },
    { action: 'retract', group_key: null },
  )
  .chain((edit) =>
    fc.constantFrom(
      { user_id: placeholders.otherUser, ...edit, idempotency_key: existing.idempotency_key },
      { user_ids: [placeholders.otherUser], ...edit, idempotency_key: existing.idempotency_key },
    ),
  );

/** Commands that are served if their sender has the scope, and change the other user's inbox. */
export const soundCommand: fc.Arbitrary<object> = fc.oneof(
  { weight: 3, arbitrary: soundCreate },
  { weight: 1, arbitrary: soundEdit },
);

/** Creates that are kept until a time that does not come in a run. */
export const soundSchedule: fc.Arbitrary<object> = fc
  .tuple(soundCreate, fc.constantFrom(inDays(20), inDays(364)))
  .map(([create, deliver_at]) => ({ ...create, expires_at: null, deliver_at }));

const other = { user_id: placeholders.otherUser };
const keyed = { ...other, idempotency_key: existing.idempotency_key };

/** Commands other than creates that every door must refuse. */
export const brokenEdit: fc.Arbitrary<object> = fc.constantFrom<object>(
  ...[
    {},
    { realert: true },
    { title: null },
    { title: '' },
    { scope: 'attendee' },
    { body: 'x'.repeat(4_001) },
  ].map((changes) => ({ action: 'update', ...keyed, ...changes })),
  ...['2020-01-01T00:00:00Z', 'soon', 0].map((expires_at) => ({ action: 'update', ...keyed, expires_at })),
  { action: 'update', ...keyed, actions: [] },
  { action: 'update', ...keyed, title: 'T', realert: 'yes' },
  { action: 'update', ...keyed, metadata: { url: 'javascript:alert(1)' } },
  { action: 'update', ...other, title: 'T' },
  { action: 'update', ...other, title: 'T', idempotency_key: 'unknown' },
  { action: 'update', title: 'T', idempotency_key: existing.idempotency_key },
  { action: 'retract', ...other },
  { action: 'retract', ...keyed, group_key: 'event-1' },
  { action: 'retract', ...keyed, title: 'T' },
  { action: 'retract', ...other, group_key: '' },
  { action: 'retract', ...other, group_key: 'unknown' },
  { action: 'retract', ...other, idempotency_key: '\0' },
  { action: 'retract', idempotency_key: existing.idempotency_key, user_ids: [] },
  ...[0, -1, 1.5, '1', null, 2 ** 53, 2 ** 50, [1]].map((scheduled_id) => ({
    action: 'cancel',
    scheduled_id,
  })),
  { action: 'cancel', ...other },
  ...['Update', 'delete', '', 7, {}, '__proto__'].map((action) => ({ ...keyed, title: 'T', action })),
);

/** The command that has made the other user's notification, or one with its key that says something else. */
const repeatedCommand = fc.record({
  user_id: fc.constant(placeholders.otherUser),
  title: fc.constantFrom(existing.title, 'Doors closed'),
  body: fc.constant(existing.body),
  idempotency_key: fc.constant(existing.idempotency_key),
});

const printable = (text: string) => text.replace(/\p{Cc}|\p{Cs}/gu, ' ');

const { ownId, otherId } = placeholders;

/** Texts of JSON, of which some are sound and some are broken. */
const texts = (isSound: readonly (string | undefined)[], isBroken: readonly string[]): Arbitrary<Body> =>
  fc.oneof(
    { weight: 3, arbitrary: sound(fc.constantFrom<Body>(...isSound)) },
    { weight: 3, arbitrary: broken(fc.constantFrom<Body>(...isBroken)) },
    { weight: 1, arbitrary: strange(hostileText.map((text): Body => text)) },
    { weight: 1, arbitrary: broken(oversized) },
  );

/** Values that are neither an id nor a position. */
const noNumbers = ['0', '-1', '1.5', '1e19', '9007199254740992', '"1"', 'null', '[1]', '{}'];
const noScopes = ['""', '"speaker"', '"Attendee"', 'null', '7', '["attendee"]', '"at\\u0000"'];
const noTypes = [
  '[]',
  '[""]',
  '"promo"',
  'null',
  '[7]',
  JSON.stringify(Array.from({ length: 11 }, (_, n) => `type${n}`)),
];
const noFields = ['{"__proto__":{"before_position":1}}', '{"constructor":1}', '[]', '7'];

const bounds = texts(
  [
    undefined,
    '{}',
    ' null ',
    '{"before_position":1}',
    `{"before_position":${2 ** 53 - 1},"scope":"attendee"}`,
    '{"scope":"admin","types":["booking","\\ud83d\\udd14","\' OR 1=1 --"]}',
  ],
  [
    ...noNumbers.map((value) => `{"before_position":${value}}`),
    ...noScopes.map((value) => `{"scope":${value}}`),
    ...noTypes.map((value) => `{"types":${value}}`),
    ...noFields,
  ],
);

/** Bodies of the routes that read one; all others must be refused or served whatever they are sent. */
const bodies: Partial<Record<RouteKey, Arbitrary<Body>>> = {
  'POST /notifications': fc.oneof(
    { weight: 4, arbitrary: sound(soundCommand.map((command): Body => JSON.stringify(command))) },
    { weight: 1, arbitrary: sound(soundSchedule.map((command): Body => JSON.stringify(command))) },
    { weight: 4, arbitrary: broken(hostileCommand.map(({ text }): Body => text)) },
    { weight: 2, arbitrary: broken(brokenEdit.map((command): Body => JSON.stringify(command))) },
    { weight: 1, arbitrary: broken(hostileText.map((text): Body => text)) },
    { weight: 1, arbitrary: broken(invalidUtf8.map((bytes): Body => new Uint8Array(bytes))) },
    { weight: 1, arbitrary: broken(fc.oneof(oversized, noBody)) },
    { weight: 1, arbitrary: strange(repeatedCommand.map((command): Body => JSON.stringify(command))) },
    {
      weight: 1,
      arbitrary: strange(
        fc
          .tuple(soundCreate, fc.jsonValue({ maxDepth: 4 }))
          .map(
            ([command, value]): Body => JSON.stringify({ ...command, metadata: { type: 'payout', value } }),
          ),
      ),
    },
  ),
  'POST /notifications/{id}/snooze': texts(
    [`{"until":"${inDays(30)}"}`, `{"until":"${inDays(1).replace('Z', '+00:00')}"}`],
    [
      '{"until":"2020-01-01T00:00:00Z"}',
      '{"until":"9999-12-31T23:59:59Z"}',
      `{"until":"${inDays(91)}"}`,
      ...['null', '0', '""', '"tomorrow"', '"2026-12-31"', '[]', '{}'].map((value) => `{"until":${value}}`),
      `{"until":"${inDays(30)}","user_id":"${placeholders.otherUser}"}`,
      '{}',
      ...noFields,
    ],
  ),
  'POST /notifications/read-all': bounds,
  'POST /notifications/archive-read': bounds,
  'POST /notifications/mark': texts(
    [
      `{"action":"read","ids":[${ownId}]}`,
      `{"action":"archive","ids":[${ownId},${ownId},${otherId}],"positions":[${ownId},1,${otherId}]}`,
      `{"action":"unarchive","ids":[${2 ** 53 - 1}]}`,
      JSON.stringify({ action: 'unread', ids: Array.from({ length: 100 }, (_, n) => n + 1) }),
    ],
    [
      ...noNumbers.flatMap((value) => [
        `{"action":"read","ids":[${ownId},${value}]}`,
        `{"action":"read","ids":[${ownId}],"positions":[${value}]}`,
      ]),
      ...['"seen"', '"READ"', '""', 'null', '["read"]', '7'].map(
        (value) => `{"action":${value},"ids":[${ownId}]}`,
      ),
      `{"action":"read","ids":[${ownId}],"positions":[]}`,
      `{"action":"read","ids":[${ownId}],"user_id":"${placeholders.otherUser}"}`,
      '{"action":"read","ids":[]}',
      '{"action":"read"}',
      JSON.stringify({ action: 'read', ids: Array.from({ length: 101 }, (_, n) => n + 1) }),
      JSON.stringify({ action: 'read', ids: Array.from({ length: 9_000 }, (_, n) => n + 1) }),
      ...noFields,
    ],
  ),
  'POST /notifications/seen': texts(
    [
      `{"before_position":${ownId}}`,
      `{"before_position":${2 ** 53 - 1},"scope":"organizer"}`,
      '{"before_position":1,"scope":"attendee"}',
    ],
    [
      ...noNumbers.map((value) => `{"before_position":${value}}`),
      ...noScopes.map((value) => `{"before_position":1,"scope":${value}}`),
      '{"before_position":1,"types":["promo"]}',
      '{}',
      ...noFields,
    ],
  ),
  'PUT /preferences': texts(
    ['{"types":{"promo":false}}', '{"types":{"digest":true,"Promo":true}}'],
    [
      ...['payout', 'PAYOUT', 'newsletter', '', 'constructor', '__proto__', '\\u0000'].flatMap((type) => [
        `{"types":{"${type}":false}}`,
        `{"types":{"promo":false,"${type}":true}}`,
      ]),
      ...['null', '"false"', '0', '[]', '{}'].map((value) => `{"types":{"promo":${value}}}`),
      '{"types":{"promo":false,"PROMO":true}}',
      '{"types":{}}',
      '{"types":null}',
      '{"types":["promo"]}',
      `{"types":{"promo":false},"user_id":"${placeholders.otherUser}"}`,
      ...noFields,
    ],
  ),
};

/** Bodies of a request to a route. */
export function bodyOf(route: RouteKey): Arbitrary<Body> {
  if (bodies[route]) return bodies[route];
  const any = strange(fc.oneof(noBody, hostileText, fc.constant(new Uint8Array([0xff]))));
  return mostly(sound(noBody), any, ...(route.startsWith('GET') ? [] : [broken(oversized)]));
}
