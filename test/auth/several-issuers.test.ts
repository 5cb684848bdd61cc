import { v5 } from 'uuid';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../../functions/auth/token-verifier.ts';
import { Unauthenticated, Unavailable } from '../../functions/core/errors.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createIssuerKey, type Issuer, type IssuerKey, startIssuer } from '../support/issuer.ts';
import { anyClaims } from '../support/token-rules.ts';

// Two issuers with keys and rules of their own. Their keys have the same ids, and the name of one begins with that of the other.
const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const namespace = 'b9d1c2f4-6f0e-4a53-8c1b-2f8f5f0f3c11';
const now = Date.UTC(2026, 0, 1);
const exp = now / 1_000 + 300;
const shop = { iss: 'https://shop.example/', aud: 'belfry', token_use: 'access', sub: 'auth0|1' };
const staff = { iss: 'https://shop.example/staff', aud: 'bell', uid: alice };
type Name = 'shop' | 'staff';

let keys: Record<Name | 'staffEc', IssuerKey>;
let issuers: Record<Name, Issuer>;
let logger: ReturnType<typeof createRecordingLogger>;
let verify: (token: string) => Promise<unknown>;

beforeAll(async () => {
  const [ofShop, ofStaff, staffEc] = await Promise.all([
    createIssuerKey('RS256', 'current'),
    createIssuerKey('RS256', 'current'),
    createIssuerKey('ES256', 'ec'),
  ]);
  keys = { shop: ofShop, staff: ofStaff, staffEc };
});

beforeEach(async () => {
  issuers = { shop: await startIssuer(), staff: await startIssuer() };
  issuers.shop.serve(keys.shop);
  issuers.staff.serve(keys.staff, keys.staffEc);
  logger = createRecordingLogger();
  ({ verify } = createTokenVerifier(
    [
      {
        ...anyClaims,
        jwksUrl: issuers.shop.jwksUrl,
        algorithms: ['RS256'],
        issuers: [shop.iss],
        audiences: [shop.aud],
        requiredClaims: { token_use: ['access'] },
        userIdNamespace: namespace,
        keptUuids: 'none',
      },
      {
        ...anyClaims,
        jwksUrl: issuers.staff.jwksUrl,
        algorithms: ['RS256', 'ES256'],
        issuers: [staff.iss],
        audiences: [staff.aud],
        userIdClaim: 'uid',
        keptUuids: 'unmapped',
        scopeClaims: ['roles'],
      },
    ],
    { clock: () => now, logger, fetch },
  ));
});
afterEach(() => Promise.all(Object.values(issuers).map((issuer) => issuer.stop())));

const signed = (key: keyof typeof keys, claims: object, header: object = {}) =>
  keys[key].sign({ exp, ...claims }, header);

const fetches = () => ({ shop: issuers.shop.fetches(), staff: issuers.staff.fetches() });

describe('A token of one of two issuers', () => {
  it('is checked by the rules of its issuer, whose keys alone are fetched', async () => {
    expect(await verify(await signed('shop', { ...shop, scope: 'a', roles: ['b'] }))).toMatchObject({
      user_id: v5('auth0|1', namespace),
      scopes: ['a'],
    });
    expect(fetches()).toEqual({ shop: 1, staff: 0 });
    expect(await verify(await signed('staff', { ...staff, scope: 'a', roles: ['b'] }))).toMatchObject({
      user_id: alice,
      scopes: ['b'],
    });
    expect(fetches()).toEqual({ shop: 1, staff: 1 });
  });

  it.each<[string, keyof typeof keys, object, object, RegExp]>([
    ['with the key of the other issuer', 'staff', shop, {}, /signature does not match/],
    ['with the key of the other issuer, the other way round', 'shop', staff, {}, /signature does not match/],
    [
      'with a key id that the other issuer alone has',
      'staffEc',
      shop,
      { alg: 'ES256' },
      /algorithm is not accepted/,
    ],
    [
      'with a key id of the other, and its own algorithm',
      'staff',
      shop,
      { kid: 'ec' },
      /has no key for the token/,
    ],
    ['for the audience of the other', 'shop', { ...shop, aud: staff.aud }, {}, /"aud"/],
    ['for the audience of the other, the other way round', 'staff', { ...staff, aud: shop.aud }, {}, /"aud"/],
    ['with the algorithm of the other', 'shop', shop, { alg: 'ES256' }, /./],
    ['without the claim that its issuer must set', 'shop', { ...shop, token_use: 'id' }, {}, /"token_use"/],
    [
      'with the user in the claim of the other',
      'staff',
      { ...staff, uid: undefined, sub: alice },
      {},
      /"uid"/,
    ],
    [
      'with a name where UUIDs alone are users',
      'staff',
      { ...staff, uid: 'bob' },
      {},
      /"uid" is not a user id/,
    ],
    ['of an unknown issuer', 'shop', { ...shop, iss: 'https://evil.example' }, {}, /"iss" is missing or not/],
    ['of an issuer whose name is longer', 'shop', { ...shop, iss: `${shop.iss}x` }, {}, /"iss"/],
    ['of an issuer whose name lacks the slash', 'shop', { ...shop, iss: shop.iss.slice(0, -1) }, {}, /"iss"/],
    ['of an issuer with the name of a property', 'shop', { ...shop, iss: '__proto__' }, {}, /"iss"/],
    ['of no issuer', 'shop', { ...shop, iss: undefined }, {}, /"iss"/],
    ['of two issuers', 'shop', { ...shop, iss: [shop.iss, staff.iss] }, {}, /"iss"/],
    ['that points to keys of its own', 'staff', shop, { jku: 'https://evil.example/keys' }, /signature/],
  ])('is refused %s', async (_, key, claims, header, message) => {
    const { alg, ...rest } = header as { alg?: string };
    const token = alg === undefined ? await signed(key, claims, rest) : await withHeader(key, claims, header);
    const error = await verify(token).then(
      () => 'accepted',
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Unauthenticated);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('cannot name another issuer beside its own', async () => {
    const [header, , signature] = (await signed('shop', shop)).split('.');
    const payload = `{"iss":"${staff.iss}","iss":"${shop.iss}","exp":${exp}}`;
    const token = [header, Buffer.from(payload).toString('base64url'), signature].join('.');
    await expect(verify(token)).rejects.toThrow('signature does not match');
  });

  it.each(['a.b', 'a.b.c', '', '....', `${'x'.repeat(8_200)}.x.x`, 'e30.W10.e30', 'e30.bnVsbA.e30'])(
    'is refused, and nothing is fetched, if it is none: %s',
    async (token) => {
      await expect(verify(token)).rejects.toBeInstanceOf(Unauthenticated);
      expect(fetches()).toEqual({ shop: 0, staff: 0 });
    },
  );

  it('causes no fetch if its issuer is unknown', async () => {
    await expect(verify(await signed('shop', { ...shop, iss: 'https://evil.example' }))).rejects.toThrow();
    expect(fetches()).toEqual({ shop: 0, staff: 0 });
  });
});

/** Says another algorithm than the one that it is signed with. */
async function withHeader(key: keyof typeof keys, claims: object, header: object): Promise<string> {
  const [head = '', ...rest] = (await signed(key, claims)).split('.');
  const changed = { ...JSON.parse(Buffer.from(head, 'base64url').toString()), ...header };
  return [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
}

describe('While one of two issuers is down', () => {
  it('the users of the other sign in, and the log says which one is down', async () => {
    issuers.staff.goDown();
    await expect(verify(await signed('staff', staff))).rejects.toBeInstanceOf(Unavailable);
    expect(await verify(await signed('shop', shop))).toMatchObject({ user_id: v5('auth0|1', namespace) });
    expect(logger.lines).toMatchObject([
      { message: 'token_keys_not_fetched', fields: { host: new URL(issuers.staff.jwksUrl).host } },
    ]);
  });

  it('a token of the one that works is refused as always', async () => {
    issuers.staff.goDown();
    await expect(verify(await signed('staff', shop))).rejects.toThrow('signature does not match');
  });
});

describe('The users of two issuers', () => {
  it('are not the same, whatever ids they have', async () => {
    const user = async (key: Name, claims: object) => Object(await verify(await signed(key, claims))).user_id;
    const ids = ['auth0|1', alice, v5('auth0|1', namespace), v5(alice, namespace)];
    const ofShop = await Promise.all(ids.map((sub) => user('shop', { ...shop, sub })));
    const ofStaff = await Promise.all(
      ids.map((uid) => user('staff', { ...staff, uid }).catch(({ message }) => message)),
    );
    expect(ofShop).toEqual(ids.map((id) => v5(id, namespace)));
    expect(ofStaff.filter((id) => ofShop.includes(id))).toEqual([]);
    expect(ofStaff).toEqual([
      expect.stringContaining('is not a user id'),
      alice,
      expect.stringContaining('a UUID that is not of version 5'),
      expect.stringContaining('a UUID that is not of version 5'),
    ]);
  });
});

describe('Several rules', () => {
  const rules = { ...anyClaims, algorithms: ['RS256'] as const, jwksUrl: 'https://id.example/keys' };
  it.each([
    [
      'is there twice',
      [
        { ...rules, issuers: ['a'] },
        { ...rules, issuers: ['b', 'a'] },
      ],
    ],
    ['each needs its name', [{ ...rules, issuers: ['a'] }, rules]],
  ])('must have issuers of their own: %s', (message, several) => {
    expect(() => createTokenVerifier(several, { clock: () => now, logger, fetch })).toThrow(message);
  });
});
