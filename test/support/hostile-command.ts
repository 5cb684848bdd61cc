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

/** What is no text of 1 to `maximum` code points. */
const brokenText = (maximum: number): fc.Arbitrary<unknown> =>
  fc.oneof(notText, unstorable, fc.constantFrom('', 'x'.repeat(maximum + 1), astral.repeat(maximum + 1)));

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

const brokenUuid = fc.oneof(
  almostUuid,
  brokenText(40).filter((value) => value !== null),
);

/** Levels of objects or arrays, one in the other. */
const nested = (depth: number, close: unknown): unknown => {
  let value = close;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

/** An object with an own key `__proto__`, as JSON.parse makes it. */
const withProto = (value: unknown): unknown => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`);

const brokenMetadata: fc.Arbitrary<Pick<BrokenField, 'value' | 'path'>> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom<unknown>(null, [], 'text', 7, true, [{}]),
      fc.integer({ min: 5, max: 900 }).map((depth) => ({ a: nested(depth, {}) })),
      fc.integer({ min: 4_097, max: 9_000 }).map((length) => ({ junk: 'x'.repeat(length) })),
      fc.constantFrom({ junk: astral.repeat(1_024) }, Object.fromEntries(numbered(700))),
      unstorable.map((text) => ({ a: [text] })),
      unstorable.map((text) => ({ a: { [text]: 1 } })),
      fc.constantFrom<unknown>(
        withProto({}),
        { a: [withProto(1)] },
        { a: { b: withProto({ isAdmin: true }) } },
      ),
    )
    .map((value) => ({ value, path: 'metadata' })),
  fc
    .oneof(
      notText,
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
        'ftp://example.com',
        'https://',
        '',
      ),
    )
    .map((url) => ({ value: { url }, path: 'metadata.url' })),
  fc
    .oneof(
      notText,
      fc.constantFrom(
        '//example.com',
        '/\\example.com',
        '\\\\example.com',
        'x',
        '',
        ' /x',
        '/a\tb',
        '/.//example.com',
        '/a/%2e%2e//example.com',
        '/%2F/example.com',
        '/a\\b',
        '/a\nb',
        '\t/x',
      ),
    )
    .map((route) => ({ value: { route }, path: 'metadata.route' })),
  fc
    .oneof(notText, fc.constantFrom('', 'x'.repeat(65), astral.repeat(65)))
    .map((type) => ({ value: { type }, path: 'metadata.type' })),
);

function numbered(count: number): [string, number][] {
  return Array.from({ length: count }, (_, index) => [`key-${index}`, index]);
}

const noUserId: BrokenField = { key: 'user_id', value: undefined, path: 'user_id' };
const instead = (value: unknown, path: string): BrokenField[] => [
  { ...noUserId, path },
  { key: 'user_ids', value, path },
];

const brokenRecipients: fc.Arbitrary<BrokenField[]> = fc.oneof(
  brokenUuid.map((value) => [{ ...noUserId, value }]),
  fc.constant<BrokenField[]>([noUserId]),
  // Both of the two.
  fc.constant<BrokenField[]>([{ key: 'user_ids', value: [newUser()], path: 'user_id' }]),
  fc
    .constantFrom<unknown>([], {}, 'me', 7, null, Array.from({ length: 501 }, newUser))
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
  .chain((key) => fc.jsonValue({ maxDepth: 2 }).map((value) => ({ key, value: value ?? 1, path: key })));

const single = (key: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<BrokenField[]> =>
  values.map((value) => [{ key, value, path: key }]);

const breakers: fc.Arbitrary<BrokenField[]>[] = [
  brokenRecipients,
  single('title', fc.oneof(brokenText(255), fc.constantFrom<unknown>(undefined, ' ', '\t\n', '\u3000'))),
  single('body', fc.oneof(brokenText(4_000), fc.constant(undefined))),
  single('actor_id', brokenUuid),
  single('channel', brokenText(20)),
  single('idempotency_key', brokenText(255)),
  brokenMetadata.map((broken) => [{ key: 'metadata', ...broken }]),
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
