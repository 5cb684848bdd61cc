import { describe, expect, it } from 'vitest';
import type { Environment } from '../../client/src/environment.ts';
import type { NotificationErrorCode } from '../../client/src/error.ts';
import type {
  ConnectionStatus,
  NotificationClient,
  NotificationClientOptions,
} from '../../client/src/types.ts';
import { type ClientWorld, createClientWorld } from './client-world.ts';

type Fetch = Environment['fetch'];

const named = (name: string) => Object.assign(new Error('No answer.'), { name });

/** Answers each request like this. */
const answering = (status: number, text: string, headers: Record<string, string> = {}): Fetch => {
  return async () => new Response(text, { status, headers });
};

/** A started client whose requests are answered by `fetch`, and which counts what it asks for. */
function trouble({
  world = createClientWorld(),
  fetch,
  getToken,
  sockets = true,
  isBroken = true,
  pageSize,
}: {
  world?: ClientWorld;
  fetch?: Fetch | undefined;
  getToken?: ((world: ClientWorld) => unknown) | undefined;
  sockets?: boolean;
  isBroken?: boolean;
  pageSize?: number;
}) {
  const tab = world.tab();
  const answer = tab.environment.fetch;
  const asked = { tokens: 0, requests: 0 };
  const expired: NotificationErrorCode[] = [];
  const state = { isBroken };
  tab.environment.fetch = (url, init) => {
    asked.requests += 1;
    return state.isBroken && fetch ? fetch(url, init) : answer(url, init);
  };
  world.weather.refusesSockets = !sockets;
  const client = world.client(
    {
      // The cast: apps without types may answer anything.
      getToken: (async () => {
        asked.tokens += 1;
        return state.isBroken && getToken ? getToken(world) : world.token();
      }) as NotificationClientOptions['getToken'],
      onSessionExpired: ({ code }) => expired.push(code),
      pageSize,
    },
    tab,
  );
  client.start();
  return { world, tab, client, state, asked, expired };
}

interface Row {
  name: string;
  getToken?: (world: ClientWorld) => unknown;
  fetch?: Fetch;
  status: ConnectionStatus;
  code: NotificationErrorCode;
  expired?: number;
}

const reject = (reason: unknown) => () => Promise.reject(reason);

const rows: Row[] = [
  {
    name: 'getToken rejects',
    getToken: reject(named('Error')),
    status: 'unauthenticated',
    code: 'token',
    expired: 1,
  },
  {
    name: 'getToken rejects with nothing',
    getToken: reject(undefined),
    status: 'unauthenticated',
    code: 'token',
    expired: 1,
  },
  ...['TypeError', 'TimeoutError', 'NetworkError', 'AbortError'].map((name) => ({
    name: `getToken rejects as a fetch does, with a ${name}`,
    getToken: reject(named(name)),
    status: 'unreachable' as const,
    code: 'network' as const,
  })),
  {
    name: 'getToken never answers',
    getToken: () => new Promise(() => {}),
    status: 'unreachable',
    code: 'network',
  },
  ...[undefined, null, '', ' \n', 42, {}].map((token) => ({
    name: `getToken answers ${JSON.stringify(token)}`,
    getToken: () => token,
    status: 'unauthenticated' as const,
    code: 'token' as const,
    expired: 1,
  })),
  {
    name: 'the token has expired already',
    getToken: ({ user, token }) => token(user, { exp: 1 }),
    status: 'unauthenticated',
    code: 'unauthenticated',
    expired: 1,
  },
  {
    name: 'the gateway answers 401',
    fetch: answering(401, '{"message":"Unauthorized"}'),
    status: 'unauthenticated',
    code: 'unauthenticated',
    expired: 1,
  },
  { name: '403', fetch: answering(403, '{"message":"Forbidden"}'), status: 'unreachable', code: 'forbidden' },
  {
    name: '404',
    fetch: answering(404, '{"message":"Not Found"}'),
    status: 'unreachable',
    code: 'unexpected',
  },
  { name: '429', fetch: answering(429, ''), status: 'unreachable', code: 'rate_limited' },
  { name: '500', fetch: answering(500, '{"code":"internal"}'), status: 'unreachable', code: 'internal' },
  { name: '502 without JSON', fetch: answering(502, '<html>'), status: 'unreachable', code: 'unavailable' },
  { name: '503', fetch: answering(503, '{"code":42}'), status: 'unreachable', code: 'unavailable' },
  { name: 'no answer', fetch: reject(new TypeError('fetch failed')), status: 'unreachable', code: 'network' },
  { name: 'requests hang', fetch: () => new Promise(() => {}), status: 'unreachable', code: 'network' },
  ...[
    '<!doctype html>',
    'null',
    '[]',
    '{}',
    '"ok"',
    '{"version":1}',
    '{"version":"1","unread_count":1,"data":[]}',
    '{"version":1,"unread_count":[1],"data":{}}',
  ].map((text) => ({
    name: `another page answers ${text}`,
    fetch: answering(200, text),
    status: 'unreachable' as const,
    code: 'unexpected' as const,
  })),
  {
    name: 'an answer is cut off',
    fetch: async () =>
      new Response(new ReadableStream({ start: (body) => body.error(new TypeError('terminated')) })),
    status: 'unreachable',
    code: 'network',
  },
];

describe('without access to the service', () => {
  it.each(rows)('the client says what is wrong, and is back by itself: $name', async (row) => {
    const { world, client, state, asked, expired } = trouble({ ...row, sockets: false });
    await world.minutes(2);
    const { status, error, isLoading } = client.getSnapshot();
    expect({ status, code: error?.code }).toEqual({ status: row.status, code: row.code });
    if (!/never|hang/.test(row.name)) expect(isLoading).toBe(false);
    expect(expired).toEqual(row.expired ? [row.code] : []);
    expect(Math.max(asked.tokens, asked.requests / 2)).toBeLessThan(20);
    const before = { ...asked };
    await world.minutes(60);
    // The app is asked twice a minute at most, and for a fresh token as often. Poll and first page go on with a good one.
    const isRefused = row.code === 'unauthenticated';
    expect(asked.tokens - before.tokens).toBeLessThan(isRefused ? 240 : 120);
    expect(asked.requests - before.requests).toBeLessThan(isRefused ? 240 : 300);
    expect(expired).toHaveLength(row.expired ?? 0);

    state.isBroken = false;
    world.weather.refusesSockets = false;
    await world.minutes(2.5);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null, isLoading: false });
    state.isBroken = true;
    world.service.cut();
    world.weather.refusesSockets = true;
    await world.minutes(80);
    expect(client.getSnapshot().status).toBe(row.status);
    expect(expired).toHaveLength(2 * (row.expired ?? 0));
  });

  it.each(rows)('is back at once if the user asks: $name', async (row) => {
    const { world, client, state } = trouble({ ...row, sockets: false });
    await world.minutes(60);
    state.isBroken = false;
    world.weather.refusesSockets = false;
    client.refresh();
    // What hangs is given up first.
    await world.seconds(/never|hang/.test(row.name) ? 115 : 2);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
  });
});

describe('an answer of the service without its list', () => {
  it.each([undefined, null, {}, 'none'])('is unexpected, and changes nothing: %j', async (data) => {
    const world = createClientWorld();
    await world.create('One');
    const tab = world.tab();
    const { fetch } = tab.environment;
    const state = { isBroken: true };
    tab.environment.fetch = async (url, init) => {
      const answer = await fetch(url, init);
      if (!state.isBroken || /unread-count/.test(url)) return answer;
      return Response.json({ ...JSON.parse(await answer.text()), data });
    };
    const client = world.client({}, tab);
    client.start();
    await world.minutes(1);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: { code: 'unexpected' } });
    state.isBroken = false;
    await world.minutes(1);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, error: null });
    state.isBroken = true;
    const before = client.getSnapshot();
    await client.refresh();
    expect(client.getSnapshot()).toBe(before);
    expect(await client.markAllAsRead()).toBe(true);
  });
});

describe('a session that ends while the socket is open', () => {
  const row = (name: string, code: NotificationErrorCode, ask: Ask) => ({ name, code, ask });
  type Ask = (client: NotificationClient, id: number) => Promise<unknown>;
  const asks: [string, Ask][] = [
    ['a mark', (client, id) => client.markAsRead(id)],
    ['a read-all', (client) => client.markAllAsRead()],
    ['an older page', (client) => client.loadMore()],
    ['refresh', (client) => client.refresh()],
    ['retry', (client) => client.retry()],
  ];
  const ways = asks.flatMap(([name, ask]) => [
    row(`${name} gets no token`, 'token', ask),
    row(`${name} is refused`, 'unauthenticated', ask),
  ]);

  it.each(ways)('is found at once, and said once, if $name', async ({ code, ask }) => {
    const world = createClientWorld();
    for (const title of ['One', 'Two', 'Three']) await world.create(title);
    const { client, state, expired } = trouble({
      world,
      getToken: code === 'token' ? reject(named('Error')) : ({ token, user }) => token(user, { exp: 1 }),
      isBroken: false,
      pageSize: 2,
    });
    await world.seconds(1);
    const errors: NotificationErrorCode[] = [];
    client.on('error', (error) => errors.push(error.code));
    state.isBroken = true;
    world.service.refuseAll();
    await world.seconds(1);
    const before = client.getSnapshot();
    expect(before.status).toBe('live');
    await ask(client, before.notifications[0]?.id ?? 0);
    expect(client.getSnapshot()).toMatchObject({ status: 'unauthenticated', error: { code } });
    await world.minutes(20);
    expect(client.getSnapshot()).toMatchObject({ status: 'unauthenticated', error: { code } });
    expect({ expired, errors }).toEqual({ expired: [code], errors: [code] });

    state.isBroken = false;
    await world.minutes(2.5);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
    expect(expired).toEqual([code]);
  });

  it('is not taken for one if only the token of the next socket fails', async () => {
    const { world, client, state, expired } = trouble({ getToken: reject(named('Error')), isBroken: false });
    await world.minutes(5);
    world.weather.refusesSockets = true;
    world.service.cut();
    state.isBroken = true;
    await world.minutes(3);
    expect(client.getSnapshot()).toMatchObject({ status: 'polling', error: null });
    expect(expired).toEqual([]);
  });
});
