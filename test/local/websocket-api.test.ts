import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { SocketIntegration } from '../../local/api-gateway/call-function.ts';
import {
  createWebSocketApi,
  type WebSocketApi,
  type WebSocketApiOptions,
} from '../../local/api-gateway/websocket-api.ts';
import { AccessDenied, type Principal } from '../../local/aws/iam.ts';
import { functionDouble, manualClock, reportDouble, throttle } from './gateway-doubles.ts';

const KB = 1024;
const MINUTE = 60_000;
const ROUTES: Record<string, SocketIntegration> = {
  $connect: lambda('connect'),
  $disconnect: lambda('disconnect'),
  $default: lambda('default', true),
  echo: lambda('echo', true),
  silent: lambda('silent'),
  ping: { type: 'MOCK', response: '{"type":"pong"}' },
};
const HANDLERS: Record<string, (event: { body: string }) => unknown> = {
  connect: () => ({ statusCode: 200 }),
  disconnect: () => ({ statusCode: 200 }),
  default: () => ({ statusCode: 200, body: 'default' }),
  echo: ({ body }) => ({ statusCode: 200, body }),
  silent: () => ({ statusCode: 200, body: 'not passed on' }),
};

function lambda(functionArn: string, returnsResponse = false): SocketIntegration {
  return { type: 'AWS_PROXY', functionArn, returnsResponse, sourceArn: 'arn:source', timeoutMs: 29_000 };
}

let api: WebSocketApi | undefined;
const clients: WebSocket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await api?.stop();
});

async function start({
  routes = ROUTES,
  handlers = {},
  ...options
}: Partial<Omit<WebSocketApiOptions, 'routes'>> & {
  routes?: Record<string, SocketIntegration>;
  handlers?: Record<string, (event: never) => unknown>;
} = {}) {
  const clock = manualClock();
  const functions = functionDouble({ ...HANDLERS, ...handlers });
  const { lines, report } = reportDouble();
  const started = await createWebSocketApi({
    region: 'us-east-1',
    account: '000000000000',
    apiId: 'abc123',
    stage: 'live',
    routes: new Map(Object.entries(routes)),
    routeSelectionExpression: '$request.body.action',
    report,
    clock,
    invoke: functions.invoke,
    authorizePost: (): Principal => ({ kind: 'account' }),
    port: 0,
    ...options,
  });
  api = started;
  const management = new ApiGatewayManagementApiClient({
    region: 'us-east-1',
    endpoint: started.managementUrl,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  const send = (ConnectionId: string, Data: string | Uint8Array) =>
    management.send(new PostToConnectionCommand({ ConnectionId, Data }));
  const callsTo = (functionArn: string) => functions.calls.filter((call) => call.functionArn === functionArn);
  return { api: started, clock, lines, management, send, callsTo };
}

function open(
  url: string,
  { protocols = [], ...options }: { headers?: Record<string, string>; protocols?: string[] } = {},
): WebSocket {
  const client = new WebSocket(url, protocols, options);
  clients.push(client);
  client.on('error', () => {});
  return client;
}

/** Connects and answers the client, its frames as they come, and the id that the gateway gave it. */
async function connect({ api }: { api: WebSocketApi }) {
  const client = open(api.url);
  const frames: string[] = [];
  client.on('message', (data) => frames.push(data.toString()));
  await once(client, 'open');
  const connectionId = api.connections().at(-1)?.connectionId ?? '';
  return { client, frames, connectionId };
}

/** The status that refuses an upgrade. */
async function refusal(url: string, options: Parameters<typeof open>[1] = {}): Promise<number> {
  const [, response] = await once(open(url, options), 'unexpected-response');
  return response.statusCode;
}

async function closing(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = await once(client, 'close');
  return { code, reason: reason.toString() };
}

describe('the upgrade to a WebSocket', () => {
  it('tells $connect of the request in the documented shape', async () => {
    const { api, callsTo, clock } = await start();
    const client = open(`${api.url}?token=a&tag=1&tag=%202`, {
      headers: { 'User-Agent': 'agent/1', 'X-One': '1' },
    });
    await once(client, 'open');
    const [call] = callsTo('connect');
    expect(call?.invoker).toEqual({ principal: 'apigateway.amazonaws.com', sourceArn: 'arn:source' });
    expect(call?.event).toEqual({
      headers: expect.objectContaining({
        Host: `127.0.0.1:${api.port}`,
        'X-One': '1',
        'Sec-WebSocket-Version': '13',
        'X-Forwarded-For': '127.0.0.1',
        'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-/),
      }),
      multiValueHeaders: expect.objectContaining({ Host: [`127.0.0.1:${api.port}`], 'X-One': ['1'] }),
      queryStringParameters: { token: 'a', tag: ' 2' },
      multiValueQueryStringParameters: { token: ['a'], tag: ['1', ' 2'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        requestTime: '02/Jan/2026:03:04:05 +0000',
        messageDirection: 'IN',
        stage: 'live',
        connectedAt: clock.now(),
        requestTimeEpoch: clock.now(),
        identity: { sourceIp: '127.0.0.1', userAgent: 'agent/1' },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
        connectionId: api.connections()[0]?.connectionId,
        apiId: 'abc123',
      },
      isBase64Encoded: false,
    });
  });

  it('leaves out the query parameters of a request that has none', async () => {
    const started = await start();
    await connect(started);
    expect(started.callsTo('connect')[0]?.event).not.toHaveProperty('queryStringParameters');
  });

  it.each([401, 403, 400, 500])('is refused with the status %i that $connect returns', async (statusCode) => {
    const { api } = await start({ handlers: { connect: () => ({ statusCode }) } });
    expect(await refusal(api.url)).toBe(statusCode);
    expect(api.connections()).toEqual([]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('down')), 502],
    ['returns no status', () => ({}), 502],
  ])('is refused where $connect %s', async (_, connect, status) => {
    const { api } = await start({ handlers: { connect } });
    expect(await refusal(api.url)).toBe(status);
  });

  it('is refused with 500 if the gateway may not call $connect', async () => {
    const { api } = await start({ routes: { ...ROUTES, $connect: lambda('forbidden') } });
    expect(await refusal(api.url)).toBe(500);
  });

  it('is refused with 500 if $connect is throttled', async () => {
    const { api } = await start({ handlers: { connect: throttle } });
    expect(await refusal(api.url)).toBe(500);
    expect(api.connections()).toEqual([]);
  });

  it('is refused with 504 where $connect takes longer than 29 seconds', async () => {
    const { api, clock, callsTo } = await start({ handlers: { connect: () => new Promise(() => {}) } });
    const status = refusal(api.url);
    await expect.poll(() => callsTo('connect')).toHaveLength(1);
    clock.advance(29_000);
    expect(await status).toBe(504);
  });

  it('is refused with 403 on another path than the stage', async () => {
    const { api, callsTo } = await start();
    expect(await refusal(`ws://127.0.0.1:${api.port}/other`)).toBe(403);
    expect(await refusal(`${api.url}/more`)).toBe(403);
    expect(callsTo('connect')).toEqual([]);
  });

  it('is refused for a URL over 4,096 characters', async () => {
    const { api, callsTo } = await start();
    expect(await refusal(`${api.url}?token=${'x'.repeat(4096)}`)).toBe(414);
    expect(callsTo('connect')).toEqual([]);
  });

  it.each(['Sec-WebSocket-Protocol', 'sec-websocket-protocol'])(
    'passes the subprotocols to $connect, and answers with the one that it names in the header %s',
    async (name) => {
      const connect = () => ({ statusCode: 200, headers: { [name]: 'two' } });
      const { api, callsTo } = await start({ handlers: { connect } });
      const client = open(api.url, { protocols: ['one', 'two'] });
      await once(client, 'open');
      expect(client.protocol).toBe('two');
      expect(callsTo('connect')[0]?.event).toMatchObject({
        headers: { 'Sec-WebSocket-Protocol': 'one,two' },
        multiValueHeaders: { 'Sec-WebSocket-Protocol': ['one,two'] },
      });
    },
  );

  it('names no subprotocol that $connect does not name, which a client that offers one does not accept', async () => {
    const { api } = await start();
    const [error] = await once(open(api.url, { protocols: ['one'] }), 'error');
    expect(error.message).toBe('Server sent no subprotocol');
  });

  it('takes a subprotocol of 8,192 characters, and is refused with 431 for more than 10,240 bytes of headers', async () => {
    const connect = () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'belfry' } });
    const { api, callsTo } = await start({ handlers: { connect } });
    const client = open(api.url, { protocols: ['belfry', 'x'.repeat(8_192)] });
    await once(client, 'open');
    expect(await refusal(api.url, { protocols: ['belfry', 'x'.repeat(10_240)] })).toBe(431);
    expect(callsTo('connect')).toHaveLength(1);
  });

  it('needs no $connect route', async () => {
    const { $connect: _, ...routes } = ROUTES;
    const started = await start({ routes });
    await connect(started);
    expect(started.api.connections()).toHaveLength(1);
  });

  it('that its client gives up while $connect runs ends with a $disconnect', async () => {
    const admitted = Promise.withResolvers<unknown>();
    const { api, callsTo } = await start({ handlers: { connect: () => admitted.promise } });
    const client = open(api.url);
    await expect.poll(() => callsTo('connect')).toHaveLength(1);
    client.terminate();
    admitted.resolve({ statusCode: 200 });
    await expect.poll(() => callsTo('disconnect')).toHaveLength(1);
    expect(callsTo('disconnect')[0]?.event.requestContext).toMatchObject({ disconnectStatusCode: 1006 });
    expect(api.connections()).toEqual([]);
  });
});

describe('a message of a client', () => {
  async function answerTo(message: string, options: Parameters<typeof start>[0] = {}) {
    const started = await start(options);
    const { client, frames, connectionId } = await connect(started);
    client.send(message);
    await expect.poll(() => frames).toHaveLength(1);
    return { frame: frames[0] ?? '', connectionId, ...started };
  }

  it('reaches the function of its route in the documented shape', async () => {
    const body = '{"action":"echo"}';
    const { callsTo, connectionId, clock } = await answerTo(body);
    expect(callsTo('echo')[0]?.event).toEqual({
      requestContext: expect.objectContaining({
        routeKey: 'echo',
        eventType: 'MESSAGE',
        messageId: expect.stringMatching(/=$/),
        messageDirection: 'IN',
        stage: 'live',
        connectionId,
        connectedAt: clock.now(),
        identity: { sourceIp: '127.0.0.1' },
      }),
      body,
      isBase64Encoded: false,
    });
  });

  it('is answered with the body of the function if the route returns responses', async () => {
    expect((await answerTo('{"action":"echo","n":1}')).frame).toBe('{"action":"echo","n":1}');
  });

  it('is answered by a mock without a function', async () => {
    const { frame, callsTo } = await answerTo('{"action":"ping"}');
    expect(frame).toBe('{"type":"pong"}');
    expect(callsTo('default')).toEqual([]);
  });

  it.each([
    'not JSON',
    '[]',
    '{}',
    '{"action":"unknown"}',
    '{"action":"$connect"}',
    '{"action":{"toString":1}}',
    '""',
  ])('goes to $default if it is %s', async (message) => {
    expect((await answerTo(message)).frame).toBe('default');
  });

  it('gets an error of the gateway if no route takes it', async () => {
    const { $default: _, ...routes } = ROUTES;
    const { frame, connectionId } = await answerTo('{}', { routes });
    expect(JSON.parse(frame)).toEqual({
      message: 'Forbidden',
      connectionId,
      requestId: expect.stringMatching(/=$/),
    });
  });

  it.each([
    ['with a response', '{"action":"echo"}'],
    ['without a response', '{"action":"silent"}'],
  ])('gets an error of the gateway if the function of a route %s fails', async (_, message) => {
    const fail = () => Promise.reject(new Error('secret'));
    const { frame, lines } = await answerTo(message, { handlers: { echo: fail, silent: fail } });
    expect(JSON.parse(frame)).toMatchObject({ message: 'Internal server error' });
    expect(lines.join()).toContain('the function failed: Error');
    expect(lines.join()).not.toContain('secret');
  });

  it.each([
    ['with a response', '{"action":"echo"}'],
    ['without a response', '{"action":"silent"}'],
  ])('gets an error of the gateway if the function of a route %s is throttled', async (_, message) => {
    const { frame, lines } = await answerTo(message, { handlers: { echo: throttle, silent: throttle } });
    expect(JSON.parse(frame)).toMatchObject({ message: 'Internal server error' });
    expect(lines.join()).toContain('the function was not called: Rate Exceeded.');
  });

  it('is not answered from a route without a response', async () => {
    const started = await start();
    const { client, frames } = await connect(started);
    client.send('{"action":"silent"}');
    await expect.poll(() => started.callsTo('silent')).toHaveLength(1);
    client.send('{"action":"ping"}');
    await expect.poll(() => frames).toEqual(['{"type":"pong"}']);
  });

  it('stops the start if another expression selects its route', async () => {
    await expect(start({ routeSelectionExpression: '$request.header.action' })).rejects.toThrow(
      'not supported',
    );
  });
});

describe('the limit of a route of a WebSocket API', () => {
  const limits = {
    routes: new Map([
      ['$connect', { rate: 1, burst: 2 }],
      ['ping', { rate: 1, burst: 2 }],
      ['$default', { rate: 1, burst: 1 }],
    ]),
  };
  const ping = '{"action":"ping"}';
  const pong = '{"type":"pong"}';
  const errorTo = (connectionId: string) => ({
    message: 'Too Many Requests',
    connectionId,
    requestId: expect.stringMatching(/=$/),
  });

  it('refuses an upgrade with 429, and $connect is not called', async () => {
    const { api, callsTo, clock } = await start({ limits });
    for (let n = 0; n < 2; n += 1) await once(open(api.url), 'open');
    expect(await refusal(api.url)).toBe(429);
    expect(callsTo('connect')).toHaveLength(2);
    clock.advance(1_000);
    await once(open(api.url), 'open');
  });

  it('answers a message with an error of the gateway, and the connection stays', async () => {
    const { client, frames, connectionId } = await connect(await start({ limits }));
    for (let n = 0; n < 3; n += 1) client.send(ping);
    await expect.poll(() => frames).toHaveLength(3);
    expect(frames.filter((frame) => frame === pong)).toHaveLength(2);
    const [error = ''] = frames.filter((frame) => frame !== pong);
    expect(JSON.parse(error)).toEqual(errorTo(connectionId));
    expect(client.readyState).toBe(WebSocket.OPEN);
  });

  it('is shared by all connections, and by no other route', async () => {
    const started = await start({ limits });
    const [one, other] = [await connect(started), await connect(started)];
    for (let n = 0; n < 100; n += 1) one.client.send('flood');
    await expect.poll(() => one.frames).toHaveLength(100);
    expect(started.callsTo('default')).toHaveLength(1);
    other.client.send('just one');
    other.client.send(ping);
    await expect.poll(() => other.frames).toHaveLength(2);
    expect(other.frames.toSorted()).toEqual([expect.any(String), pong]);
    expect(other.frames.map((frame) => JSON.parse(frame))).toContainEqual(errorTo(other.connectionId));
  });

  it('loses the $disconnect that is above it', async () => {
    const started = await start({ limits: { routes: new Map([['$disconnect', { rate: 1, burst: 1 }]]) } });
    for (const { client } of [await connect(started), await connect(started)]) client.close();
    await expect.poll(() => started.lines.join()).toContain('the limit of the route');
    expect(started.callsTo('disconnect')).toHaveLength(1);
    expect(started.api.connections()).toEqual([]);
  });
});

describe('the limits of a connection', () => {
  it('take a message of 128 KB in frames of 32 KB', async () => {
    const started = await start();
    const { client, frames } = await connect(started);
    for (let part = 1; part <= 4; part += 1) client.send('x'.repeat(32 * KB), { fin: part === 4 });
    await expect.poll(() => frames).toEqual(['default']);
    expect(started.callsTo('default')[0]?.event.body).toHaveLength(128 * KB);
  });

  it('close it with 1009 for a frame over 32 KB, and deliver no message', async () => {
    const started = await start();
    const { client } = await connect(started);
    client.send('x'.repeat(32 * KB + 1));
    expect((await closing(client)).code).toBe(1009);
    expect(started.callsTo('default')).toEqual([]);
  });

  it('close it with 1009 for a message over 128 KB', async () => {
    const started = await start();
    const { client } = await connect(started);
    for (let part = 1; part <= 5; part += 1) client.send('x'.repeat(32 * KB), { fin: part === 5 });
    expect((await closing(client)).code).toBe(1009);
    await expect.poll(() => started.callsTo('disconnect')).toHaveLength(1);
    expect(started.callsTo('disconnect')[0]?.event.requestContext).toMatchObject({
      disconnectStatusCode: 1009,
    });
    expect(started.callsTo('default')).toEqual([]);
  });

  it('close it with 1003 for a binary message', async () => {
    const { client } = await connect(await start());
    client.send(Buffer.from('{}'));
    expect((await closing(client)).code).toBe(1003);
  });

  it('close it with 1001 after 10 minutes without a message', async () => {
    const started = await start();
    const { client } = await connect(started);
    started.clock.advance(10 * MINUTE);
    expect(await closing(client)).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('begin the 10 minutes anew with each message of either side', async () => {
    const started = await start();
    const { client, frames, connectionId } = await connect(started);
    started.clock.advance(9 * MINUTE);
    client.send('{"action":"ping"}');
    await expect.poll(() => frames).toHaveLength(1);
    started.clock.advance(9 * MINUTE);
    await started.send(connectionId, '{}');
    started.clock.advance(9 * MINUTE);
    await started.send(connectionId, '{}');
    await expect.poll(() => frames).toHaveLength(3);
  });

  it('close it with 1001 after 2 hours, however busy', async () => {
    const started = await start();
    const { client, connectionId } = await connect(started);
    for (let minutes = 0; minutes < 115; minutes += 5) {
      started.clock.advance(5 * MINUTE);
      await started.send(connectionId, '{}');
    }
    expect(client.readyState).toBe(WebSocket.OPEN);
    started.clock.advance(5 * MINUTE);
    expect(await closing(client)).toEqual({ code: 1001, reason: 'Going away' });
  });
});

describe('the end of a connection', () => {
  async function endedBy(end: (client: WebSocket) => void) {
    const started = await start();
    const { client, connectionId } = await connect(started);
    end(client);
    await expect.poll(() => started.callsTo('disconnect')).toHaveLength(1);
    return { event: started.callsTo('disconnect')[0]?.event, connectionId, ...started };
  }

  it('reaches $disconnect in the documented shape', async () => {
    const { event, connectionId, api } = await endedBy((client) => client.close(4000, 'bye'));
    expect(event).toEqual({
      headers: { Host: `127.0.0.1:${api.port}`, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
      multiValueHeaders: expect.objectContaining({ Host: [`127.0.0.1:${api.port}`] }),
      requestContext: expect.objectContaining({
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        connectionId,
        disconnectStatusCode: 4000,
        disconnectReason: 'bye',
      }),
      isBase64Encoded: false,
    });
    expect(api.connections()).toEqual([]);
  });

  it.each([
    ['closes without a status', (client: WebSocket) => client.close(), 1005],
    ['is lost', (client: WebSocket) => client.terminate(), 1006],
  ])('has a code of the gateway if the client %s', async (_, end, disconnectStatusCode) => {
    expect((await endedBy(end)).event?.requestContext).toMatchObject({ disconnectStatusCode });
  });

  it('can be kept from $disconnect, which is delivered at best effort', async () => {
    const started = await start();
    started.api.skipDisconnect(true);
    const { client } = await connect(started);
    client.close();
    await expect.poll(() => started.api.connections()).toEqual([]);
    expect(started.callsTo('disconnect')).toEqual([]);
  });
});

describe('a limit of posts that a test sets', () => {
  it('answers 429 to those above it, to whatever connection, until the test ends it', async () => {
    const started = await start();
    const [one, other] = [await connect(started), await connect(started)];
    started.api.limitPosts({ rate: 1, burst: 2 });
    await started.send(one.connectionId, 'a');
    await started.send(other.connectionId, 'b');
    await expect(started.send(one.connectionId, 'c')).rejects.toThrow(/Too Many Requests/);
    started.clock.advance(1_000);
    await started.send(one.connectionId, 'd');
    started.api.limitPosts(undefined);
    for (const text of ['e', 'f']) await started.send(one.connectionId, text);
    await expect.poll(() => one.frames).toEqual(['a', 'd', 'e', 'f']);
  });
});

describe('posts that a test makes fail', () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
  it.each([
    [429, 'LimitExceededException'],
    [410, 'GoneException'],
    [500, 'InternalServerErrorException'],
    [503, 'InternalServerErrorException'],
  ])(
    'answer %i, reach nobody, and go through again when they have failed often enough',
    async (status, name) => {
      const posts: unknown[] = [];
      const started = await start({ onPost: (post) => posts.push(post) });
      const { frames, connectionId } = await connect(started);
      started.api.failPosts({ status }, { times: 1 });
      await expect(started.send(connectionId, 'lost')).rejects.toMatchObject({
        name,
        $metadata: { httpStatusCode: status },
      });
      await started.send(connectionId, 'here');
      await expect.poll(() => frames).toEqual(['here']);
      expect(posts).toEqual([
        { connectionId, status },
        { connectionId, status: 200 },
      ]);
    },
  );

  it('are those to one connection, until the test ends it', async () => {
    const started = await start();
    const [one, other] = [await connect(started), await connect(started)];
    const { connectionId } = one;
    started.api.failPosts({ status: 500 }, { connectionId });
    await expect(started.send(connectionId, 'x')).rejects.toThrow();
    await expect(started.send(connectionId, 'x')).rejects.toThrow();
    await started.send(other.connectionId, 'x');
    started.api.failPosts(undefined);
    await started.send(connectionId, 'x');
  });

  it('may never be answered', async () => {
    const started = await start();
    const { connectionId, frames } = await connect(started);
    started.api.failPosts('hang', { times: 1 });
    const abandoned = new AbortController();
    const hanging = started.management.send(
      new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'lost' }),
      { abortSignal: abandoned.signal },
    );
    await expect.poll(() => started.lines).toContainEqual(expect.stringMatching(/without an answer$/));
    abandoned.abort();
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
    await started.send(connectionId, 'here');
    await expect.poll(() => frames).toEqual(['here']);
  });
});

describe('the @connections commands', () => {
  it('send a frame to a client', async () => {
    const started = await start();
    const { frames, connectionId } = await connect(started);
    const { $metadata } = await started.send(connectionId, '{"type":"hello"}');
    expect($metadata.httpStatusCode).toBe(200);
    await expect.poll(() => frames).toEqual(['{"type":"hello"}']);
  });

  it('send up to 128 KB, in frames of 32 KB that the client joins', async () => {
    const started = await start();
    const { client, frames, connectionId } = await connect(started);
    const message = 'ü'.repeat(64 * KB);
    await started.send(connectionId, message);
    await expect.poll(() => frames).toEqual([message]);
    expect(client.readyState).toBe(WebSocket.OPEN);
  });

  it('split what is over 32 KB on the wire', async () => {
    const started = await start();
    const { api } = started;
    const socket = connectTcp(api.port, '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write(
      'GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await expect.poll(() => api.connections()).toHaveLength(1);
    await started.send(api.connections()[0]?.connectionId ?? '', 'x'.repeat(33 * KB));
    const wire = () => Buffer.concat(received);
    const first = () => wire().indexOf('\r\n\r\n') + 4;
    await expect.poll(() => wire().length - first()).toBe(33 * KB + 8);
    // A text frame that is not the last one, 32 KB long; then the last one, a continuation.
    expect(wire().subarray(first(), first() + 4)).toEqual(Buffer.from([0x01, 126, 0x80, 0x00]));
    expect(wire().subarray(first() + 4 + 32 * KB, first() + 8 + 32 * KB)).toEqual(
      Buffer.from([0x80, 126, 0x04, 0x00]),
    );
    socket.destroy();
  });

  it('refuse a message over 128 KB with 413', async () => {
    const started = await start();
    const { connectionId } = await connect(started);
    await expect(started.send(connectionId, 'x'.repeat(128 * KB + 1))).rejects.toMatchObject({
      name: 'PayloadTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
  });

  it('are 410 for a connection that has ended or never was', async () => {
    const started = await start();
    const { client, connectionId } = await connect(started);
    client.terminate();
    await expect.poll(() => started.api.connections()).toEqual([]);
    for (const id of [connectionId, 'never=']) {
      await expect(started.send(id, '{}')).rejects.toMatchObject({
        name: 'GoneException',
        $metadata: { httpStatusCode: 410 },
      });
    }
  });

  it('are 410 until $connect has returned', async () => {
    const statuses: unknown[] = [];
    const started = await start({
      handlers: {
        connect: async ({ requestContext }: { requestContext: { connectionId: string } }) => {
          await started.send(requestContext.connectionId, '{}').catch((error) => statuses.push(error.name));
          return { statusCode: 200 };
        },
      },
    });
    const { connectionId } = await connect(started);
    expect(statuses).toEqual(['GoneException']);
    await started.send(connectionId, '{}');
  });

  it('answer errors in the form of AWS', async () => {
    const { api } = await start();
    const response = await fetch(`${api.managementUrl}/%40connections/gone%3D`, {
      method: 'POST',
      body: '{}',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/execute-api/aws4_request',
      },
    });
    expect(response.status).toBe(410);
    expect(response.headers.get('x-amzn-errortype')).toBe('GoneException');
    expect(await response.json()).toEqual({ message: 'Gone' });
  });

  it('tell of a connection', async () => {
    const started = await start();
    const { connectionId } = await connect(started);
    started.clock.advance(MINUTE);
    await started.send(connectionId, '{}');
    const described = await started.management.send(new GetConnectionCommand({ ConnectionId: connectionId }));
    expect(described).toMatchObject({
      ConnectedAt: new Date('2026-01-02T03:04:05Z'),
      LastActiveAt: new Date('2026-01-02T03:05:05Z'),
      Identity: { SourceIp: '127.0.0.1' },
    });
  });

  it('close a connection, which is gone at once', async () => {
    const started = await start();
    const { client, connectionId } = await connect(started);
    const closed = closing(client);
    await started.management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    await expect(started.send(connectionId, '{}')).rejects.toThrow();
    expect((await closed).code).toBe(1000);
    await expect.poll(() => started.callsTo('disconnect')).toHaveLength(1);
    expect(started.callsTo('disconnect')[0]?.event.requestContext).toMatchObject({
      disconnectStatusCode: 1000,
    });
  });

  it('need a permission for the command on the connection', async () => {
    const asked: unknown[] = [];
    const started = await start({
      authorizePost: (accessKeyId, action, resource) => {
        asked.push([accessKeyId, action, resource]);
        throw new AccessDenied('User: x is not authorized');
      },
    });
    const { frames, connectionId } = await connect(started);
    await expect(started.send(connectionId, '{}')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'User: x is not authorized',
      $metadata: { httpStatusCode: 403 },
    });
    const arn = `arn:aws:execute-api:us-east-1:000000000000:abc123/live/POST/@connections/${connectionId}`;
    expect(asked).toEqual([['AKIATEST', 'execute-api:ManageConnections', arn]]);
    expect(frames).toEqual([]);
  });

  it('need a signature', async () => {
    const started = await start();
    const { connectionId } = await connect(started);
    const url = `${started.api.managementUrl}/@connections/${encodeURIComponent(connectionId)}`;
    const response = await fetch(url, { method: 'POST', body: '{}' });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'Missing Authentication Token' });
  });

  it.each([
    '/live',
    '/other/@connections/x',
    '/live/@connections/x/y',
    '/live/@connections/%zz',
    '/live/@connections/a%0Ab',
  ])('are 403 on the path %s', async (path) => {
    const { api } = await start();
    expect((await fetch(`http://127.0.0.1:${api.port}${path}`)).status).toBe(403);
  });

  it('are counted with their outcome and the function that posted', async () => {
    const posts: unknown[] = [];
    const started = await start({
      authorizePost: () => ({ kind: 'role', roleArn: 'arn:role', functionName: 'create' }),
      onPost: (post) => posts.push(post),
    });
    const { connectionId } = await connect(started);
    await started.send(connectionId, '{}');
    await started.send('gone=', '{}').catch(() => {});
    expect(posts).toEqual([
      { connectionId, status: 200, functionName: 'create' },
      { connectionId: 'gone=', status: 410, functionName: 'create' },
    ]);
  });
});

describe('a WebSocket API on this machine', () => {
  it('reports connections, messages and posts, but no query string, no header and no body', async () => {
    const connect = () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'belfry' } });
    const started = await start({ handlers: { connect } });
    const client = open(`${started.api.url}?token=secret`, { protocols: ['belfry', 'secret'] });
    await once(client, 'open');
    const connectionId = started.api.connections()[0]?.connectionId ?? '';
    client.send('{"action":"ping","text":"secret"}');
    await once(client, 'message');
    await started.send(connectionId, '{"title":"secret","type":"notification.created"}');
    client.close(1000, 'secret');
    await expect.poll(() => started.api.connections()).toEqual([]);
    expect(started.lines).toEqual([
      `connect ${connectionId} 200 0 ms`,
      `in ${connectionId} ping 33 B`,
      `out ${connectionId} pong 15 B`,
      `post ${connectionId} notification.created 48 B 200`,
      `disconnect ${connectionId} 1000`,
    ]);
  });

  it('says what to do if the port is taken', async () => {
    const { api } = await start();
    await expect(start({ port: api.port })).rejects.toThrow(
      `Port ${api.port} of 127.0.0.1 is in use by another program.`,
    );
  });

  it('cuts connections and pending upgrades when it stops, without a $disconnect', async () => {
    const hanging = Promise.withResolvers<unknown>();
    const handlers = { connect: vi.fn(() => hanging.promise).mockResolvedValueOnce({ statusCode: 200 }) };
    const started = await start({ handlers });
    const { client } = await connect(started);
    const pending = open(started.api.url);
    await expect.poll(() => started.callsTo('connect')).toHaveLength(2);
    const ended = Promise.all(
      [client, pending].map((each) => new Promise((resolve) => each.on('close', resolve))),
    );
    await started.api.stop();
    await ended;
    hanging.resolve({ statusCode: 200 });
    await started.api.stop();
    expect(started.callsTo('disconnect')).toEqual([]);
  });
});
