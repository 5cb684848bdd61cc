import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scheduled } from '../../../functions/core/answers.ts';
import type { RouteKey } from '../../../functions/transport/route-keys.ts';
import { runAsOwner, usersOfSystem } from '../../support/database.ts';
import { describedApi, everyRoute } from '../../support/described.ts';
import { type Answer, command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { type RouteRequest, requestOf } from '../../support/route-requests.ts';
import { policySettings } from '../../support/shared-settings.ts';

// A system of its own, in which every kind of answer can be had.
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  own = await startOwnSystem({ context: { createsPerMinute: '1', ...policySettings } });
  belfry = own.belfry;
});

afterAll(() => own?.stop());

const { statusesOf, faultsOf } = describedApi();

const onDatabase = (sql: string) => runAsOwner(own.system.databaseUrl ?? '', sql);

/** What a test changes about a request that would be served. */
interface Changes {
  /** Who asks, and who gets what is created. */
  user?: string;
  id?: number;
  scope?: string;
  token?: string;
  headers?: Record<string, string>;
  body?: string;
  path?: string;
}

/** Asks a route. Without changes, the caller owns the notification of the path and has every scope. */
async function ask(route: RouteKey, changes: Changes = {}): Promise<Answer<unknown>> {
  const user = changes.user ?? newUser();
  const made = route.includes('/scheduled/') ? scheduledFor : createdFor;
  const id = changes.id ?? (route.includes('{id}') ? await made(user) : 1);
  const { path, init }: RouteRequest = requestOf(route, { id, user });
  const token =
    changes.token ?? (await belfry.token(user, { scope: changes.scope ?? 'notifications:create' }));
  return belfry.request(changes.path ?? path, {
    ...init,
    ...(changes.body !== undefined && { body: changes.body }),
    headers: { authorization: `Bearer ${token}`, ...changes.headers },
  });
}

const actions = [
  { id: 'accept', label: 'Accept' },
  { id: 'decline', label: 'Decline' },
];
const createdFor = async (user: string) =>
  (await belfry.invoke(command(user, { actions }))).created.notification.id;

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** A schedule that this user has made. */
async function scheduledFor(user: string, deliver_at = inAnHour()): Promise<number> {
  const { post } = belfry.as(user, { scope: 'notifications:create' });
  const { body } = await post<Scheduled>('/notifications', command(newUser(), { deliver_at }));
  return body.scheduled.id;
}

/** Asks once, and up to so many times more until it is too often. */
const again = async (times: number, each: () => Promise<Answer<unknown>>): Promise<Answer<unknown>> => {
  const answer = await each();
  return times === 0 || answer.status === 429 ? answer : again(times - 1, each);
};

/** How to be answered with each status that the document names, whatever the route. */
const ways: Record<number, (route: RouteKey) => Promise<Answer<unknown>>> = {
  200: async (route) => {
    if (route !== 'POST /notifications') return ask(route);
    const [user, headers] = [newUser(), { 'idempotency-key': 'once' }];
    await belfry.invoke(command(user, { idempotency_key: 'once' }));
    return ask(route, { user, headers });
  },
  201: (route) => ask(route),
  202: (route) => ask(route, { body: JSON.stringify(command(newUser(), { deliver_at: inAnHour() })) }),
  204: (route) => ask(route),
  400: (route) => {
    if (!route.startsWith('GET')) return ask(route, { body: '{' });
    return ask(route, route.includes('{id}') ? { id: 2 ** 60 } : { path: `${pathOf(route)}?unknown=1` });
  },
  401: (route) => ask(route, { token: 'forged' }),
  403: (route) => ask(route, { scope: '' }),
  404: (route) => {
    const update = { action: 'update', user_id: newUser(), idempotency_key: 'unknown', title: 'New' };
    if (route === 'POST /notifications') return ask(route, { body: JSON.stringify(update) });
    return ask(route, { id: Number.MAX_SAFE_INTEGER });
  },
  409: async (route) => {
    const user = newUser();
    if (route === 'DELETE /scheduled/{id}') {
      const id = await scheduledFor(user, new Date(Date.now() - 60_000).toISOString());
      await belfry.tick();
      return ask(route, { user, id });
    }
    if (route !== 'POST /notifications') {
      const id = await createdFor(user);
      await belfry.as(user).post(`/notifications/${id}/actions/decline`);
      return ask(route, { user, id });
    }
    await belfry.invoke(command(user, { idempotency_key: 'once', title: 'Another title' }));
    return ask(route, { user, headers: { 'idempotency-key': 'once' } });
  },
  413: (route) => ask(route, { body: JSON.stringify('x'.repeat(65_536)) }),
  429: async (route) => {
    const user = newUser();
    // Where a minute ends meanwhile, one more is served.
    return again(2, () => ask(route, { user }));
  },
  500: (route) => ask(route, { id: 1 }),
  503: (route) => ask(route, { id: 1 }),
};

const pathOf = (route: RouteKey) => route.split(' ')[1];

async function expectAsDocumented(status: number, route: RouteKey): Promise<void> {
  const answer = await ways[status]?.(route);
  expect(answer?.status).toBe(status);
  if (answer) expect(faultsOf(route, answer), JSON.stringify(answer.body)).toEqual([]);
}

const named = everyRoute.flatMap((route) => statusesOf(route).map((status) => [status, route] as const));

// First, while no function has a connection that it could keep.
describe('Without a database, the answer is as documented', () => {
  const letIn = async (isAllowed: boolean) => {
    const { reader, writer } = await usersOfSystem(own.system.databaseUrl ?? '');
    for (const user of [reader, writer]) {
      await onDatabase(`ALTER ROLE ${user} ${isAllowed ? 'LOGIN' : 'NOLOGIN'}`);
    }
  };
  beforeAll(() => letIn(false));
  afterAll(() => letIn(true));

  it.each(named.filter(([status]) => status === 503))('%s %s', expectAsDocumented);
});

describe('The answer is as documented', () => {
  it.each(named.filter(([status]) => status < 500))('%s %s', expectAsDocumented);

  it.each(everyRoute)('401 by the gateway, where there is no token: %s', async (route) => {
    const { path, init } = requestOf(route, { id: 1, user: newUser() });
    const answer = await belfry.request(path, init);
    expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(faultsOf(route, answer)).toEqual([]);
  });

  it('of every command, by its kind', async () => {
    const user = newUser();
    await belfry.invoke(command(user, { idempotency_key: 'once' }));
    const keyed = { idempotency_key: 'once' };
    const commands = [
      { action: 'update', user_id: user, ...keyed, title: 'New' },
      { action: 'update', user_ids: [user], ...keyed, title: 'Newer' },
      { action: 'retract', user_id: user, ...keyed },
      { action: 'update', user_id: user, ...keyed, title: 'Newest' },
      { ...command(user), ...keyed },
      { action: 'cancel', scheduled_id: await scheduledFor(newUser()) },
    ];
    for (const body of commands) {
      // Each by a sender of its own, who may send one command in a minute.
      const admin = { scope: 'notifications:create notifications:admin' };
      const answer = await ask('POST /notifications', { body: JSON.stringify(body), ...admin });
      expect([answer.status, faultsOf('POST /notifications', answer)]).toEqual([200, []]);
    }
    const changes = await ask('GET /notifications/changes', { user });
    expect(changes.body).toMatchObject({ data: [{ status: 'retracted' }] });
    expect(faultsOf('GET /notifications/changes', changes)).toEqual([]);
  });

  it('201 for several users, and with all that a notification can have', async () => {
    const users = [newUser(), newUser()];
    const batch = JSON.stringify({ ...command(newUser()), user_id: undefined, user_ids: users });
    expect(faultsOf('POST /notifications', await ask('POST /notifications', { body: batch }))).toEqual([]);
    const [user, actor_id] = [newUser(), newUser()];
    const metadata = {
      type: 'booking',
      url: 'https://example.com',
      route: '/bookings/1',
      deep: { a: [1, null] },
    };
    await belfry.invoke(
      command(user, {
        actor_id,
        metadata,
        channel: 'push',
        title: '\u{1f514}'.repeat(255),
        group: { key: 'event-1' },
        expires_at: inAnHour(),
        actions: [{ id: 'map', label: 'Map', url: 'https://example.com' }],
      }),
    );
    for (const route of ['GET /notifications', 'GET /notifications/changes'] as const) {
      const answer = await ask(route, { user });
      expect(answer.body).toMatchObject({ data: [{ actor_id, metadata }] });
      expect(faultsOf(route, answer)).toEqual([]);
    }
  });
});

describe('After a mistake of ours, the answer is as documented', () => {
  const tables = ['inboxes', 'notifications', 'activities', 'scheduled'];
  beforeAll(async () => {
    for (const table of tables) await onDatabase(`ALTER TABLE ${table} RENAME TO lost_${table}`);
  });

  it.each(named.filter(([status]) => status === 500))('%s %s', expectAsDocumented);
});
