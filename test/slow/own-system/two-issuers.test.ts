import { v5 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { createIssuerKey, type Issuer, type IssuerKey, startIssuer } from '../../support/issuer.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

// A system of its own, which accepts the tokens of two issuers. Their keys have the same id.
const namespace = 'b9d1c2f4-6f0e-4a53-8c1b-2f8f5f0f3c11';
const shop = { iss: 'https://shop.example/', aud: 'belfry' };
const staff = { iss: 'https://staff.example', aud: 'bell' };
let issuers: Record<'shop' | 'staff', Issuer>;
let keys: Record<'shop' | 'staff', IssuerKey>;
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  issuers = { shop: await startIssuer(), staff: await startIssuer() };
  keys = {
    shop: await createIssuerKey('RS256', 'current'),
    staff: await createIssuerKey('RS256', 'current'),
  };
  issuers.shop.serve(keys.shop);
  own = await startOwnSystem({
    context: {
      jwtIssuers: JSON.stringify([
        { issuer: shop.iss, jwksUrl: issuers.shop.jwksUrl, audiences: shop.aud, userIdNamespace: namespace },
        { issuer: staff.iss, jwksUrl: issuers.staff.jwksUrl, audiences: staff.aud, userIdClaim: 'uid' },
      ]),
    },
  });
  belfry = own.belfry;
});

afterAll(async () => {
  await own?.stop();
  await Promise.all([issuers?.shop.stop(), issuers?.staff.stop()]);
});

async function tokenOf(key: keyof typeof keys, claims: object): Promise<string> {
  const now = Math.floor(own.clock.now() / 1_000);
  return keys[key].sign({ iat: now, exp: now + 300, ...claims });
}

const ask = (token: string) =>
  belfry.request<object>('/notifications', { headers: { authorization: `Bearer ${token}` } });
const connect = (token: string) => belfry.connect(newUser(), { token });

/** The status of an HTTP request and of a socket with this token. */
async function statusesOf(token: string): Promise<[http: number, socket: unknown]> {
  const { status } = await ask(token);
  const socket = await connect(token).then(
    async (opened) => {
      await opened.close();
      return 200;
    },
    (error) => error.status,
  );
  return [status, socket];
}

describe('an installation with two issuers', () => {
  it('goes on with one while the other has never been reached', async () => {
    issuers.staff.goDown();
    expect(await statusesOf(await tokenOf('shop', { ...shop, sub: newUser() }))).toEqual([200, 200]);
    expect(await statusesOf(await tokenOf('staff', { ...staff, uid: newUser() }))).toEqual([503, 503]);
    issuers.staff.serve(keys.staff);
    own.clock.advance(31_000);
    expect(await statusesOf(await tokenOf('staff', { ...staff, uid: newUser() }))).toEqual([200, 200]);
  });

  it('opens two inboxes for the same user id at both', async () => {
    const id = newUser();
    const { created: ofStaff } = await belfry.invoke(command(id));
    const { created: ofShop } = await belfry.invoke(command(v5(id, namespace)));
    expect(await ask(await tokenOf('shop', { ...shop, sub: id }))).toMatchObject({
      body: { data: [ofShop.notification] },
    });
    const token = await tokenOf('staff', { ...staff, uid: id });
    expect(await ask(token)).toMatchObject({ body: { data: [ofStaff.notification] } });
    const socket = await connect(token);
    await belfry.invoke(command(id));
    expect(await socket.next()).toMatchObject({ notification: { user_id: id } });
    await socket.close();
  });

  it.each([
    ['signed by the other, with the same key id', 'staff', { ...shop, sub: 'auth0|1' }],
    ['signed by the other, the other way round', 'shop', { ...staff, uid: newUser() }],
    ['for the audience of the other', 'shop', { ...shop, aud: staff.aud, sub: 'auth0|1' }],
    ['with its user in the claim of the other', 'staff', { ...staff, sub: newUser() }],
    ['with the mapped id of a user of the other', 'staff', { ...staff, uid: v5('auth0|1', namespace) }],
    ['of an unknown issuer', 'shop', { ...shop, iss: 'https://evil.example', sub: 'auth0|1' }],
    ['of no issuer', 'shop', { aud: shop.aud, sub: 'auth0|1' }],
  ] as const)('answers 401 at both doors to a token %s', async (_, key, claims) => {
    expect(await statusesOf(await tokenOf(key, claims))).toEqual([401, 401]);
  });
});
