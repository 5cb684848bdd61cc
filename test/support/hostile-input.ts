import fc from 'fast-check';
import { newUser } from './installation.ts';

/** How often a property is tried; the long search sets it high. */
export const hostileRuns = Number(process.env.BELFRY_HOSTILE_RUNS ?? 100);

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
  fc.constantFrom(
    ...beyond,
    '0',
    '-1',
    '+1',
    '01',
    '1.5',
    '1e3',
    '0x1',
    ' 1',
    '1;DROP TABLE notifications',
    '',
  ),
  fc.constantFrom('YmVmb3JlOjE', '1'.repeat(65), '\u0661', 'null', '{}', '__proto__'),
  fc.string({ maxLength: 80 }).filter((text) => !/^[1-9]\d{0,15}$/.test(text)),
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
