import { createHmac } from 'node:crypto';
import { EncryptJWT, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokenVerifier, type TokenRules } from '../../functions/auth/token-verifier.ts';
import { Unauthenticated } from '../../functions/core/errors.ts';
import type { Clock } from '../../functions/core/ports.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createTestClock } from '../support/test-clock.ts';
import { anyClaims } from '../support/token-rules.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const secret = 'a-secret-of-at-least-32-bytes-0123456789';
const now = Date.UTC(2026, 0, 1);
const inFiveMinutes = now / 1_000 + 300;
type SecretRules = Extract<TokenRules, { secret: string }>;
const rules: SecretRules = { ...anyClaims, algorithms: ['HS256'], secret };

/** A verifier that has nothing to fetch. */
const verifierOf = (changed: SecretRules, clock: Clock = () => now) =>
  createTokenVerifier([changed], {
    clock,
    logger: createRecordingLogger(),
    fetch: async () => {
      throw new Error('Nothing is to be fetched.');
    },
  });

const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as any issuer may write it, sound or not; signed with HMAC SHA-256 whatever its header says. */
function token(claims: object = {}, header: object = {}, key = secret): string {
  const payload = { sub: alice, exp: inFiveMinutes, ...claims };
  return signed(JSON.stringify({ alg: 'HS256', ...header }), JSON.stringify(payload), key);
}

function signed(header: string, payload: string, key = secret): string {
  const input = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

/** The same bytes in another text: the last character of an HMAC has two bits too many. */
function withOddBits(jwt: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return jwt.slice(0, -1) + alphabet[alphabet.indexOf(jwt.slice(-1)) + 1];
}

/** A namespace maps UUIDs of version 5 too, as the stack sets it. */
const keptBy = ({ userIdNamespace }: Partial<SecretRules>): Partial<SecretRules> =>
  userIdNamespace === undefined ? {} : { keptUuids: 'unmapped' };

function verify(jwt: string, changes: Partial<SecretRules> = {}, clock = createTestClock(now)) {
  return verifierOf({ ...rules, ...keptBy(changes), ...changes }, clock.now).verify(jwt);
}

async function refusalOf(jwt: string, changes: Partial<SecretRules> = {}): Promise<string> {
  try {
    await verify(jwt, changes);
  } catch (error) {
    expect(error).toBeInstanceOf(Unauthenticated);
    if (error instanceof Unauthenticated) return error.message;
  }
  throw new Error('The token was accepted.');
}

describe('A token', () => {
  it('names its user, the scopes and the end', async () => {
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

  it.each([
    { exp: inFiveMinutes + 0.5 },
    { exp: inFiveMinutes + 31_536_000_000 },
    // RFC 7519, section 4.1.6: it says when, and forbids nothing.
    { iat: inFiveMinutes },
  ])('may have the claims %j', async (claims) => {
    expect(await verify(token(claims))).toMatchObject({ user_id: alice });
  });

  it.each(['../../../../dev/null', 'x'.repeat(500), 7, null, ['a'], { a: 1 }, ''])(
    'may have the key id %j, because a secret has no name',
    async (kid) => {
      expect(await verify(token({}, { kid }))).toMatchObject({ user_id: alice });
    },
  );

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])('may be of the type %s', async (typ) => {
    expect(await verify(token({}, { typ }))).toMatchObject({ user_id: alice });
  });

  it('may name its user in another claim', async () => {
    const jwt = token({ sub: 'auth0|123', 'https://example.com/user': alice });
    const userIdClaim = 'https://example.com/user';
    expect(await verify(jwt, { userIdClaim })).toMatchObject({ user_id: alice });
    expect(await refusalOf(token(), { userIdClaim })).toMatch(/"https:\/\/example.com\/user" is missing/);
    const other = token({ [userIdClaim]: 'auth0|123' });
    expect(await refusalOf(other, { userIdClaim })).toContain(`"${userIdClaim}" is not a user id: a UUID.`);
  });

  it('may name its user by a text that is no UUID if there is a namespace', async () => {
    const userIdNamespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    const jwt = token({ sub: 'www.example.com' });
    // RFC 9562, appendix A.4.
    const user_id = '2ed6657d-e927-568b-95e1-2665a8aea6a2';
    expect(await verify(jwt, { userIdNamespace })).toMatchObject({ user_id });
    const tooLong = token({ sub: 'x'.repeat(256) });
    expect(await refusalOf(tooLong, { userIdNamespace })).toMatch(/a text of 1 to 255 characters/);
  });

  it('may name its user in upper case', async () => {
    expect(await verify(token({ sub: alice.toUpperCase() }))).toMatchObject({ user_id: alice });
  });

  it('may name its user by a number if there is a namespace', async () => {
    const userIdNamespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    expect(await verify(token({ sub: 42 }), { userIdNamespace })).toEqual(
      await verify(token({ sub: '42' }), { userIdNamespace }),
    );
    // 2^53 + 1, which JSON.parse makes 2^53.
    const lossy = signed('{"alg":"HS256"}', `{"sub":9007199254740993,"exp":${inFiveMinutes}}`);
    expect(await refusalOf(lossy, { userIdNamespace })).toContain('or a whole number up to 2^53 - 1');
  });
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
    ['whose signature was cut', token().slice(0, -7), /signature does not match/],
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
    ['with an unknown critical header', token({}, { crit: ['x'], x: 1 }), /malformed/],
    ['with a critical header that the library knows', token({}, { crit: ['b64'], b64: true }), /malformed/],
    ['with an unencoded payload', token({}, { crit: ['b64'], b64: false }), /malformed/],
    ['with b64 that is not critical', token({}, { b64: true }), /malformed/],
    [
      'of the type of a logout token',
      token({}, { typ: 'logout+jwt' }),
      /^The `typ` of the token must be JWT/,
    ],
    ['of a type that is no text', token({}, { typ: 1 }), /^The `typ` of the token must be JWT/],
    [
      'with a claim twice',
      signed('{"alg":"HS256"}', `{"sub":"x","exp":${inFiveMinutes},"sub":"${alice}"}`),
      /malformed/,
    ],
    [
      'with a claim twice, escaped once',
      signed('{"alg":"HS256"}', `{"sub":"${alice}","exp":${inFiveMinutes},"s\\u0075b":"${alice}"}`),
      /malformed/,
    ],
    [
      'with a header twice',
      signed('{"alg":"none","alg":"HS256"}', `{"sub":"${alice}","exp":${inFiveMinutes}}`),
      /malformed/,
    ],
    ['that never ends', signed('{"alg":"HS256"}', `{"sub":"${alice}","exp":1e999}`), /malformed/],
    ['without exp', token({ exp: undefined }), /"exp"/],
    ['with exp as text', token({ exp: '2030-01-01' }), /"exp"/],
    ['without sub', token({ sub: undefined }), /"sub"/],
    ['with a sub that is no UUID', token({ sub: 'auth0|123' }), /"sub" is not a user id: a UUID/],
    ['with a sub that is a number', token({ sub: 7 }), /"sub"/],
    ['with two parts', 'a.b', /malformed/],
    ['with four parts', `${token()}.x`, /malformed/],
    ['that is empty', '', /malformed/],
    ['that is noise', '....', /malformed/],
    ['with a space behind it', `${token()} `, /malformed/],
    ['with a line break within', token().replace('.', '\n.'), /malformed/],
    ['with padding', `${token()}=`, /malformed/],
    ['with bits of its signature that say nothing', withOddBits(token()), /malformed/],
    ['whose payload is no object', `${base64Url({ alg: 'HS256' })}.${base64Url([1])}.x`, /./],
    [
      'that is too long',
      token({ junk: 'x'.repeat(8_192) }),
      /^The token has \d{5} characters; at most 8192 are allowed\.$/,
    ],
  ])('%s', async (_, jwt, reason) => {
    expect(await refusalOf(jwt)).toMatch(reason);
  });

  // RFC 8725, sections 3.1 and 3.2.
  it.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'HS256 ',
    'HS256\0',
    'ES256',
    null,
    256,
    ['HS256'],
    { toString: 'HS256' },
  ])('by its algorithm: %j', async (alg) => {
    expect(await refusalOf(token({}, { alg }))).toMatch(/algorithm|malformed/);
    expect(await refusalOf(token({}, { alg }).replace(/[^.]*$/, ''))).toMatch(/algorithm|malformed/);
  });

  // RFC 7515, section 4.1.11, and RFC 7797.
  it.each([
    { crit: ['exp'], exp: 1 },
    { crit: ['http://example.invalid/UNDEFINED'] },
    { crit: [] },
    { crit: 'exp' },
    { crit: null },
  ])('by an extension: %j', async (header) => {
    expect(await refusalOf(token({}, header))).toMatch(/malformed/);
  });

  // RFC 8725, section 3.11.
  it.each(['dpop+jwt', 'secevent+jwt', 'JWE', 'JOSE', '', 7, null, ['JWT'], { a: 'JWT' }])(
    'by its type: %j',
    async (typ) => {
      expect(await refusalOf(token({}, { typ }))).toMatch(/^The `typ` of the token must be JWT/);
    },
  );

  it.each([
    ['an equal claim', '{"alg":"HS256"}', `{"sub":"${alice}","exp":${inFiveMinutes},"sub":"${alice}"}`],
    ['a member of a claim', '{"alg":"HS256"}', `{"sub":"${alice}","exp":${inFiveMinutes},"a":{"b":1,"b":2}}`],
    ['its key id', '{"alg":"HS256","kid":"a","kid":"b"}', `{"sub":"${alice}","exp":${inFiveMinutes}}`],
  ])('with %s twice', async (_, header, payload) => {
    expect(await refusalOf(signed(header, payload))).toMatch(/malformed/);
  });

  // RFC 8725, sections 3.8 and 3.9.
  it.each([
    ...[null, '4102444800', true, [4_102_444_800], 0, -1].map((exp) => ({ exp })),
    ...['1', 4_102_444_800].map((nbf) => ({ nbf })),
    { iat: '1' },
    ...[
      null,
      [alice],
      { toString: alice },
      `${alice}\0`,
      `${alice}\n`,
      `{${alice}}`,
      `\u0661${alice.slice(1)}`,
    ].map((sub) => ({ sub })),
    ...['https://id.example', ['https://id.example/']].map((iss) => ({ iss })),
    ...['belfry2', 'BELFRY', ['shop', 'bank']].map((aud) => ({ aud })),
  ])('by its claims: %j', async (changes) => {
    const jwt = token({ iss: 'https://id.example/', aud: 'belfry', ...changes });
    expect(await refusalOf(jwt, { issuers: ['https://id.example/'], audiences: ['belfry'] })).toMatch(/./);
  });

  it.each([
    '"text"',
    'null',
    '',
    '{}}',
    '{',
    '['.repeat(1_000),
    `{"__proto__":{"sub":"${alice}","exp":${inFiveMinutes}}}`,
  ])('with the claims %j', async (payload) => {
    expect(await refusalOf(signed('{"alg":"HS256"}', payload))).toMatch(/./);
  });

  it('with a header whose algorithm is inherited', async () => {
    const payload = JSON.stringify({ sub: alice, exp: inFiveMinutes });
    expect(await refusalOf(signed('{"__proto__":{"alg":"HS256"}}', payload))).toMatch(/malformed/);
  });

  it('with another part than the signed one, or with other bytes as its signature', async () => {
    const [header = '', payload = '', signature = ''] = token().split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const refused = [
      [header, base64Url({ sub: alice, exp: inFiveMinutes + 1 }), signature],
      [base64Url({ alg: 'HS256', kid: '1' }), payload, signature],
      ...[Buffer.concat([bytes, bytes]), Buffer.alloc(32), Buffer.concat([bytes, Buffer.from([0])])].map(
        (other) => [header, payload, other.toString('base64url')],
      ),
    ];
    for (const parts of refused) expect(await refusalOf(parts.join('.'))).toMatch(/signature does not match/);
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

  it('is not asked for if none is configured', async () => {
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

  it('is not asked for if none is configured', async () => {
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

describe('The scopes', () => {
  it.each([
    ['names between spaces', 'notifications:create  other'],
    ['an array of names', ['notifications:create', 'other']],
  ])('are %s', async (_, scope) => {
    expect(await verify(token({ scope }))).toMatchObject({ scopes: ['notifications:create', 'other'] });
  });

  it.each([7, null, true, {}, { 'notifications:create': true }, [['notifications:create']], [7, null]])(
    'are nothing else: %j',
    async (scope) => {
      expect(await verify(token({ scope }))).toMatchObject({ scopes: [] });
    },
  );

  // The authorizer writes scopes between spaces. A name with a space in it would become two.
  it.each(['x notifications:create', 'notifications:create ', 'x\tnotifications:create', ''])(
    'are not taken apart inside of an array: %j',
    async (name) => {
      expect(await verify(token({ scope: [name, 'other'] }))).toMatchObject({ scopes: ['other'] });
    },
  );

  it('are those of all claims that are configured, and of no other', async () => {
    const jwt = token({ scope: 'a', scp: ['b'], roles: 'c', realm_access: { roles: ['d'] } });
    const scopesOf = async (...scopeClaims: string[]) => (await verify(jwt, { scopeClaims })).scopes;
    expect(await scopesOf('scp', 'roles')).toEqual(['b', 'c']);
    expect(await scopesOf('realm_access.roles', 'missing', 'missing.roles')).toEqual(['d']);
  });
});

describe('A claim', () => {
  it.each([
    ['sub', { sub: alice }],
    ['user.id', { user: { id: alice } }],
    ['https://example.com/user', { 'https://example.com/user': alice }],
    ['https://example.com/user.id', { 'https://example.com/user': { id: alice } }],
    ['a.b.c.d', { a: { b: 7 }, 'a.b': { c: 7 }, 'a.b.c': { d: alice } }],
    // The whole name comes first.
    ['user.id', { 'user.id': alice, user: { id: 'x' } }],
  ])('is found by its name or by its path: %s', async (userIdClaim, claims) => {
    expect(await verify(token({ sub: 'x', ...claims }), { userIdClaim })).toMatchObject({ user_id: alice });
  });

  it.each([
    ['user.id', { user: alice }],
    ['user.id', { user: [{ id: alice }] }],
    ['user.0', { user: [alice] }],
    ['user.', { user: { id: alice } }],
    ['constructor.name', {}],
    ['__proto__.sub', { user: alice }],
    ['sub.length', {}],
  ])('is not found by %s in %j', async (userIdClaim, claims) => {
    expect(await refusalOf(token(claims), { userIdClaim })).toBe(
      `The token's claim "${userIdClaim}" is missing or not accepted.`,
    );
  });
});

describe('A required claim', () => {
  const requiredClaims = { token_use: ['access'], client_id: ['web', 'mobile'] };

  it('must have one of its values, as must every other one', async () => {
    const jwt = token({ token_use: 'access', client_id: 'mobile' });
    await expect(verify(jwt, { requiredClaims })).resolves.toMatchObject({ user_id: alice });
    for (const [claims, missing] of [
      [{ token_use: 'id', client_id: 'web' }, 'token_use'],
      [{ token_use: 'access', client_id: 'shop' }, 'client_id'],
      [{ token_use: 'access' }, 'client_id'],
      [{ token_use: 'access', client_id: 'web mobile' }, 'client_id'],
      [{ token_use: 'access', client_id: { web: true } }, 'client_id'],
      [{ token_use: 'access', client_id: ['shop', ['web']] }, 'client_id'],
      [{}, 'token_use'],
    ] as const) {
      const refusal = await refusalOf(token(claims), { requiredClaims });
      expect(refusal).toBe(`The token's claim "${missing}" is missing or not accepted.`);
    }
  });

  it('that is an array must have one among its entries', async () => {
    const jwt = token({ token_use: ['access'], client_id: ['shop', 'web'] });
    await expect(verify(jwt, { requiredClaims })).resolves.toMatchObject({ user_id: alice });
  });

  it('is compared with its type', async () => {
    const required = { requiredClaims: { verified: [true], level: [2] } };
    await expect(verify(token({ verified: true, level: 2 }), required)).resolves.toBeDefined();
    expect(await refusalOf(token({ verified: 'true', level: 2 }), required)).toMatch(/"verified"/);
    expect(await refusalOf(token({ verified: true, level: '2' }), required)).toMatch(/"level"/);
  });

  it('does not stand in for the audience', async () => {
    const jwt = token({ token_use: 'access', client_id: 'web' });
    expect(await refusalOf(jwt, { requiredClaims, audiences: ['web'] })).toMatch(/"aud"/);
  });

  it('may be deep inside', async () => {
    const required = { requiredClaims: { 'realm_access.roles': ['staff'] } };
    const jwt = token({ realm_access: { roles: ['guest', 'staff'] } });
    await expect(verify(jwt, required)).resolves.toBeDefined();
    expect(await refusalOf(token(), required)).toMatch(/"realm_access.roles"/);
  });
});

describe('The life of a token', () => {
  const iat = now / 1_000;
  const maximumLifeMs = 300_000;

  it('is not bounded if no bound is configured', async () => {
    await expect(verify(token({ exp: iat + 1e9, iat: undefined }))).resolves.toBeDefined();
  });

  it('may have the bound, and not a second more', async () => {
    const jwt = (life: number) => token({ iat, exp: iat + life });
    await expect(verify(jwt(300), { maximumLifeMs })).resolves.toBeDefined();
    expect(await refusalOf(jwt(301), { maximumLifeMs })).toBe(
      'The token is valid for more than 300 seconds, from its `iat` to its `exp`. Ask the issuer for a shorter one.',
    );
  });
});

describe('The age of a token', () => {
  const iat = now / 1_000;
  const maximumAgeMs = 60_000;

  it('ends it before its exp', async () => {
    const jwt = token({ iat, exp: iat + 3_600 });
    const clock = createTestClock(now);
    expect(await verify(jwt, { maximumAgeMs }, clock)).toMatchObject({ expires_at: now + 60_000 });
    await clock.advance(64_999);
    await expect(verify(jwt, { maximumAgeMs }, clock)).resolves.toBeDefined();
    await clock.advance(1);
    await expect(verify(jwt, { maximumAgeMs }, clock)).rejects.toThrow('The token has expired.');
  });

  it('does not make it longer than its exp', async () => {
    expect(await verify(token({ iat, exp: iat + 30 }), { maximumAgeMs })).toMatchObject({
      expires_at: now + 30_000,
    });
  });
});

describe.each([{ maximumLifeMs: 3_600_000 }, { maximumAgeMs: 3_600_000 }])('With the bound %j', (bound) => {
  it('a token must say when it was issued, and not later than now', async () => {
    const iat = now / 1_000;
    await expect(verify(token({ iat: iat + 5 }), bound)).resolves.toBeDefined();
    expect(await refusalOf(token({ iat: iat + 6 }), bound)).toMatch(/"iat"/);
    expect(await refusalOf(token(), bound)).toMatch(/"iat"/);
    const never = signed('{"alg":"HS256"}', `{"sub":"${alice}","exp":${inFiveMinutes},"iat":1e999}`);
    expect(await refusalOf(never, bound)).toMatch(/"iat"/);
  });

  it('a token cannot be issued before all time', async () => {
    const always = signed('{"alg":"HS256"}', `{"sub":"${alice}","exp":${inFiveMinutes},"iat":-1e999}`);
    expect(await refusalOf(always, bound)).toMatch(/valid for more than|has expired/);
  });
});

describe('An encrypted token', () => {
  // As Auth.js makes them, and Auth0 without an audience.
  it('is refused with the reason, and nothing is fetched', async () => {
    const jwe = await new EncryptJWT({ sub: alice })
      .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512' })
      .setExpirationTime(inFiveMinutes)
      .encrypt(new Uint8Array(64));
    expect(jwe.split('.')).toHaveLength(5);
    expect(await refusalOf(jwe)).toMatch(/^The token is encrypted \(a JWE\)/);
  });
});

describe('The secret', () => {
  it('must have 32 bytes', () => {
    expect(() => verifierOf({ ...rules, secret: 'x'.repeat(32) })).not.toThrow();
    const short = () => verifierOf({ ...rules, secret: 'x'.repeat(31) });
    expect(short).toThrow(RangeError);
    expect(short).toThrow('The HS256 secret has 31 bytes; it needs at least 32.');
  });

  it('is measured in bytes of UTF-8, not in characters', () => {
    expect(() => verifierOf({ ...rules, secret: 'é'.repeat(16) })).not.toThrow();
  });
});
