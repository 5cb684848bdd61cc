import fc from 'fast-check';
import { newUser } from './installation.ts';

/** A field that breaks the contract: where it stands, what is there, and the path that the refusal must name. */
export interface BrokenField {
  key: string;
  /** Undefined leaves the field out. */
  value: unknown;
  path: string;
}

/** A create command of which one to all fields are broken. */
export interface HostileCommand {
  /** Users in whose inboxes nothing may be written: one that it names, and others where it names several. */
  users: string[];
  /** JSON, as it goes over the wire. */
  text: string;
  /** What the refusal must name, every one of them. */
  paths: string[];
}

const astral = '\u{1f514}';

/** Everything that no text may hold: C0 and C1 but tab and line breaks, DEL, and halves of surrogate pairs. */
const forbiddenCharacter = fc.oneof(
  fc.constantFrom('\0', '\x01', '\x0b', '\x0c', '\x1b', '\x1f', '\x7f', '\x80', '\x9f'),
  fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)),
);

const fragment = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => !/\p{Cc}|\p{Cs}/u.test(text));

/** A text around one forbidden character, which no neighbour completes to a pair. */
const unstorable = fc
  .tuple(fragment, forbiddenCharacter, fragment)
  .map(([before, character, after]) => `${before}.${character}.${after}`);

const notText = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, true, false, {}, [], ['text'], { toString: 'text' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What is no text of `minimum` to `maximum` code points. */
const brokenText = (maximum: number, minimum = 1): fc.Arbitrary<unknown> =>
  fc.oneof(
    notText,
    unstorable,
    fc.constantFrom('x'.repeat(maximum + 1), astral.repeat(maximum + 1), ...(minimum > 0 ? [''] : [])),
  );

/** Null is no value for a field that may be left out, but leaves it out. */
const notNull = (values: fc.Arbitrary<unknown>) => values.filter((value) => value !== null);

const almostUuid = fc.uuid().chain((uuid) =>
  fc.constantFrom(
    uuid.slice(1),
    `${uuid}0`,
    ` ${uuid}`,
    `${uuid}\n`,
    `${uuid}\0`,
    `{${uuid}}`,
    `urn:uuid:${uuid}`,
    uuid.replaceAll('-', ''),
    uuid.replace(/^./, 'g'),
    // Digits that a careless pattern takes for digits.
    uuid.replace(/^./, '\u0661'),
  ),
);

const brokenUuid = fc.oneof(almostUuid, notNull(brokenText(40)));

/** Levels of objects or arrays, one in the other. */
const nested = (depth: number, close: unknown): unknown => {
  let value = close;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

/** An object with an own key `__proto__`, as JSON.parse makes it. */
const withProto = (value: unknown): unknown => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`);

/** Where the refusal finds a key: cut, and without characters that cannot be printed. */
const printed = (key: string): string =>
  key.slice(0, 64).replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '\uFFFD');

const beyondExact = fc.oneof(
  fc.constantFrom(2 ** 53, -(2 ** 53), 2 ** 60, 1e21, -1e308, Number.MAX_VALUE),
  fc.double({ min: 2 ** 53, noDefaultInfinity: true, noNaN: true }),
);

/** One thing that is wrong inside of `metadata`: the keys with it, and the path after `metadata`. */
type BrokenKey = Omit<BrokenField, 'key'> & { value: object };

/** Each breaks keys of its own, so that they can be wrong together. */
const metadataBreakers: fc.Arbitrary<BrokenKey>[] = [
  fc
    .oneof(
      notNull(notText),
      fc.constantFrom(
        'javascript:alert(1)',
        'JAVASCRIPT:alert(1)',
        'data:text/html,x',
        'http://example.com',
        'http://localhost.example.com',
        'http://localhost@example.com',
        'https://bank.example@example.com/',
        'https://example.com\\@example.org',
        'https:example.com',
        'https:/example.com',
        '//example.com',
        '/bookings',
        ' https://example.com',
        'https://exa\tmple.com',
        'https://example.com/\n',
        'https://example.com/\0',
        'ftp://example.com',
        'https://',
        '',
      ),
    )
    .map((url) => ({ value: { url }, path: '.url' })),
  fc
    .oneof(
      notNull(notText),
      fc.constantFrom(
        '//example.com',
        '/\\example.com',
        '\\\\example.com',
        'x',
        '',
        ' /x',
        '/a\tb',
        '/a\0b',
        '/.//example.com',
        '/a/%2e%2e//example.com',
        '/%2F/example.com',
        '/a\\b',
        '/a\nb',
        '\t/x',
      ),
    )
    .map((route) => ({ value: { route }, path: '.route' })),
  fc
    .oneof(notNull(notText), unstorable, fc.constantFrom('', 'x'.repeat(65), astral.repeat(65)))
    .map((type) => ({ value: { type }, path: '.type' })),
  fc
    .constantFrom<object>(
      { junk: 'x'.repeat(4_097) },
      { junk: astral.repeat(1_024) },
      Object.fromEntries(numbered(700)),
    )
    .map((value) => ({ value, path: '' })),
  fc
    .integer({ min: 1, max: 900 })
    .map((depth) => ({ value: { deep: { a: [{ a: [nested(depth, {})] }] } }, path: '.deep.a.0.a.0' })),
  unstorable.map((text) => ({ value: { list: [1, text] }, path: '.list.1' })),
  unstorable.map((text) => ({ value: { keys: { [text]: 1 } }, path: `.keys.${printed(text)}` })),
  beyondExact.map((number) => ({ value: { order: [{ id: number }] }, path: '.order.0.id' })),
  fc
    .constantFrom<unknown>(1, {}, { isAdmin: true })
    .map((value) => ({ value: { proto: [withProto(value)] }, path: '.proto.0.__proto__' })),
];

const brokenMetadata: fc.Arbitrary<BrokenField[]> = fc.oneof(
  fc.constantFrom<unknown>([], 'text', 7, true, [{}]).map((value) => [at('metadata', value)]),
  fc
    .subarray(metadataBreakers, { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen))
    .map((broken) => {
      const value = Object.assign({}, ...broken.map((each) => each.value));
      return broken.map(({ path }) => ({ key: 'metadata', value, path: `metadata${path}` }));
    }),
);

function numbered(count: number): [string, number][] {
  return Array.from({ length: count }, (_, index) => [`key-${index}`, index]);
}

/** A broken field that the refusal names by its key. */
const at = (key: string, value: unknown): BrokenField => ({ key, value, path: key });

const noUserId = at('user_id', undefined);
const instead = (value: unknown, path: string): BrokenField[] => [
  { ...noUserId, path },
  { key: 'user_ids', value, path },
];

const brokenRecipients: fc.Arbitrary<BrokenField[]> = fc.oneof(
  brokenUuid.map((value) => [{ ...noUserId, value }]),
  fc.constant<BrokenField[]>([noUserId]),
  fc.constant<BrokenField[]>([at('user_id', null)]),
  fc.constant<BrokenField[]>([noUserId, { ...at('user_ids', null), path: 'user_id' }]),
  // Both of the two.
  fc.constant<BrokenField[]>([{ key: 'user_ids', value: [newUser()], path: 'user_id' }]),
  fc
    .constantFrom<unknown>([], {}, 'me', 7, Array.from({ length: 501 }, newUser))
    .map((value) => instead(value, 'user_ids')),
  // More mistakes than one refusal names.
  fc.constant(
    instead(
      Array.from({ length: 300 }, () => 'me'),
      'user_ids.0',
    ),
  ),
  fc.tuple(fc.nat(20), brokenUuid).map(([index, value]) =>
    instead(
      Array.from({ length: 21 }, (_, at) => (at === index ? value : newUser())),
      `user_ids.${index}`,
    ),
  ),
);

const unknownField: fc.Arbitrary<BrokenField> = fc
  .constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'id',
    'status',
    'version',
    'created_at',
    'Title',
    'userId',
    'delivery',
  )
  .chain((key) => fc.jsonValue({ maxDepth: 2 }).map((value) => at(key, value)));

const single = (key: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<BrokenField[]> =>
  values.map((value) => [at(key, value)]);

const blank = fc.constantFrom(
  ' ',
  '\t\n',
  '\u3000',
  '\u200B',
  '\u3164',
  '\u2800',
  '\u{E0020}\uFE0F',
  '\u202E',
);

/** Values of a field, each with the path that the refusal names. */
const listed = (key: string, values: readonly (readonly [value: unknown, path: string])[]) =>
  fc.constantFrom(...values).map(([value, path]) => [{ key, value, path }]);

const button = { id: 'accept', label: 'Accept' };
const brokenButtons = listed('actions', [
  [[], 'actions'],
  [{}, 'actions'],
  ['accept', 'actions'],
  [[button, button], 'actions.1.id'],
  [Array.from({ length: 4 }, (_, n) => ({ id: `a${n}`, label: 'A' })), 'actions'],
  [Array.from({ length: 100 }, () => button), 'actions'],
  [['accept'], 'actions.0'],
  [[null], 'actions.0'],
  [[{ id: 'accept' }], 'actions.0.label'],
  [[{ ...button, label: '\u200B' }], 'actions.0.label'],
  [[{ ...button, label: 'x'.repeat(41) }], 'actions.0.label'],
  [[{ ...button, id: '..' }], 'actions.0.id'],
  [[{ ...button, id: 'a/b' }], 'actions.0.id'],
  [[{ ...button, id: '\0' }], 'actions.0.id'],
  [[{ ...button, id: 'x'.repeat(65) }], 'actions.0.id'],
  [[{ ...button, url: 'javascript:alert(1)' }], 'actions.0.url'],
  [[{ ...button, route: '//example.com' }], 'actions.0.route'],
  [[{ ...button, route: '/a', url: 'https://example.com' }], 'actions.0.url'],
  [[{ ...button, route: `/${'x'.repeat(2_048)}` }], 'actions'],
  [[{ ...button, onclick: 'x' }], 'actions.0.onclick'],
]);

const brokenGroup = listed('group', [
  ['event-1', 'group'],
  [[], 'group'],
  [{}, 'group.key'],
  [{ key: null }, 'group.key'],
  [{ key: '' }, 'group.key'],
  [{ key: 'x'.repeat(256) }, 'group.key'],
  [{ key: '\0' }, 'group.key'],
  [{ key: 'k', title: ' ' }, 'group.title'],
  [{ key: 'k', title: 'x'.repeat(256) }, 'group.title'],
  [{ key: 'k', body: 'x'.repeat(4_001) }, 'group.body'],
  [{ key: 'k', count: 2 }, 'group.count'],
]);

/** What is no time by ISO 8601 with seconds and an offset. */
const noTimes = [
  0,
  1_798_740_000_000,
  true,
  {},
  [],
  '',
  'tomorrow',
  '2026-12-31',
  '2026-12-31T18:00:00',
  '2026-12-31 18:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-12-31T24:00:00Z',
  '2026-12-31T18:00:00+1:00',
  '+012026-12-31T18:00:00Z',
  "2026-12-31T18:00:00Z'--",
  '2026-12-31T18:00:00Z\0',
  '٢٠٢٦-12-31T18:00:00Z',
];
const brokenTimes = (key: string, others: readonly string[]) =>
  single(key, fc.constantFrom<unknown>(...noTimes, ...others));

const breakers: fc.Arbitrary<BrokenField[]>[] = [
  brokenButtons,
  brokenGroup,
  // A day that does not exist, the past, and years that cannot be stored.
  brokenTimes('expires_at', ['2027-02-29T00:00:00Z', '2020-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59']),
  brokenTimes('deliver_at', ['2027-02-29T00:00:00Z', '2020-01-01T00:00:00Z', '9999-12-31T00:00:00Z']),
  single(
    'alert_after',
    fc.constantFrom<unknown>(0, -60, 59, 60.5, 7_776_001, 2 ** 53, 1e300, '60', true, {}, []),
  ),
  brokenRecipients,
  single('title', fc.oneof(brokenText(255), blank, fc.constant(undefined))),
  single('body', notNull(brokenText(4_000, 0))),
  single('actor_id', brokenUuid),
  single('channel', notNull(brokenText(20))),
  single(
    'scope',
    notNull(fc.oneof(brokenText(32), fc.constantFrom('Attendee', 'at tendee', '-', '__proto__'))),
  ),
  single('idempotency_key', notNull(brokenText(255))),
  brokenMetadata,
  unknownField.map((field) => [field]),
];

/** Commands that every door must refuse, naming each broken field. */
export const hostileCommand: fc.Arbitrary<HostileCommand> = fc
  .subarray(breakers, { minLength: 1 })
  .chain((chosen) => fc.tuple(...chosen))
  .map((broken) => {
    const user = newUser();
    const fields = new Map<string, unknown>(
      Object.entries({ user_id: user, title: 'Doors open', body: 'Soon.' }),
    );
    for (const { key, value } of broken.flat()) fields.set(key, value);
    const paths = [...new Set(broken.flat().map(({ path }) => path))];
    const others = fields.get('user_ids');
    const users = [user, ...(Array.isArray(others) ? others.filter(isUuid).slice(-2) : [])];
    return { users, text: objectText(fields), paths };
  });

const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);

/** JSON written field by field, so that `__proto__` is a field like any other. */
function objectText(fields: ReadonlyMap<string, unknown>): string {
  const given = [...fields].filter(([, value]) => value !== undefined);
  return `{${given.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}
