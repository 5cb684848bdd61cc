import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../functions/core/admission.ts';
import { Unauthenticated, Unavailable } from '../../functions/core/errors.ts';
import type { ConnectionRegistry, TokenVerifier } from '../../functions/core/ports.ts';
import {
  answerUnknownAction,
  type ConnectRules,
  serveConnect,
  serveDisconnect,
} from '../../functions/transport/sockets.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { alice, now } from './http-event.ts';

const minutes = (count: number) => count * 60_000;
const tokenEndsAt = now + minutes(60);
const open: ConnectRules = { allowedOrigins: ['https://app.example.com'], minimumLifetimeMs: minutes(15) };

/** Takes the token `good` for Alice, and cannot check the token `uncheckable`. */
const verifier: TokenVerifier = {
  async verify(token) {
    if (token === 'uncheckable') throw new Unavailable('The token issuer');
    if (token !== 'good') throw new Unauthenticated('The token is malformed.');
    return { user_id: alice, scopes: [], expires_at: tokenEndsAt };
  },
};

let registry: ConnectionRegistry;
let admission: Admission;
let logger: RecordingLogger;
beforeEach(() => {
  registry = createInMemoryRegistry(() => now);
  admission = {
    async admit(connection) {
      await registry.add(connection);
      return true;
    },
  };
  logger = createRecordingLogger();
});

interface Upgrade {
  token?: string | undefined;
  headers?: Record<string, string>;
  /** What the gateway says beside, where something was sent several times. */
  several?: { multiValueHeaders?: object; multiValueQueryStringParameters?: object };
}

/** An event of the WebSocket API; the casts below: the gateway sends more than the doors read. */
const socketEvent = ({ token = 'good', headers, several }: Upgrade = {}) => ({
  requestContext: { connectionId: 'connection-1', connectedAt: now },
  ...(headers && { headers }),
  ...(token !== '' && { queryStringParameters: { token } }),
  ...several,
});

async function answerTo(upgrade: Upgrade = {}, rules = open) {
  const handler = serveConnect({ verifier, admission, logger }, rules);
  const event = socketEvent(upgrade) as unknown as Parameters<typeof handler>[0];
  return handler(event);
}

const connect = async (upgrade: Upgrade = {}, rules = open) => (await answerTo(upgrade, rules)).statusCode;

describe('A socket', () => {
  it('is registered before it is accepted', async () => {
    expect(await connect()).toBe(200);
    expect((await registry.find(alice)).live).toEqual([
      { user_id: alice, connection_id: 'connection-1', connected_at: now, expires_at: tokenEndsAt },
    ]);
  });

  it('lives at least the minimum', async () => {
    await connect({}, { ...open, minimumLifetimeMs: minutes(90) });
    expect((await registry.find(alice)).live).toMatchObject([{ expires_at: now + minutes(90) }]);
  });

  it.each(['bad', ''])('is refused with 401 for the token %j, and not registered', async (token) => {
    expect(await connect({ token })).toBe(401);
    expect((await registry.find(alice)).live).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it.each(['Origin', 'origin', 'ORIGIN'])('may come from an allowed page, by the header %s', async (name) => {
    expect(await connect({ headers: { [name]: 'https://app.example.com' } })).toBe(200);
  });

  it.each(['https://evil.example', 'null', ''])(
    'is refused with 403 from the origin %j, whatever its token, and not registered',
    async (origin) => {
      expect(await connect({ headers: { Origin: origin } })).toBe(403);
      expect(await connect({ headers: { Origin: origin }, token: 'bad' })).toBe(403);
      expect((await registry.find(alice)).live).toEqual([]);
    },
  );

  it('must come from allowed pages alone, if it names several', async () => {
    const headers = { Origin: 'https://app.example.com' };
    const origins = (...values: string[]) => ({ multiValueHeaders: { Origin: values } });
    expect(await connect({ headers, several: origins('https://app.example.com') })).toBe(200);
    const several = origins('https://evil.example', 'https://app.example.com');
    expect(await connect({ headers, several })).toBe(403);
    expect(await connect({ headers: { ...headers, origin: 'https://evil.example' } })).toBe(403);
  });

  it('must show one token', async () => {
    const tokens = (...values: string[]) => ({ multiValueQueryStringParameters: { token: values } });
    expect(await connect({ several: tokens('good') })).toBe(200);
    for (const several of [tokens('bad', 'good'), tokens('', 'good'), tokens('good', 'good')]) {
      expect(await connect({ several })).toBe(401);
    }
  });

  const accepted = { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'belfry' } };

  it.each([
    ['Sec-WebSocket-Protocol', 'belfry, good'],
    ['sec-websocket-protocol', 'belfry,good'],
    ['SEC-WEBSOCKET-PROTOCOL', 'good \t,  belfry'],
  ])('may offer its token as a subprotocol beside belfry: %s: %s', async (name, value) => {
    expect(await answerTo({ token: '', headers: { [name]: value } })).toEqual(accepted);
    const several = { multiValueHeaders: { [name]: [value] } };
    expect(await answerTo({ token: '', headers: { [name]: value }, several })).toEqual(accepted);
  });

  it('may offer its subprotocols in several headers', async () => {
    const several = { multiValueHeaders: { 'Sec-WebSocket-Protocol': ['belfry', 'good'] } };
    const headers = { 'Sec-WebSocket-Protocol': 'good' };
    expect(await answerTo({ token: '', headers, several })).toEqual(accepted);
  });

  it('is answered with belfry if it offers that, wherever its token is', async () => {
    const offering = (value: string) => ({ headers: { 'Sec-WebSocket-Protocol': value } });
    expect(await answerTo(offering('belfry'))).toEqual(accepted);
    expect(await answerTo(offering('belfry, good'))).toEqual(accepted);
    for (const upgrade of [{}, offering(''), offering('chat'), offering('Belfry')]) {
      expect(await answerTo(upgrade)).toEqual({ statusCode: 200, headers: {} });
    }
  });

  it.each([
    ['a bad one', 'belfry, bad', ''],
    ['none', 'belfry', ''],
    ['an empty one', 'belfry,', ''],
    ['two', 'belfry, good, bad', ''],
    ['the same twice', 'belfry, good, good', ''],
    ['one without belfry', 'good', ''],
    ['one beside another name', 'Belfry, good', ''],
    ['one in a space that HTTP does not trim', 'belfry,\u00a0good', ''],
    ['another than its URL', 'belfry, good', 'bad'],
    ['a bad one beside a good one in its URL', 'belfry, bad', 'good'],
  ])('is refused with 401, without a subprotocol, if it offers %s', async (_, value, token) => {
    const headers = { 'Sec-WebSocket-Protocol': value };
    expect(await answerTo({ token, headers })).toEqual({ statusCode: 401 });
    expect((await registry.find(alice)).live).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('is refused with 401 if it offers one token and has two in its URL', async () => {
    const headers = { 'Sec-WebSocket-Protocol': 'belfry, good' };
    const several = { multiValueQueryStringParameters: { token: ['good', 'good'] } };
    expect(await connect({ headers, several })).toBe(401);
  });

  it('is not accepted if it cannot be registered, which is logged without the token that it offers', async () => {
    admission.admit = async () => {
      throw new Error('The table is gone.');
    };
    const upgrade = { token: '', headers: { 'Sec-WebSocket-Protocol': 'belfry, good' } };
    expect(await answerTo(upgrade)).toEqual({ statusCode: 500 });
    expect(JSON.stringify(logger.lines)).not.toContain('good');
  });

  it('needs no origin outside a browser', async () => {
    expect(await connect({ headers: { Host: 'x' } }, { ...open, allowedOrigins: [] })).toBe(200);
  });

  it('is not accepted if it cannot be registered, which is logged without its token', async () => {
    admission.admit = async () => {
      throw new Error('The table is gone.');
    };
    expect(await connect()).toBe(500);
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'connect_failed', fields: { connection_id: 'connection-1' } },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('good');
  });

  it('is not accepted if its token cannot be checked, which is logged without the token', async () => {
    expect(await connect({ token: 'uncheckable' })).toBe(503);
    expect(await registry.find(alice)).toEqual({ live: [], expired: [] });
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'connect_failed', fields: { connection_id: 'connection-1' } },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('uncheckable');
  });

  it('is refused with 429 where newer ones of its user have taken its place', async () => {
    admission.admit = async () => false;
    expect(await connect()).toBe(429);
    expect(logger.lines).toEqual([]);
  });

  it('is forgotten when it disconnects', async () => {
    const metrics = createRecordingMetrics();
    await connect();
    const event = socketEvent() as unknown as APIGatewayProxyWebsocketEventV2;
    expect(await serveDisconnect({ registry, metrics })(event)).toEqual({ statusCode: 200 });
    expect((await registry.find(alice)).live).toEqual([]);
    expect(metrics.measured).toEqual([{ name: 'ConnectionsClosed', value: 1 }]);
  });

  it('gets the name of the only action when it asks for another', async () => {
    const { statusCode, body } = await answerUnknownAction();
    expect(statusCode).toBe(200);
    expect(JSON.parse(body ?? '')).toEqual({
      type: 'error',
      code: 'unknown_action',
      message: expect.stringContaining('{ "action": "ping" }'),
    });
  });
});
