import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokenVerifier, type TokenRules } from '../../functions/auth/token-verifier.ts';
import { Unauthenticated } from '../../functions/core/errors.ts';
import { createTestClock } from '../support/test-clock.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const secret = 'a-secret-of-at-least-32-bytes-0123456789';
const now = Date.UTC(2026, 0, 1);
const inFiveMinutes = now / 1_000 + 300;
const rules: TokenRules = { algorithm: 'HS256', secret, issuers: [], audiences: [] };

const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as any issuer may write it, sound or not; signed with HMAC SHA-256 whatever its header says. */
function token(claims: object = {}, header: object = {}, key = secret): string {
  const payload = { sub: alice, exp: inFiveMinutes, ...claims };
  const signed = `${base64Url({ alg: 'HS256', ...header })}.${base64Url(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function verify(jwt: string, changes: Partial<TokenRules> = {}, clock = createTestClock(now)) {
  return createTokenVerifier({ ...rules, ...changes }, clock.now).verify(jwt);
}

async function refusalOf(jwt: string, changes: Partial<TokenRules> = {}): Promise<string> {
  try {
    await verify(jwt, changes);
  } catch (error) {
    expect(error).toBeInstanceOf(Unauthenticated);
    if (error instanceof Unauthenticated) return error.message;
  }
  throw new Error('The token was accepted.');
}

describe('A token', () => {
  it('says who asks, what they may and until when', async () => {
    expect(await verify(token({ scope: 'notifications:create  other' }))).toEqual({
      user_id: alice,
      scopes: ['notifications:create', 'other'],
      expires_at: inFiveMinutes * 1_000,
    });
  });

  it('of another library is understood', async () => {
    const jwt = await new SignJWT({ sub: alice })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setExpirationTime(inFiveMinutes)
      .sign(new TextEncoder().encode(secret));
    expect(await verify(jwt)).toMatchObject({ user_id: alice, scopes: [] });
  });

  it('may name its user in upper case', async () => {
    expect(await verify(token({ sub: alice.toUpperCase() }))).toMatchObject({ user_id: alice });
  });

  it.each([7, ['notifications:create'], null])(
    'without a scope of words allows nothing: %j',
    async (scope) => {
      expect(await verify(token({ scope }))).toMatchObject({ scopes: [] });
    },
  );
});

describe('A token that has ended', () => {
  it('is good for 5 more seconds, for the difference of clocks, and no longer', async () => {
    const clock = createTestClock(inFiveMinutes * 1_000);
    const jwt = token();
    await clock.advance(4_999);
    await expect(verify(jwt, {}, clock)).resolves.toMatchObject({ user_id: alice });
    await clock.advance(1);
    await expect(verify(jwt, {}, clock)).rejects.toThrow('The token has expired.');
  });

  it('is not good before it begins, save for 5 seconds', async () => {
    await expect(verify(token({ nbf: now / 1_000 + 5 }))).resolves.toMatchObject({ user_id: alice });
    expect(await refusalOf(token({ nbf: now / 1_000 + 6 }))).toMatch(/"nbf"/);
  });
});

describe('A token is refused', () => {
  it.each([
    ['signed with another secret', token({}, {}, `${secret}!`), /signature does not match/],
    ['whose signature was cut', token().slice(0, -5), /signature does not match/],
    ['without a signature', token().replace(/[^.]*$/, ''), /signature does not match/],
    [
      'unsigned, alg none',
      `${base64Url({ alg: 'none' })}.${base64Url({ sub: alice, exp: inFiveMinutes })}.`,
      /algorithm/,
    ],
    ['that says alg none over a good signature', token({}, { alg: 'none' }), /algorithm/],
    ['with HS512', token({}, { alg: 'HS512' }), /algorithm/],
    ['with RS256', token({}, { alg: 'RS256' }), /algorithm/],
    ['with hs256 in lower case', token({}, { alg: 'hs256' }), /algorithm/],
    ['without an algorithm', token({}, { alg: undefined }), /malformed/],
    ['with a critical header that nobody knows', token({}, { crit: ['x'], x: 1 }), /malformed/],
    ['without exp', token({ exp: undefined }), /"exp"/],
    ['with exp as text', token({ exp: '2030-01-01' }), /"exp"/],
    ['without sub', token({ sub: undefined }), /"sub"/],
    ['with a sub that is no UUID', token({ sub: 'auth0|123' }), /"sub" is not a user id: a UUID/],
    ['with a sub that is a number', token({ sub: 7 }), /"sub"/],
    ['with two parts', 'a.b', /malformed/],
    ['with four parts', `${token()}.x`, /malformed/],
    ['that is empty', '', /malformed/],
    ['that is noise', '....', /malformed/],
    ['whose payload is no object', `${base64Url({ alg: 'HS256' })}.${base64Url([1])}.x`, /./],
    ['that is too long', token({ junk: 'x'.repeat(8_192) }), /too long/],
  ])('%s', async (_, jwt, reason) => {
    expect(await refusalOf(jwt)).toMatch(reason);
  });

  it('with a key of its own', async () => {
    const jwk = { kty: 'oct', k: Buffer.from('x'.repeat(32)).toString('base64url') };
    const jwt = token({}, { jwk, jku: 'https://evil.example/keys', kid: '../../dev/null' }, 'x'.repeat(32));
    expect(await refusalOf(jwt)).toMatch(/signature does not match/);
  });

  it('without any part of it being quoted', async () => {
    const refusals = [
      token({ sub: 'not-a-uuid' }),
      token({}, {}, 'x'.repeat(32)),
      token({ iss: 'evil-issuer' }),
      'a.b',
    ];
    for (const jwt of refusals) {
      const message = await refusalOf(jwt, { issuers: ['https://id.example.com'] });
      for (const part of [...jwt.split('.').filter((each) => each.length > 5), 'not-a-uuid', 'evil-issuer']) {
        expect(message).not.toContain(part);
      }
    }
  });
});

describe('The issuer', () => {
  const issuers = ['https://id.example.com', 'https://login.example.com'];

  it('is not asked for where none is configured', async () => {
    await expect(verify(token({ iss: 'anyone' }))).resolves.toBeDefined();
  });

  it('must be one of those configured', async () => {
    for (const iss of issuers) await expect(verify(token({ iss }), { issuers })).resolves.toBeDefined();
    for (const iss of ['https://evil.example', undefined, [issuers[0]]]) {
      expect(await refusalOf(token({ iss }), { issuers })).toMatch(/"iss"/);
    }
  });
});

describe('The audience', () => {
  const audiences = ['belfry', 'web'];

  it('is not asked for where none is configured', async () => {
    await expect(verify(token({ aud: 'anything' }))).resolves.toBeDefined();
  });

  it('must have one of those configured among its own', async () => {
    for (const aud of ['belfry', 'web', ['other', 'web']]) {
      await expect(verify(token({ aud }), { audiences })).resolves.toBeDefined();
    }
    for (const aud of ['other', ['other'], [], undefined]) {
      expect(await refusalOf(token({ aud }), { audiences })).toMatch(/"aud"/);
    }
  });
});

describe('The secret', () => {
  it('must have 32 bytes', () => {
    expect(() => createTokenVerifier({ ...rules, secret: 'x'.repeat(32) }, () => now)).not.toThrow();
    const short = () => createTokenVerifier({ ...rules, secret: 'x'.repeat(31) }, () => now);
    expect(short).toThrow(RangeError);
    expect(short).toThrow('The HS256 secret has 31 bytes; it needs at least 32.');
  });

  it('is measured in bytes of UTF-8, not in characters', () => {
    expect(() => createTokenVerifier({ ...rules, secret: 'é'.repeat(16) }, () => now)).not.toThrow();
  });
});
