import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../functions/core/command.ts';
import { type FieldError, ValidationError } from '../../functions/core/errors.ts';
import { contentOf } from '../support/content.ts';
import { hostileCommand } from '../support/hostile-command.ts';
import { localUrls, safeRoutes, safeUrls, unsafeRoutes, unsafeUrls } from '../support/links.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const valid = { user_id: alice, title: 'Build passed', body: 'All 12 checks are green.' };

/** When the commands come. */
const now = Date.UTC(2026, 0, 1);

/** A create command, as the service takes it. */
function parseCreateCommand(input: unknown, defaultKey: string | null) {
  const command = parseCommand(input, { defaultKey, now });
  if (command.action !== 'create') throw new Error(`This is ${command.action}, not a create.`);
  return command.command;
}

/** A JSON text, read as a door reads it: `JSON.parse` can make what an object literal cannot. */
const parseText = (json: string) => parseCreateCommand(JSON.parse(json), null);
const parse = (changes: object) => parseCreateCommand({ ...valid, ...changes }, null);
const many = (count: number) =>
  Array.from({ length: count }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

function errorsOf(run: () => unknown): readonly FieldError[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ValidationError) return error.errors;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

const pathsOf = (run: () => unknown): string[] => [...new Set(errorsOf(run).map(({ path }) => path))];
const refused = (changes: object): string[] => pathsOf(() => parse(changes));

/** Metadata whose JSON has exactly this many bytes. */
const metadataOf = (bytes: number) => ({ note: 'x'.repeat(bytes - '{"note":""}'.length) });

/** An object with this many objects in each other. */
const nested = (levels: number): object => (levels === 1 ? {} : { inner: nested(levels - 1) });

describe('A create command', () => {
  it('has its defaults filled in', () => {
    expect(parseCreateCommand(valid, null)).toEqual({
      user_ids: [alice],
      is_batch: false,
      ...contentOf({ title: 'Build passed', body: 'All 12 checks are green.' }),
      idempotency_key: null,
    });
  });

  it('keeps everything that it says', () => {
    const metadata = { type: 'build', url: 'https://ci.example.com/1', route: '/builds/1', extra: [1, null] };
    const said = { actor_id: bob, metadata, channel: 'email', idempotency_key: 'build-1' };
    expect(parse(said)).toMatchObject(said);
  });

  it('takes the key of its door only if it names none', () => {
    expect(parseCreateCommand(valid, 'request-1').idempotency_key).toBe('request-1');
    expect(parseCreateCommand({ ...valid, idempotency_key: 'own' }, 'request-1').idempotency_key).toBe('own');
  });

  it.each([null, undefined, [], 'text', 7, true])('must be a JSON object, not %j', (input) => {
    expect(errorsOf(() => parseCreateCommand(input, null))).toEqual([
      { path: '', message: 'The command must be a JSON object' },
    ]);
  });

  it('is refused with every wrong field named', () => {
    const wrong = { title: '', body: 7, actor_id: 'x', channel: 'x'.repeat(21), metadata: [], extra: 1 };
    const fields = ['actor_id', 'body', 'channel', 'extra', 'metadata', 'title', 'user_id'];
    const run = () => parseCreateCommand(wrong, null);
    expect(pathsOf(run).toSorted()).toEqual(fields);
    for (const field of fields) expect(run).toThrow(field);
  });

  it('of which any fields are broken is refused with each of them named by its full path', () => {
    fc.assert(
      fc.property(hostileCommand, ({ text, paths }) => {
        expect(pathsOf(() => parseText(text))).toEqual(expect.arrayContaining(paths));
      }),
      { numRuns: 1_000 },
    );
  });

  it('names the missing recipient beside other missing fields', () => {
    expect(pathsOf(() => parseCreateCommand({}, null)).toSorted()).toEqual(['title', 'user_id']);
  });

  it('may name a scope', () => {
    expect(parse({ scope: 'organizer' }).scope).toBe('organizer');
  });

  it.each(['', 'Organizer', '1st', 'event organizer', 'organizer\n', 'x'.repeat(33), 'é', 7, ['organizer']])(
    'must not name the scope %j',
    (scope) => expect(refused({ scope })).toEqual(['scope']),
  );

  it('needs no more than a recipient and a title', () => {
    const least = { user_id: alice, title: 'Doors open' };
    expect(parseCreateCommand(least, null)).toMatchObject({ title: 'Doors open', body: '' });
    expect(parse({ body: '' }).body).toBe('');
  });

  it('is the same with every field null that may be left out', () => {
    const nulls = {
      body: null,
      actor_id: null,
      metadata: null,
      channel: null,
      scope: null,
      idempotency_key: null,
    };
    for (const least of [
      { user_id: alice, title: 'Doors open' },
      { user_ids: [alice, bob], title: 'Doors open' },
    ]) {
      const full = { user_id: null, user_ids: null, ...nulls, ...least };
      expect(parseCreateCommand(full, 'key')).toEqual(parseCreateCommand(least, 'key'));
    }
  });

  it.each(['status', 'id', 'version', 'created_at', 'constructor', 'userId'])(
    'may not name the unknown field %s',
    (field) => expect(refused({ [field]: 'x' })).toEqual([field]),
  );

  it('may not have a field __proto__', () => {
    const json = JSON.stringify(valid).replace('{', '{"__proto__":{"channel":"evil"},');
    expect(pathsOf(() => parseText(json))).toEqual(['__proto__']);
  });

  it('is refused without repeating control characters or the whole of an unknown key', () => {
    const [path] = refused({ [`\u0000\n${'k'.repeat(200)}`]: 1 });
    expect(path).toBe(`\uFFFD\uFFFD${'k'.repeat(62)}`);
  });

  it('is refused without cutting a character of an unknown key in half', () => {
    const [path = ''] = refused({ [`${'k'.repeat(63)}😀`]: 1 });
    expect(path.isWellFormed()).toBe(true);
  });
});

describe('The recipients', () => {
  it('are one user_id or several user_ids', () => {
    const { user_id: _, ...content } = valid;
    const command = parseCreateCommand({ ...content, user_ids: [alice, bob] }, null);
    expect(command).toMatchObject({ user_ids: [alice, bob], is_batch: true });
  });

  it('are a batch even where user_ids names only one', () => {
    expect(parse({ user_id: undefined, user_ids: [alice] })).toMatchObject({ is_batch: true });
  });

  it('must not be named in both ways', () => {
    expect(refused({ user_ids: [bob] })).toEqual(['user_id']);
    expect(() => parse({ user_ids: [bob] })).toThrow(
      'user_id cannot be combined with user_ids; set exactly one of user_id and user_ids',
    );
  });

  it.each([{ user_id: undefined }, { user_id: null }, { user_id: null, user_ids: null }])(
    'must be named',
    (none) => {
      expect(refused(none)).toEqual(['user_id']);
      expect(() => parse(none)).toThrow('user_id is missing; set exactly one of user_id and user_ids');
    },
  );

  it('are lowered', () => {
    expect(parse({ user_id: alice.toUpperCase(), actor_id: bob.toUpperCase() })).toMatchObject({
      user_ids: [alice],
      actor_id: bob,
    });
  });

  it('count once if they repeat, whatever their case', () => {
    const user_ids = [alice, bob, alice.toUpperCase(), bob];
    expect(parse({ user_id: undefined, user_ids }).user_ids).toEqual([alice, bob]);
  });

  it.each([1, 500])('may be %i', (count) => {
    expect(parse({ user_id: undefined, user_ids: many(count) }).user_ids).toHaveLength(count);
  });

  it.each([0, 501])('must not be %i', (count) => {
    expect(refused({ user_id: undefined, user_ids: many(count) })).toEqual(['user_ids']);
  });

  it('may be 500 with one of them named twice', () => {
    const user_ids = [...many(500), ...many(1)];
    expect(parse({ user_id: undefined, user_ids }).user_ids).toHaveLength(500);
  });

  it('are refused by their index', () => {
    const user_ids = [alice, 'bob', bob, null];
    expect(refused({ user_id: undefined, user_ids })).toEqual(['user_ids.1', 'user_ids.3']);
  });

  it.each([
    ['without dashes', alice.replaceAll('-', '')],
    ['in braces', `{${alice}}`],
    ['with a line break', `${alice}\n`],
    ['with a foreign letter', alice.replace('5', 'g')],
    ['with a full-width digit', alice.replace('5', '５')],
    ['empty', ''],
    ['a number', 7],
    ['null', null],
  ])('must not be %s', (_, user_id) => {
    expect(refused({ user_id })).toEqual(['user_id']);
  });
});

describe('A text', () => {
  it.each([
    ['title', 255],
    ['body', 4_000],
    ['channel', 20],
    ['idempotency_key', 255],
  ])('%s has at most %i code points, however many UTF-16 units', (field, maximum) => {
    for (const character of ['x', '😀']) {
      expect(parse({ [field]: character.repeat(maximum) })).toHaveProperty(field);
      expect(refused({ [field]: character.repeat(maximum + 1) })).toEqual([field]);
    }
  });

  it.each(['title', 'channel', 'idempotency_key'])('%s has at least one character', (field) => {
    expect(parse({ [field]: 'x' })).toHaveProperty(field, 'x');
    expect(refused({ [field]: '' })).toEqual([field]);
  });

  it('title must not be null', () => expect(refused({ title: null })).toEqual(['title']));

  it.each([' ', '\t\n', '\u00A0\u3000', '\u200B', '\u3164 \u2800', '\u202E\u2066'])(
    'title must not be blank: %j',
    (title) => expect(refused({ title })).toEqual(['title']),
  );

  it.each(['title', 'body'])('%s has no bidirectional control that reaches beyond its line', (field) => {
    const command = parse({ [field]: '\u202EKaro \u2067\u05D0\u2069' });
    expect(command).toHaveProperty(field, 'Karo \u2067\u05D0\u2069');
  });

  it.each(['title', 'body', 'channel', 'idempotency_key'])('%s keeps tabs and line breaks', (field) => {
    expect(parse({ [field]: 'a\tb\r\nc' })).toHaveProperty(field, 'a\tb\r\nc');
  });

  const unstorable = [
    '\u0000',
    '\u0001',
    '\u0008',
    '\u000B',
    '\u001B',
    '\u007F',
    '\u0085',
    '\u009F',
    '\uD83D',
    '\uDE00',
  ];
  it.each(unstorable)('must not hold %j', (character) => {
    for (const field of ['title', 'body', 'channel', 'idempotency_key']) {
      expect(refused({ [field]: `a${character}b` })).toEqual([field]);
    }
  });

  it('must not hold a surrogate pair in the wrong order', () => {
    expect(refused({ body: '\uDE00\uD83D' })).toEqual(['body']);
  });

  it.each(['é', '日本語', '👩‍👩‍👧', '\u200B', '\u2028', '\uFFFD', '\uFEFF'])('may hold %j', (body) => {
    expect(parse({ body })).toMatchObject({ body });
  });
});

describe('The actor', () => {
  it('may be null', () => expect(parse({ actor_id: null }).actor_id).toBeNull());
  it('must be a UUID otherwise', () => expect(refused({ actor_id: 'system' })).toEqual(['actor_id']));
});

describe('Metadata', () => {
  const refusedWith = (metadata: unknown) => refused({ metadata });

  it.each([[], 'text', 7, true])('must be an object, not %j', (metadata) => {
    expect(refusedWith(metadata)).toEqual(['metadata']);
  });

  it('has at most 4,096 bytes as JSON', () => {
    expect(parse({ metadata: metadataOf(4_096) })).toHaveProperty('metadata');
    expect(refusedWith(metadataOf(4_097))).toEqual(['metadata']);
  });

  it('is measured in bytes of UTF-8, escapes included', () => {
    expect(parse({ metadata: { note: 'é'.repeat(2_042) } })).toHaveProperty('metadata');
    expect(refusedWith({ note: 'é'.repeat(2_043) })).toEqual(['metadata']);
    expect(refusedWith({ note: '"'.repeat(2_043) })).toEqual(['metadata']);
  });

  it.each([1e-308, -1e-300])('is measured with exponents written out, as it is kept: %d', (number) => {
    expect(parse({ metadata: { numbers: Array(12).fill(number) } })).toHaveProperty('metadata');
    expect(refusedWith({ numbers: Array(14).fill(number) })).toEqual(['metadata']);
  });

  it('is never more bytes as it is kept than as it is measured', () => {
    const numbers = { numbers: Array(200).fill(1.23456789012345e-7) };
    expect(parse({ metadata: { numbers: Array(100).fill(1.23456789012345e-7) } })).toHaveProperty('metadata');
    expect(refusedWith(numbers)).toEqual(['metadata']);
  });

  it('is at most 5 levels deep, itself the first', () => {
    expect(parse({ metadata: nested(5) })).toHaveProperty('metadata');
    expect(refusedWith(nested(6))).toEqual(['metadata.inner.inner.inner.inner.inner']);
  });

  it('counts a list as a level', () => {
    expect(parse({ metadata: { a: [[[[1]]]] } })).toHaveProperty('metadata');
    expect(refusedWith({ a: [[[[[]]]]] })).toEqual(['metadata.a.0.0.0.0']);
  });

  it('may be nested a hundred thousand levels deep without harm', () => {
    const json = JSON.stringify({ ...valid, metadata: 'DEEP' });
    const deep = json.replace('"DEEP"', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
    expect(pathsOf(() => parseText(deep))).toEqual(['metadata.a.a.a.a.a']);
  });

  it.each([
    ['{"__proto__":1}', 'metadata.__proto__'],
    ['{"a":{"__proto__":{}}}', 'metadata.a.__proto__'],
    ['{"a":[{"__proto__":null}]}', 'metadata.a.0.__proto__'],
  ])('must not have a key __proto__: %s', (metadata, path) => {
    const json = JSON.stringify({ ...valid, metadata: 'HERE' }).replace('"HERE"', metadata);
    expect(pathsOf(() => parseText(json))).toEqual([path]);
  });

  it('may have keys that objects have by birth', () => {
    const metadata = { constructor: 'x', toString: 1, hasOwnProperty: null };
    expect(parse({ metadata }).metadata).toEqual(metadata);
  });

  it.each([
    ['a value', { a: { b: ['x\u0000'] } }, 'metadata.a.b.0'],
    ['a key', { a: { 'b\u0007': 1 } }, 'metadata.a.b\uFFFD'],
    ['a lone surrogate', { a: '\uD800' }, 'metadata.a'],
    ['a key that is a lone surrogate', { '\uDFFF': 1 }, 'metadata.\uFFFD'],
    ['a known key', { url: 'https://x.example/\u0000' }, 'metadata.url'],
  ])('must not hold what cannot be stored, at any depth: %s', (_, metadata, path) => {
    expect(refusedWith(metadata)).toEqual([path]);
  });

  const withNumber = (number: string) =>
    JSON.stringify({ ...valid, metadata: { orders: [{ id: 'HERE' }] } }).replace('"HERE"', number);

  it.each(['1e400', '-1e400', '1234567890123456789', '9007199254740992', '-9007199254740993', '1e300'])(
    'must not hold the number %s, which is not exact in JavaScript',
    (number) => {
      expect(errorsOf(() => parseText(withNumber(number)))).toEqual([
        {
          path: 'metadata.orders.0.id',
          message: 'must be a number from -9007199254740991 to 9007199254740991; send it as text',
        },
      ]);
    },
  );

  it.each(['9007199254740991', '-9007199254740991', '1.0', '-0', '0.1234567890123456789', '1e-300', '1E2'])(
    'may hold the number %s',
    (number) => expect(parseText(withNumber(number)).metadata).toEqual({ orders: [{ id: Number(number) }] }),
  );

  it('is without the known keys that are null, and keeps other nulls', () => {
    const metadata = { type: null, url: null, route: null, seat: null };
    expect(parse({ metadata }).metadata).toEqual({ seat: null });
  });

  it('has each wrong known key named', () => {
    const metadata = { type: 7, url: 'ftp://x', route: 'home' };
    expect(refusedWith(metadata)).toEqual(['metadata.type', 'metadata.url', 'metadata.route']);
  });

  it('has a type of at most 64 code points', () => {
    expect(parse({ metadata: { type: '😀'.repeat(64) } })).toHaveProperty('metadata');
    expect(refusedWith({ type: '😀'.repeat(65) })).toEqual(['metadata.type']);
  });

  it('may link to what may be linked, and to nothing else', () => {
    for (const url of [...safeUrls, ...localUrls])
      expect(parse({ metadata: { url } }).metadata).toEqual({ url });
    for (const url of [...unsafeUrls, 7]) expect(refusedWith({ url })).toEqual(['metadata.url']);
  });

  it('may route to what stays on the site, and to nothing else', () => {
    for (const route of safeRoutes) expect(parse({ metadata: { route } }).metadata).toEqual({ route });
    for (const route of [...unsafeRoutes, 7]) expect(refusedWith({ route })).toEqual(['metadata.route']);
  });
});

describe('a command of nothing but mistakes', () => {
  it('has every field named, however many mistakes another one has', () => {
    const user_ids = Array.from({ length: 500 }, () => 'me');
    const paths = pathsOf(() => parse({ user_id: undefined, user_ids, title: 7, channel: 7 }));
    const first = Array.from({ length: 98 }, (_, index) => `user_ids.${index}`);
    expect(paths).toEqual([...first, 'title', 'channel']);
  });

  it('has a wrong known key of the metadata named, however many mistakes there are beside it', () => {
    const metadata = { list: Array.from({ length: 500 }, () => '\0'), url: 7 };
    expect(refused({ metadata })).toHaveLength(100);
    expect(refused({ metadata })).toContain('metadata.url');
  });

  it('has the first hundred of them named', () => {
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field_${index}`, 1]));
    expect(() => parseCreateCommand(unknown, null)).toThrow(
      expect.objectContaining({ errors: expect.toSatisfy((errors: unknown[]) => errors.length === 100) }),
    );
  });
});

describe('a command with far too many recipients', () => {
  it('is refused unread, however many of them are wrong', () => {
    const user_ids = Array.from({ length: 150_000 }, () => 'x');
    expect(() => parseCreateCommand({ user_ids, title: 'T', body: 'B' }, null)).toThrow(
      'user_ids must name 1 to 500 users',
    );
  });
});
