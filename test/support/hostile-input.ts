import fc from 'fast-check';

/** A create command that breaks the contract, and the path of the field that its refusal must name. */
export interface BrokenCommand {
  command: Record<string, unknown>;
  path: string;
}

/** One way to break a command: a path, and what to put there; `undefined` leaves the field out. */
interface Fault {
  path: string;
  field: string;
  value: unknown;
}

const controlCharacter = fc
  .integer({ min: 0, max: 0x9f })
  .filter((code) => (code < 0x20 && ![0x09, 0x0a, 0x0d].includes(code)) || code >= 0x7f)
  .map((code) => String.fromCharCode(code));
const loneSurrogate = fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff');
const unstorable = fc
  .tuple(fc.string({ maxLength: 8 }), fc.oneof(controlCharacter, loneSurrogate), fc.string({ maxLength: 8 }))
  .map((parts) => parts.join(' '));
const noText = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
);
/** Emojis are two UTF-16 units each and one character. */
const longerThan = (characters: number) =>
  fc.constantFrom('a', '🔔').map((character) => character.repeat(characters + 1));

const badText = (characters: number) => fc.oneof(unstorable, noText, longerThan(characters), fc.constant(''));
const badUuid = fc.oneof(
  fc.string({ maxLength: 40 }),
  noText,
  fc.uuid().map((id) => `{${id}}`),
  fc.uuid().map((id) => `${id} `),
);
const deep = (levels: number): unknown => (levels === 1 ? {} : { a: deep(levels - 1) });
const withKey = (key: string, value: unknown): unknown =>
  JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`);

const badUrl = fc.constantFrom(
  'javascript:alert(1)',
  'http://evil.example',
  'https:evil.example',
  '//evil.example',
  'https://',
  'data:text/html,x',
  'http://localhost.evil.example',
  'https://ok.example/\n',
  ' https://ok.example',
  7,
);
const badRoute = fc.constantFrom(
  '//evil.example',
  '/\\evil.example',
  'bookings',
  '',
  '/a\tb',
  '\\/evil',
  null,
);

const at = (path: string, field: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Fault> =>
  value.map((each) => ({ path, field, value: each }));

const fault = fc.oneof(
  at('title', 'title', fc.oneof(badText(255), fc.constantFrom(' ', '\t\n'))),
  at('body', 'body', badText(4_000)),
  at('title', 'title', fc.constant(undefined)),
  at('body', 'body', fc.constant(undefined)),
  at('user_id', 'user_id', badUuid),
  at('user_id', 'user_id', fc.constant(undefined)),
  at('user_id', 'user_ids', fc.constant(['00000000-0000-4000-8000-000000000000'])),
  at(
    'actor_id',
    'actor_id',
    badUuid.filter((value) => value !== null),
  ),
  at('channel', 'channel', badText(20)),
  at('idempotency_key', 'idempotency_key', badText(255)),
  at(
    'metadata',
    'metadata',
    fc.oneof(fc.constantFrom(null, 'text', 7), fc.array(fc.anything(), { maxLength: 2 })),
  ),
  at(
    'metadata',
    'metadata',
    fc.constantFrom(deep(6), deep(60), withKey('__proto__', {}), { a: 'x'.repeat(4_096) }),
  ),
  at(
    'metadata',
    'metadata',
    unstorable.map((text) => ({ note: text })),
  ),
  at(
    'metadata',
    'metadata',
    unstorable.map((text) => withKey(text, 1)),
  ),
  at(
    'metadata.type',
    'metadata',
    fc.oneof(longerThan(64), fc.constantFrom('', 7)).map((type) => ({ type })),
  ),
  at(
    'metadata.url',
    'metadata',
    badUrl.map((url) => ({ url })),
  ),
  at(
    'metadata.route',
    'metadata',
    badRoute.map((route) => ({ route })),
  ),
  fc
    .constantFrom('id', 'status', 'version', 'created_at', 'constructor', 'toString', 'userId')
    .map((field): Fault => ({ path: field, field, value: 1 })),
);

/** Commands for `user` that are valid but for one fault. */
export const brokenCommand = (user: string): fc.Arbitrary<BrokenCommand> =>
  fault.map(({ path, field, value }) => {
    const { [field]: _, ...rest }: Record<string, unknown> = { user_id: user, title: 'Doors', body: 'Soon.' };
    return { command: value === undefined ? rest : { ...rest, [field]: value }, path };
  });

/** Bodies that are no JSON, or not in UTF-8. */
export const brokenJson: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .constantFrom(
      '{',
      '{"title":',
      '[1,]',
      "{'title':1}",
      'NaN',
      '{"a":1}{"b":2}',
      '"\ud800'.slice(0, 1),
      '\u0000',
    )
    .map((text) => new TextEncoder().encode(text)),
  fc.constant(Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).filter((bytes) => !isJson(bytes)),
);

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** A value of a query or of a path: what a person, a fuzzer or an attacker may put there. */
export const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.double().map(String),
  fc.base64String({ maxLength: 40 }),
  fc.constantFrom(
    "1' OR '1'='1",
    '../1',
    '%00',
    '1;DROP TABLE inboxes',
    'null',
    '[object Object]',
    '1e3',
    '0x10',
    '+1',
    '１',
  ),
);
