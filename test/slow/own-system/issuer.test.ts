import { randomInt } from 'node:crypto';
import { v5 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Answer,
  command,
  type Installation,
  newUser,
  UpgradeRefused,
} from '../../support/installation.ts';
import { createIssuerKey, type Issuer, type IssuerKey, startIssuer } from '../../support/issuer.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

// A system of its own, whose tokens an issuer signs, and whose users have the issuer's names.
const namespace = 'b9d1c2f4-6f0e-4a53-8c1b-2f8f5f0f3c11';
const iss = 'https://id.example.com/';
const aud = 'belfry';
let issuer: Issuer;
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;
let keys: Record<(typeof algorithms)[number] | 'RS512', IssuerKey>;
let own: OwnSystem;
let belfry: Installation;
/** What was answered while the issuer was down and its keys had never been fetched. */
let whileDown: { http: Answer<object>; socket: unknown };
const reported: string[] = [];
const signed: string[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
  keys = {
    RS256: await createIssuerKey('RS256', 'rsa'),
    RS512: await createIssuerKey('RS512', 'rsa512'),
    PS256: await createIssuerKey('PS256', 'pss'),
    ES256: await createIssuerKey('ES256', 'ec'),
    ES384: await createIssuerKey('ES384', 'ec384'),
    ES512: await createIssuerKey('ES512', 'ec512'),
    EdDSA: await createIssuerKey('EdDSA', 'ed'),
    Ed25519: await createIssuerKey('Ed25519', 'ed25519'),
  };
  own = await startOwnSystem({
    context: {
      jwtJwksUrl: issuer.jwksUrl,
      jwtIssuers: iss,
      jwtAudiences: `${aud},web`,
      jwtAlgorithms: 'RS256,PS256,ES256,ES384,ES512,EdDSA',
      jwtUserIdNamespace: namespace,
      jwtRequiredClaims: '{"token_use":"access"}',
      jwtScopeClaims: 'scp,realm_access.roles',
      jwtCreateScope: 'belfry/notifications:create',
      jwtMaximumLifeMinutes: '10',
      types: '{"payout":{"sources":[]}}',
    },
    report: ({ message }) => reported.push(message),
  });
  belfry = own.belfry;

  issuer.goDown();
  const token = await tokenOf(newName());
  whileDown = { http: await ask(token), socket: await connect(token).catch((error) => error) };
  issuer.serve(...Object.values(keys));
  // Each of the two functions that check tokens has to ask again.
  await vi.waitFor(async () => {
    expect((await ask(await tokenOf(newName()))).status).toBe(200);
    await (await connect(await tokenOf(newName()))).close();
  }, patience);
});

afterAll(async () => {
  await own?.stop();
  await issuer?.stop();
});

/** A user as an issuer names them. */
const newName = () => `auth0|${newUser()}`;

async function tokenOf(name: string | number, key = keys.RS256, claims: object = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  // A number as its user, which the types of jose do not have.
  const sub = name as string;
  const token = await key.sign({ iss, aud, sub, token_use: 'access', iat: now, exp: now + 300, ...claims });
  signed.push(token);
  return token;
}

const ask = (token: string) =>
  belfry.request<object>('/notifications', { headers: { authorization: `Bearer ${token}` } });
const connect = (token: string) => belfry.connect(newUser(), { token });

describe('a token that an issuer has signed', () => {
  it.each(algorithms)('opens the inbox of its user over HTTP and by a socket: %s', async (algorithm) => {
    const name = newName();
    const user_id = v5(name, namespace);
    const token = await tokenOf(name, keys[algorithm]);
    const socket = await connect(token);
    const { created } = await belfry.invoke(command(user_id));
    expect(await socket.next()).toMatchObject({
      type: 'notification.created',
      notification: { user_id },
    });
    await socket.close();
    expect(await ask(token)).toMatchObject({
      status: 200,
      body: { data: [created.notification], unread_count: 1 },
    });
  });

  it('may name its user by the UUID itself', async () => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user));
    expect(await ask(await tokenOf(user.toUpperCase()))).toMatchObject({
      status: 200,
      body: { data: [created.notification] },
    });
  });

  it.each([
    ['for another audience', { aud: 'shop' }],
    ['of another issuer', { iss: 'https://other.example.com/' }],
    ['that has expired', { exp: 1 }],
    ['without an end', { exp: undefined }],
    ['for a name that is too long', { sub: 'x'.repeat(256) }],
    ['for a number that JSON cannot carry', { sub: 2 ** 53 }],
    ['that is an id token', { token_use: 'id' }],
    ['that is valid for too long', { exp: Math.floor(Date.now() / 1_000) + 3_600 }],
    ['that does not say when it was issued', { iat: undefined }],
  ])('is answered 401 at both doors: %s', async (_, claims) => {
    const token = await tokenOf(newName(), keys.RS256, claims);
    expect(await ask(token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    await expect(connect(token)).rejects.toMatchObject({ status: 401 });
  });

  it('is answered 401 if it has an algorithm that is not configured', async () => {
    const token = await tokenOf(newName(), keys.RS512);
    expect((await ask(token)).status).toBe(401);
    await expect(connect(token)).rejects.toMatchObject({ status: 401 });
  });

  it('may name its user by a number', async () => {
    const number = randomInt(2 ** 47);
    const { created } = await belfry.invoke(command(v5(String(number), namespace)));
    expect(await ask(await tokenOf(number))).toMatchObject({
      status: 200,
      body: { data: [created.notification] },
    });
  });

  it('is answered 401 if another has signed it by the same key id', async () => {
    const evil = await createIssuerKey('RS256', 'rsa');
    const token = await tokenOf(newName(), evil);
    expect((await ask(token)).status).toBe(401);
    await expect(connect(token)).rejects.toMatchObject({ status: 401 });
  });
});

describe('a token that creates', () => {
  const createWith = async (claims: object, metadata = {}) =>
    belfry.request<object>('/notifications', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenOf('backend@clients', keys.ES384, claims)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(command(newUser(), { metadata })),
    });
  const scope = 'belfry/notifications:create';
  const payout = { type: 'payout' };

  it.each([
    [201, 'in an array', { scp: ['openid', scope] }, {}],
    [201, 'in a text', { scp: `openid ${scope}` }, {}],
    [201, 'inside of a claim', { realm_access: { roles: ['staff', scope] } }, {}],
    [201, 'and the one of a restricted type', { scp: [scope, `${scope}:payout`] }, payout],
    [403, 'without the one of a restricted type', { scp: [scope, 'notifications:create:payout'] }, payout],
    [403, 'under its usual name', { scp: ['notifications:create'] }, {}],
    [403, 'in a claim that is not configured', { scope, roles: [scope] }, {}],
    [403, 'as a part of a name', { scp: [`not ${scope}`] }, {}],
  ])('is answered %i with the scope %s', async (status, _, claims, metadata) => {
    expect((await createWith(claims, metadata)).status).toBe(status);
  });
});

describe('while the issuer cannot be reached', () => {
  it('and its keys are not known, a request is answered 503, and 30 seconds as the time to wait', () => {
    const { status, headers, body } = whileDown.http;
    expect(status).toBe(503);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('retry-after')).toBe('30');
    expect(body).toMatchObject({
      status: 503,
      code: 'unavailable',
      detail: expect.stringContaining('The token issuer cannot be reached'),
    });
  });

  it('and its keys are not known, a socket is answered 503', () => {
    expect(whileDown.socket).toBeInstanceOf(UpgradeRefused);
    expect(whileDown.socket).toMatchObject({ status: 503 });
  });

  it('and its keys are known, they go on serving', async () => {
    issuer.goDown();
    expect((await ask(await tokenOf(newName()))).status).toBe(200);
    await (await connect(await tokenOf(newName()))).close();
    issuer.serve(...Object.values(keys));
  });
});

describe('an installation whose tokens an issuer signs', () => {
  it('has no secret', () => {
    expect(own.system.outputs).not.toHaveProperty('JwtSecretArn');
  });

  it('reports no token and logs none', async () => {
    await ask(`${await tokenOf(newName())}x`);
    const all = reported.join('\n');
    expect(all).toContain('token_keys_not_fetched');
    expect(all).toContain('connect_failed');
    for (const part of signed.flatMap((token) => token.split('.').slice(1))) expect(all).not.toContain(part);
  });
});
