import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { operations } from '../../functions/documents/operations.ts';
import type { RouteKey } from '../../functions/transport/route-keys.ts';
import { everyRoute } from '../support/described.ts';
import { command, installation, newUser } from '../support/installation.ts';
import { requestOf } from '../support/route-requests.ts';

// Every route by everybody who might ask: a new route is in here by being in the table of routes.

const belfry = installation();
const scope = 'notifications:create';

/** A user with one unread notification. */
async function owner(): Promise<{ user: string; id: number }> {
  const user = newUser();
  const { created } = await belfry.invoke(command(user));
  return { user, id: created.notification.id };
}

/** Asks for what `of` owns, with this header. */
function ask(route: RouteKey, of: { user: string; id: number }, authorization?: string) {
  const { path, init } = requestOf(route, of);
  return belfry.request<unknown>(path, {
    ...init,
    ...(authorization !== undefined && { headers: { authorization } }),
  });
}

const bearer = async (...claims: Parameters<typeof belfry.token>) =>
  `Bearer ${await belfry.token(...claims)}`;
const inboxOf = async (user: string) =>
  (await belfry.as(user).get('/notifications?status=unread,read,archived')).body;

/** Signed by somebody who does not have the secret. */
const forged = (user: string) =>
  new SignJWT({ sub: user, scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode('a secret that nobody has given out'));

const base64Url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Authorization headers in the owner's name that must open nothing. */
const refused: [string, (user: string) => Promise<string | undefined>][] = [
  ['no header', async () => undefined],
  ['an empty header', async () => ''],
  ['no token in the header', async () => 'Bearer '],
  ['another scheme', async (user) => `Basic ${await belfry.token(user, { scope })}`],
  ['a token that is over', (user) => bearer(user, { scope }, '-1m')],
  ['a token for later', (user) => bearer(user, { scope, nbf: Math.floor(Date.now() / 1_000) + 60 })],
  ['a wrong signature', async (user) => `Bearer ${await forged(user)}`],
  [
    'another user put into a token',
    async (user) => {
      const [header, , signature] = (await belfry.token(newUser(), { scope })).split('.');
      return `Bearer ${header}.${base64Url({ sub: user, scope, exp: 4_102_444_800 })}.${signature}`;
    },
  ],
  [
    'no signature',
    async (user) => {
      const claims = { sub: user, scope, exp: 4_102_444_800 };
      return `Bearer ${base64Url({ alg: 'none' })}.${base64Url(claims)}.`;
    },
  ],
];

describe.each(everyRoute)('%s', (route) => {
  it('serves the owner', async () => {
    const of = await owner();
    const { status } = await ask(route, of, await bearer(of.user, { scope }));
    expect([200, 201]).toContain(status);
  });

  it.each(refused)('refuses %s, and changes nothing', async (_, authorizationOf) => {
    const of = await owner();
    const before = await inboxOf(of.user);
    const { status } = await ask(route, of, await authorizationOf(of.user));
    expect(status).toBe(401);
    expect(await inboxOf(of.user)).toEqual(before);
  });
});

describe.each(everyRoute.filter((route) => operations[route].scope === undefined))('%s', (route) => {
  it('shows and changes nothing of another user', async () => {
    const of = await owner();
    const before = await inboxOf(of.user);
    const { status, body } = await ask(route, of, await bearer(newUser(), { scope }));
    expect(status).toBe(route.includes('{id}') ? 404 : 200);
    expect(JSON.stringify(body)).not.toContain(of.user);
    expect(await inboxOf(of.user)).toEqual(before);
  });

  it("answers another user's id as one that is not there", async () => {
    const [of, stranger] = [await owner(), newUser()];
    const authorization = await bearer(stranger);
    const foreign = await ask(route, of, authorization);
    const missing = await ask(route, { ...of, id: 2 ** 50 }, authorization);
    const told = (answer: typeof foreign, id: number) =>
      JSON.stringify({ status: answer.status, body: answer.body })
        .replaceAll(answer.headers.get('x-request-id') ?? '', 'id')
        .replaceAll(String(id), 'id');
    expect(told(foreign, of.id)).toBe(told(missing, 2 ** 50));
  });

  it('needs no scope', async () => {
    const of = await owner();
    expect((await ask(route, of, await bearer(of.user))).status).toBe(200);
  });
});

describe.each(everyRoute.filter((route) => operations[route].scope !== undefined))('%s', (route) => {
  const needed = operations[route].scope ?? '';

  it.each([
    ['no scope', {}],
    ['an empty scope', { scope: '' }],
    ['another scope', { scope: 'notifications:read openid' }],
    ['a longer scope', { scope: `${needed}d ${needed}:booking` }],
    ['the scope in capitals', { scope: needed.toUpperCase() }],
    ['the scope in another claim', { scp: needed, scopes: [needed] }],
  ])('refuses a token with %s, and changes nothing', async (_, claims) => {
    const of = await owner();
    const before = await inboxOf(of.user);
    const { status, body } = await ask(route, of, await bearer(of.user, claims));
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining(needed) });
    expect(await inboxOf(of.user)).toEqual(before);
  });

  it('serves the scope among others', async () => {
    const of = await owner();
    const authorization = await bearer(newUser(), { scope: `openid ${needed} email` });
    expect((await ask(route, of, authorization)).status).toBe(201);
  });
});
