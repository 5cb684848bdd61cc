import { v5 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { toUserId as map } from '../../functions/auth/user-id.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const namespace = 'b9d1c2f4-6f0e-4a53-8c1b-2f8f5f0f3c11';
const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

/** By the rules of an installation with one issuer. */
const toUserId = (claim: unknown, userIdNamespace?: string) =>
  map(claim, { userIdNamespace, keptUuids: userIdNamespace === undefined ? 'all' : 'unmapped' });

describe('A user id without a namespace', () => {
  it('is a UUID of any version, in lower case', () => {
    expect(toUserId(alice)).toBe(alice);
    expect(toUserId(alice.toUpperCase())).toBe(alice);
    expect(toUserId(v5('x', namespace))).toBe(v5('x', namespace));
  });

  it.each(['', 'auth0|123', `${alice} `, `{${alice}}`, 7, null, undefined, {}, [alice]])(
    'is nothing else: %j',
    (claim) => expect(toUserId(claim)).toBeUndefined(),
  );
});

describe('A user id with a namespace', () => {
  it('is the UUIDv5 that RFC 9562 gives as its example', () => {
    expect(toUserId('www.example.com', dns)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it.each(['auth0|5f7c8ec7c33c6c004bbafe82', 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC', 'émile 🎟', ' '])(
    'is the same for the same text in the same namespace alone: %j',
    (claim) => {
      expect(toUserId(claim, namespace)).toBe(v5(claim, namespace));
      expect(toUserId(claim, dns)).not.toBe(toUserId(claim, namespace));
    },
  );

  it('stays a UUID that is one already', () => {
    expect(toUserId(alice, namespace)).toBe(alice);
    expect(toUserId(alice.toUpperCase(), namespace)).toBe(alice);
  });

  it('cannot be chosen: the UUID that another text is mapped to is mapped once more', () => {
    const victim = v5('auth0|victim', namespace);
    for (const claim of [victim, victim.toUpperCase()]) {
      expect(toUserId(claim, namespace)).toBe(v5(victim, namespace));
    }
  });

  it('may come from 1 to 255 characters, whatever their bytes', () => {
    for (const claim of ['x', 'x'.repeat(255), '🎟'.repeat(255)]) {
      expect(toUserId(claim, namespace)).toBe(v5(claim, namespace));
    }
    for (const claim of ['', 'x'.repeat(256), '🎟'.repeat(256)]) {
      expect(toUserId(claim, namespace)).toBeUndefined();
    }
  });

  it.each([0, 7, 1_234_567_890, Number.MAX_SAFE_INTEGER, -7])(
    'may come from a whole number, and is that of its decimal digits: %j',
    (claim) => expect(toUserId(claim, namespace)).toBe(v5(String(claim), namespace)),
  );

  it.each([
    '9007199254740992',
    '9007199254740993',
    '1234567890123456789',
    '-9007199254740992',
    '1e400',
    '7.5',
    '-1e-7',
  ])('does not come from a number that JSON may have changed, or that is not whole: %s', (json) =>
    expect(toUserId(JSON.parse(json), namespace)).toBeUndefined(),
  );

  it.each(['a\u0000b', 'a\u0007b', '\ud800', 'a\udc00b', null, undefined, {}, ['auth0|123'], true])(
    'comes from text without control characters and lone surrogates alone: %j',
    (claim) => expect(toUserId(claim, namespace)).toBeUndefined(),
  );
});

describe('A user id of one of several issuers', () => {
  const mapped = v5('auth0|victim', namespace);

  it('is no UUID of version 5, if another issuer’s names are mapped to such', () => {
    expect(map(alice, { keptUuids: 'unmapped' })).toBe(alice);
    expect(map(mapped, { keptUuids: 'unmapped' })).toBeUndefined();
  });

  it('is mapped even if it is a UUID, if another issuer keeps UUIDs', () => {
    for (const claim of [alice, alice.toUpperCase()]) {
      expect(map(claim, { userIdNamespace: namespace, keptUuids: 'none' })).toBe(v5(alice, namespace));
    }
    expect(map(mapped, { userIdNamespace: namespace, keptUuids: 'none' })).toBe(v5(mapped, namespace));
  });
});
