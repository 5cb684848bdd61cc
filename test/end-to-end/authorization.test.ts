import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Scheduled } from '../../functions/core/answers.ts';
import { operations } from '../../functions/documents/operations.ts';
import type { RouteKey } from '../../functions/transport/route-keys.ts';
import { atSocketBy } from '../support/both-doors.ts';
import { everyRoute } from '../support/described.ts';
import { command, installation, newUser } from '../support/installation.ts';
import { requestOf } from '../support/route-requests.ts';
import { sharedClaims } from '../support/shared-settings.ts';

// Every route, asked by every kind of caller. A new route in the table of routes is tested without another line.

// The system wants an issuer and an audience in each token.
const { iss, aud } = sharedClaims;
const scope = 'notifications:create';
const belfry = installation();
const tokenOf = belfry.token;

interface Owner {
  user: string;
  /** One unread notification, with an action. */
  id: number;
  /** One scheduled create. */
  schedule: number;
}

async function owner(): Promise<Owner> {
  const user = newUser();
  const { created } = await belfry.invoke(command(user, { actions: [{ id: 'accept', label: 'Accept' }] }));
  const deliver_at = new Date(Date.now() + 86_400_000).toISOString();
  const { post } = belfry.as(user, { scope });
  const { body } = await post<Scheduled>('/notifications', command(user, { deliver_at }));
  return { user, id: created.notification.id, schedule: body.scheduled.id };
}

/** Asks for what `of` owns, with this header. */
function ask(route: RouteKey, of: Owner, authorization?: string) {
  const { path, init } = requestOf(route, of);
  return belfry.request<unknown>(path, {
    ...init,
    ...(authorization !== undefined && { headers: { authorization } }),
  });
}

const bearer = async (...claims: Parameters<typeof tokenOf>) => `Bearer ${await tokenOf(...claims)}`;
const inboxOf = async (user: string) =>
  (await belfry.as(user).get('/notifications?status=unread,read,archived,snoozed')).body;

/** Signed with another secret. */
const forged = (user: string) =>
  new SignJWT({ sub: user, iss, aud, scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode('a secret that nobody has given out'));

/** Tokens in the owner's name that must open nothing. token-attacks.test.ts has every other kind, at one route. */
const badTokens: [string, (user: string) => Promise<string>][] = [
  ['a token that is over', (user) => tokenOf(user, { scope }, '-1m')],
  ['a wrong signature', forged],
];

/** Authorization headers in the owner's name that must open nothing. */
const refused: [string, (user: string) => Promise<string | undefined>][] = [
  ['no header', async () => undefined],
  ['another scheme', async (user) => `Basic ${await tokenOf(user, { scope })}`],
  ...badTokens.map(([name, made]): [string, (user: string) => Promise<string>] => [
    name,
    async (user) => `Bearer ${await made(user)}`,
  ]),
];

describe.each(everyRoute)('%s', (route) => {
  it('serves the owner', async () => {
    const of = await owner();
    const { status } = await ask(route, of, await bearer(of.user, { scope }));
    expect([200, 201, 204]).toContain(status);
  });

  it.each(refused)('refuses %s, and changes nothing', async (_, authorizationOf) => {
    const of = await owner();
    const before = await inboxOf(of.user);
    const { status } = await ask(route, of, await authorizationOf(of.user));
    expect(status).toBe(401);
    expect(await inboxOf(of.user)).toEqual(before);
  });
});

describe('A socket', () => {
  const open = async (token: string) => atSocketBy(belfry, { search: `token=${token}` });

  it('is opened for its owner without any scope', async () => {
    expect(await open(await tokenOf(newUser()))).toBe(101);
  });

  it.each([['no token', async () => ''] as const, ...badTokens])('is refused with %s', async (_, made) => {
    expect(await open(await made(newUser()))).toBe(401);
  });

  it('hears nothing of another user', async () => {
    const of = await owner();
    const stranger = newUser();
    const socket = await belfry.connect(stranger, { token: await tokenOf(stranger) });
    for (const route of everyRoute) {
      const { status } = await ask(route, of, await bearer(of.user, { scope }));
      expect(status).toBeLessThan(300);
    }
    expect(await socket.settled()).toEqual([]);
    await socket.close();
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
    const missing = await ask(route, { ...of, id: 2 ** 50, schedule: 2 ** 50 }, authorization);
    const told = (answer: typeof foreign, id: number) =>
      JSON.stringify({ status: answer.status, body: answer.body })
        .replaceAll(answer.headers.get('x-request-id') ?? '', 'id')
        // Before the id, whose digits the user may have too.
        .replaceAll(stranger, 'user')
        // Where a refusal names it: a status or a count may have the same digits.
        .replaceAll(new RegExp(`(notification|create) ${id}\\b`, 'g'), '$1 id');
    expect(told(foreign, route.includes('/scheduled/') ? of.schedule : of.id)).toBe(told(missing, 2 ** 50));
  });

  it('needs no scope', async () => {
    const of = await owner();
    expect([200, 204]).toContain((await ask(route, of, await bearer(of.user))).status);
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
