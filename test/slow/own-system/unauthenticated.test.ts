import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSystem } from '../../../local/system.ts';
import { atSocketBy } from '../../support/both-doors.ts';
import { everyRoute } from '../../support/described.ts';
import { type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { requestOf } from '../../support/route-requests.ts';

// A system of its own: what callers without a valid token cost is counted, and nothing else has opened the database.

let own: OwnSystem;
let system: LocalSystem;
let belfry: Installation;
/** The functions that were invoked since the test began. */
let invoked: string[] = [];

beforeAll(async () => {
  own = await startOwnSystem({
    schedules: false,
    report({ source, message }) {
      const [, name] = (source === 'lambda' && /^(\S+): request /.exec(message)) || [];
      if (name !== undefined) invoked.push(name);
    },
  });
  ({ system, belfry } = own);
});

beforeEach(() => {
  invoked = [];
  system.meters.reset();
});

afterAll(() => own?.stop());

const origin = 'http://localhost:3000';
/** Asks for a route as a page does. */
const ask = (route: (typeof everyRoute)[number], headers: Record<string, string> = {}, method?: string) => {
  const { path, init } = requestOf(route, { id: 1, user: newUser() });
  const { body, ...rest } = init;
  const sent = method === undefined ? init : { ...rest, method };
  return fetch(`${belfry.outputs.HttpApiUrl}${path}`, { ...sent, headers: { origin, ...headers } });
};

/** What the requests have cost: calls of functions are cheap, the database and the tables are not. */
async function spent() {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  // Functions keep their connections open. The owner is this test, and rdsadmin is PostgreSQL's own.
  const { rows } = await client.query(
    `SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usename NOT IN (current_user, 'rdsadmin')`,
  );
  await client.end();
  const { dynamoDbRequests, postgresRoundTrips } = system.meters;
  return {
    sessions: rows[0].sessions,
    roundTrips: postgresRoundTrips.total,
    dynamoDb: dynamoDbRequests.total,
  };
}

const nothing = { sessions: 0, roundTrips: 0, dynamoDb: 0 };

describe('A request without Authorization', () => {
  it.each(everyRoute)('reaches no function, and a page can read the 401: %s', async (route) => {
    for (const headers of [{}, { authorization: '' }]) {
      const response = await ask(route, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(await response.json()).toEqual({ message: 'Unauthorized' });
    }
    expect(invoked).toEqual([]);
  });

  it.each(everyRoute)('is served if it is a preflight, and reaches no function: %s', async (route) => {
    const wanted = {
      'access-control-request-method': route.split(' ')[0] ?? '',
      'access-control-request-headers': 'authorization,content-type',
    };
    const response = await ask(route, wanted, 'OPTIONS');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toEqual(
      expect.stringContaining('authorization'),
    );
    expect(invoked).toEqual([]);
  });

  it('to no route reaches no function', async () => {
    for (const path of ['/', '/notification', '/notifications/1/2/3']) {
      expect((await fetch(`${belfry.outputs.HttpApiUrl}${path}`)).status).toBe(404);
    }
    expect(invoked).toEqual([]);
  });
});

/** Signed with another secret. */
const forged = () =>
  new SignJWT({ sub: newUser() })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode('a secret that nobody has given out'));

const badTokens: [string, () => Promise<string>][] = [
  ['junk', async () => 'junk'],
  ['a token of parts without meaning', async () => 'a.b.c'],
  ['a wrong signature', forged],
  ['a token that is over', () => belfry.token(newUser(), {}, '-1h')],
];

describe('A bad token', () => {
  it.each(badTokens)('over HTTP opens no connection to the database or the tables: %s', async (_, made) => {
    for (const route of everyRoute) {
      const response = await ask(route, { authorization: `Bearer ${await made()}` });
      expect({ route, status: response.status }).toEqual({ route, status: 401 });
    }
    expect(await spent()).toEqual(nothing);
  });

  it.each<[string, () => Promise<Parameters<typeof atSocketBy>[1]>]>([
    ['none', async () => ({ search: '' })],
    ['an empty one', async () => ({ search: 'token=' })],
    ['two', async () => ({ search: `token=${await forged()}&token=${await forged()}` })],
    ...badTokens.flatMap(([name, made]): [string, () => Promise<Parameters<typeof atSocketBy>[1]>][] => [
      [`${name} in the URL`, async () => ({ search: `token=${await made()}` })],
      [`${name} as a subprotocol`, async () => ({ protocols: ['belfry', await made()] })],
    ]),
  ])('for a socket makes no request to the tables: %s', async (_, options) => {
    expect(await atSocketBy(belfry, await options())).toBe(401);
    expect(await spent()).toEqual(nothing);
  });
});

it('These tests see a session of the database and a request to a table', async () => {
  const another = await startOwnSystem({ schedules: false });
  try {
    system = another.system;
    system.meters.reset();
    const user = newUser();
    expect((await another.belfry.as(user).get('/notifications')).status).toBe(200);
    await (await another.belfry.connect(user)).close();
    expect(await spent()).toEqual({ sessions: 1, roundTrips: 1, dynamoDb: expect.any(Number) });
    expect((await spent()).dynamoDb).toBeGreaterThanOrEqual(2);
  } finally {
    system = own.system;
    await another.stop();
  }
});
