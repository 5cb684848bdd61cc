import fc from 'fast-check';
import { newUser } from './installation.ts';

/** How often a property is tried; the long search sets it high. */
export const hostileRuns = Number(process.env.BELFRY_HOSTILE_RUNS ?? 100);

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

/** What is no JSON object, or no JSON at all. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '{',
    '{"user_id":',
    "{'title':1}",
    '{"title":NaN}',
    '{"a":1,}',
    '\ufeff{}x',
    '[]',
    '[[[]]]',
    'null',
    '"text"',
    '7',
    '1e999',
    'undefined',
    '<xml/>',
    '['.repeat(20_000),
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`,
  ),
  fc.json({ maxDepth: 3 }),
);

/** Types that a body may be said to have; none of them makes it anything else than JSON. */
export const contentType: fc.Arbitrary<string> = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/octet-stream',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'junk',
);

/** What a person, a fuzzer or an attacker puts into a query. */
export const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.double().map(String),
  fc.constantFrom("1' OR '1'='1", '../1', '%00', '1;DROP TABLE inboxes', 'null', '[object Object]'),
);

/** A command but for a title that is no UTF-8. */
export const invalidUtf8: fc.Arbitrary<Buffer> = fc
  .constantFrom(
    [0xff],
    [0xfe, 0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x28, 0xa1],
  )
  .map((bytes) =>
    Buffer.concat([
      Buffer.from(`{"user_id":"${newUser()}","body":"b","title":"a`),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]),
  );

const beyond = ['9223372036854775808', '18446744073709551616', '99999999999999999999', '9007199254740992'];

/** What is no id: not a number, not positive, not exact in JavaScript, or beyond 64 bits. */
export const hostileId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...beyond,
    '0',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '01',
    'NaN',
    'Infinity',
    "1'--",
    '１',
    '\0',
    '1\0',
  ),
  fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((text) => !/^[1-9]\d*$/.test(text) && !/^\.{1,2}$/.test(text)),
);

/** Cursors that this feed has not given out. */
export const forgedCursor: fc.Arbitrary<string> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom(...beyond, '0', '-1', '01', '1.5', '1e3', '1;DROP TABLE notifications', ''),
      fc.string({ maxLength: 20 }).filter((text) => !/^[1-9]\d*$/.test(text)),
    )
    .map((id) => Buffer.from(`before:${id}`).toString('base64url')),
  fc.constantFrom('YmVmb3JlOjE=', 'YmVmb3JlOjF', `${'A'.repeat(65)}`, 'null', '{}', '__proto__'),
  fc.string({ minLength: 1, maxLength: 80 }).filter((text) => !text.startsWith('YmVmb3Jl')),
);

/** Payloads of a direct invocation that look like those of the other doors, and hold no command. */
export const forgedEnvelope: fc.Arbitrary<unknown> = fc.oneof(
  fc
    .array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 })
    .map((others) => ({ Records: [{ eventSource: 'aws:sqs', messageId: 'm', body: '{' }, ...others] })),
  fc.record({
    'detail-type': fc.jsonValue({ maxDepth: 1 }),
    detail: fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constant({ user_id: newUser(), title: 't', body: 'b' }),
    ),
    id: fc.constantFrom<unknown>('', '\0', '\ud800', 'x'.repeat(300), 7, null, {}, []),
    source: fc.jsonValue({ maxDepth: 1 }),
  }),
  fc.record({
    routeKey: fc.oneof(
      fc.constantFrom('POST /notifications', '__proto__', 'constructor'),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    requestContext: fc.dictionary(fc.constantFrom('authorizer', 'requestId'), fc.jsonValue({ maxDepth: 2 })),
  }),
);

/** Texts of a client on its socket that are no ping. */
export const hostileMessage: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  fc
    .oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('$connect', '$disconnect', '$default', '__proto__', 'Ping', 'ping '),
    )
    .filter((action) => action !== 'ping')
    .map((action) => JSON.stringify({ action })),
  fc.constantFrom('{"__proto__":{"action":"ping"}}', '{"action":"ping","action":"shout"}', ''),
);

/** What is no token, as it may stand in a URL or a header. */
export const hostileToken: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'null',
    'undefined',
    '..',
    'a.b.c',
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"me"}').toString('base64url')}.`,
    `${'a'.repeat(3_000)}`,
    `${Buffer.from('{"alg":"HS256","crit":["exp"],"exp":1}').toString('base64url')}.e30.AA`,
    `${Buffer.from('[]').toString('base64url')}.e30.AA`,
    `${Buffer.from('{"alg":{"toString":1}}').toString('base64url')}.e30.AA`,
  ),
  fc.base64String({ maxLength: 60 }),
);
