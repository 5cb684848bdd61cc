import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { decodeJwt, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildDemo } from '../../bin/build-demo.ts';
import { startDemo } from '../../local/demo/server.ts';
import { closeServer, listen } from '../../local/http-server.ts';

const user = '0b5e55ed-0000-4000-8000-000000000001';
const secret = 'a secret of more than thirty-two bytes';
const command = { user_id: user, title: 'Seat upgrade', body: 'Row C is yours.' };
const created = { notification: { id: 1, ...command }, created: true, delivery: { posted: 1 } };

/** Stands for the AWS endpoint and the HTTP API: answers every request alike and keeps what was asked. */
async function startEndpoint() {
  const calls: { method: string | undefined; url: string | undefined; body: unknown; token: string }[] = [];
  const answer: { status: number; functionError: string; payload: unknown } = {
    status: 200,
    functionError: '',
    payload: created,
  };
  const server = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming;
    const token = headers.authorization?.split('Bearer ')[1] ?? '';
    calls.push({ method, url, token, body: JSON.parse(await text(incoming)) });
    const { status, functionError, payload } = answer;
    response.writeHead(status, functionError ? { 'x-amz-function-error': functionError } : {});
    response.end(JSON.stringify(payload));
  });
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  const fails = (errorType: string, errorMessage: string) =>
    Object.assign(answer, { functionError: 'Unhandled', payload: { errorType, errorMessage } });
  return { url, calls, answer, fails, stop: () => closeServer(server) };
}

let directory: string;
let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
let demo: Awaited<ReturnType<typeof startDemo>>;
/** Where the demo page is, without its key. */
let origin: string;
/** The header with the key that the address of the page carries. */
let withKey: { 'x-demo-key': string };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-demo-'));
  await buildDemo(directory);
});

afterAll(() => rm(directory, { recursive: true }));

beforeEach(async () => {
  endpoint = await startEndpoint();
  const outputs = {
    HttpApiUrl: endpoint.url,
    WebSocketUrl: 'ws://127.0.0.1:4401/live',
    CreateFunctionName: 'create-notification',
    EventBusName: 'bus',
    CreateQueueUrl: 'http://127.0.0.1:4402/queue',
    ConnectionsTableName: 'connections',
    CreateDeadLettersUrl: '',
    EventDeadLettersUrl: '',
    TickFunctionName: 'tick',
    PurgeFunctionName: 'purge',
    AwsEndpointUrl: endpoint.url,
    DatabaseUrl: 'postgres://127.0.0.1/belfry',
    JwtSecret: secret,
  };
  demo = await startDemo({ port: 0, outputs, directory });
  const { origin: place, hash } = new URL(demo.url);
  origin = place;
  withKey = { 'x-demo-key': new URLSearchParams(hash.slice(1)).get('key') ?? '' };
});

afterEach(async () => {
  await demo.stop();
  await endpoint.stop();
});

/** As `fetch`, but with any header, also those that fetch keeps for itself. */
async function get(path: string, headers: Record<string, string>) {
  const { port } = new URL(demo.url);
  const sent = request({ host: '127.0.0.1', port, path, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  sent.end();
  const response = await answered;
  return { status: response.statusCode, body: await text(response) };
}

const send = (body: unknown, headers: Record<string, string> = {}, door = 'invoke') =>
  fetch(`${origin}/notifications?door=${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...withKey, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the demo page', () => {
  it('is served under localhost with everything it loads', async () => {
    expect(new URL(demo.url).hostname).toBe('localhost');
    const page = await fetch(demo.url);
    expect(page.headers.get('content-type')).toEqual(expect.stringContaining('text/html'));
    const html = await page.text();
    expect(html).toContain('Belfry');
    const loaded = [...html.matchAll(/(?:src|href)="([\w-]+\.\w+)"/g)].map(([, name]) => name);
    expect(loaded).toEqual(['page.css', 'page.js']);
    for (const name of loaded) {
      const file = await fetch(`${origin}/${name}`);
      expect(file.status, name).toBe(200);
      expect(file.headers.get('content-type'), name).toMatch(/^text\/(css|javascript)/);
    }
  });

  it('may load its own files and reach this server and the two APIs, and nothing else', async () => {
    const page = await fetch(demo.url);
    const { headers } = page;
    const html = await page.text();
    const directives = new Map(
      headers
        .get('content-security-policy')
        ?.split('; ')
        .map((directive) => {
          const [name = '', ...sources] = directive.split(' ');
          return [name, sources.join(' ')] as const;
        }),
    );
    expect(directives.get('default-src')).toBe("'none'");
    expect(directives.get('script-src')).toBe("'self'");
    expect(directives.get('connect-src')).toBe(`'self' ${endpoint.url} ws://127.0.0.1:4401`);
    const nonce = /nonce="([\w-]+)"/.exec(html)?.[1];
    expect(directives.get('style-src')).toBe(`'self' 'nonce-${nonce}'`);
    expect(directives.get('frame-ancestors')).toBe("'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('serves no other file of its folder', async () => {
    for (const path of ['/server.ts', '/../server.ts', '/%2e%2e/outputs.ts', '/page.html/..']) {
      const { host } = new URL(demo.url);
      expect((await get(path, { host, ...withKey })).status, path).toBe(404);
    }
  });
});

describe('who is served', () => {
  it('refuses a Host that is not this machine', async () => {
    const { port } = new URL(demo.url);
    for (const host of [`attacker.example:${port}`, `localhost.attacker.example:${port}`]) {
      for (const path of ['/', `/session?user=${user}`]) {
        const { status, body } = await get(path, { host, ...withKey });
        expect({ host, path, status }).toEqual({ host, path, status: 421 });
        expect(body).not.toContain('token');
      }
    }
    expect((await get('/', { host: `127.0.0.1:${port}` })).status).toBe(200);
  });

  it('gives no token and creates nothing without the key in the address of the page', async () => {
    const { host } = new URL(demo.url);
    const path = `/session?user=${user}`;
    const wrong = 'x'.repeat(withKey['x-demo-key'].length);
    for (const headers of [{ host }, { host, 'x-demo-key': '' }, { host, 'x-demo-key': wrong }]) {
      const { status, body } = await get(path, headers);
      expect({ status, body }).toEqual({ status: 401, body: expect.stringContaining('npm start prints') });
    }
    expect((await send(command, { 'x-demo-key': wrong })).status).toBe(401);
    expect(endpoint.calls).toEqual([]);
  });

  it('sends no key to a browser: it is only in the fragment of the address', async () => {
    for (const path of ['/', '/page.js', '/page.css']) {
      expect((await get(path, { host: new URL(demo.url).host })).body).not.toContain(withKey['x-demo-key']);
    }
    expect(new URL(demo.url)).toMatchObject({ pathname: '/', search: '' });
  });

  it('refuses what a browser sends for another origin', async () => {
    const { host } = new URL(demo.url);
    const path = `/session?user=${user}`;
    const statusFor = async (headers: Record<string, string>) =>
      (await get(path, { host, ...withKey, ...headers })).status;
    expect(await statusFor({ origin: 'http://localhost:3000' })).toBe(403);
    expect(await statusFor({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(await statusFor({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe(403);
    expect(await statusFor({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe(200);
    expect((await send(command, { origin: 'https://attacker.example' })).status).toBe(403);
    expect(endpoint.calls).toEqual([]);
  });

  it('lets a link from elsewhere open the page', async () => {
    const { host } = new URL(demo.url);
    const { status } = await get('/', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
    expect(status).toBe(200);
  });
});

describe('a session', () => {
  it('is where the APIs are, and a token of the user for 15 minutes', async () => {
    const response = await fetch(`${origin}/session?user=${user.toUpperCase()}`, { headers: withKey });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { token, ...places } = JSON.parse(await response.text());
    expect(places).toEqual({ httpApiUrl: endpoint.url, webSocketUrl: 'ws://127.0.0.1:4401/live' });
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ['HS256'] });
    expect(payload.sub).toBe(user);
    expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
  });

  it('is refused without a UUID', async () => {
    for (const query of ['', '?user=', '?user=me']) {
      expect((await fetch(`${origin}/session${query}`, { headers: withKey })).status, query).toBe(400);
    }
  });
});

describe('a create command', () => {
  it('goes to the create function, whose answer is passed on with 201', async () => {
    const response = await send(command);
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual(created);
    const url = '/2015-03-31/functions/create-notification/invocations';
    expect(endpoint.calls).toEqual([{ method: 'POST', url, token: '', body: command }]);
  });

  it('is 200 if the idempotency key was used before', async () => {
    endpoint.answer.payload = { ...created, created: false };
    expect((await send(command)).status).toBe(200);
  });

  it('is 400 with the errors by field if it is not valid', async () => {
    const message =
      'user_id is missing; set exactly one of user_id and user_ids; title must not be blank; ' +
      'metadata.route must be a path that starts with / and stays on the site, without \\; colour is not a known field';
    endpoint.fails('ValidationError', message);
    const response = await send({ title: ' ' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 'invalid_request',
      message,
      errors: [
        { path: 'user_id', message: 'is missing; set exactly one of user_id and user_ids' },
        { path: 'title', message: 'must not be blank' },
        {
          path: 'metadata.route',
          message: 'must be a path that starts with / and stays on the site, without \\',
        },
        { path: 'colour', message: 'is not a known field' },
      ],
    });
  });

  it('is 400 with the errors of fields that this code does not know', async () => {
    const message =
      'expires_at has no time zone; add Z; urgency.level must be 1 to 5; Due-By is not a known field';
    endpoint.fails('ValidationError', message);
    const { errors } = JSON.parse(await (await send(command)).text());
    expect(errors).toEqual([
      { path: 'expires_at', message: 'has no time zone; add Z' },
      { path: 'urgency.level', message: 'must be 1 to 5' },
      { path: 'Due-By', message: 'is not a known field' },
    ]);
  });

  it('is 400 with an error of the whole command if it is no object', async () => {
    endpoint.fails('ValidationError', 'The create command must be a JSON object');
    const { errors } = JSON.parse(await (await send('7')).text());
    expect(errors).toEqual([{ path: '', message: 'The create command must be a JSON object' }]);
  });

  it.each([
    ['IdempotencyConflict', 409, 'idempotency_conflict'],
    ['Unavailable', 503, 'unavailable'],
  ])('is answered with the message of %s under %i', async (errorType, status, code) => {
    endpoint.fails(errorType, 'Something to act upon.');
    const response = await send(command);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ code, message: 'Something to act upon.' });
  });

  it('is 500 without the inner message if the function fails in another way', async () => {
    endpoint.fails('TypeError', 'inner words');
    const response = await send(command);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('inner words');
  });

  it('goes to the HTTP API with a token of its user that may create', async () => {
    Object.assign(endpoint.answer, { status: 400, payload: { code: 'invalid_request' } });
    const response = await send(command, {}, 'http');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 'invalid_request' });
    const [{ url, token, body } = { token: '' }] = endpoint.calls;
    expect({ url, body }).toEqual({ url: '/notifications', body: command });
    expect(decodeJwt(token)).toMatchObject({ sub: user, scope: 'notifications:create' });
  });

  it('goes to the bus as an event, which answers with its id', async () => {
    endpoint.answer.payload = { Entries: [{ EventId: 'e-1' }], FailedEntryCount: 0 };
    const response = await send(command, {}, 'event');
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 202,
      body: { id: 'e-1' },
    });
    expect(endpoint.calls[0]?.body).toMatchObject({
      Entries: [{ EventBusName: 'bus', DetailType: 'notification.create', Detail: JSON.stringify(command) }],
    });
  });

  it('goes to the queue as a message, which answers with its id', async () => {
    // The SDK compares this with the body that it has sent.
    const MD5OfMessageBody = createHash('md5').update(JSON.stringify(command)).digest('hex');
    endpoint.answer.payload = { MessageId: 'm-1', MD5OfMessageBody };
    const response = await send(command, {}, 'queue');
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 202,
      body: { id: 'm-1' },
    });
    expect(endpoint.calls[0]?.body).toMatchObject({ MessageBody: JSON.stringify(command) });
  });

  it.each(['window', 'message', 'toString'])(
    'is refused with the four doors for %s, which is none',
    async (door) => {
      const response = await send(command, {}, door);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        code: 'refused',
        message: `There is no door "${door}". Choose one of invoke, event, queue, http.`,
      });
      expect(endpoint.calls).toEqual([]);
    },
  );

  it.each(['invoke', 'event', 'queue', 'http'])('is 502 if the door %s does not answer', async (door) => {
    await endpoint.stop();
    const response = await send(command, {}, door);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining(`The door ${door}`) });
  });

  it('is 502 if there is no such function', async () => {
    Object.assign(endpoint.answer, { status: 404, payload: { message: 'Function not found' } });
    const response = await send(command);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('Function not found') });
  });

  it('must be JSON, named so, and of at most 64 KiB', async () => {
    expect((await send('{"title"')).status).toBe(400);
    expect((await send(command, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send({ ...command, body: 'x'.repeat(70_000) })).status).toBe(413);
    expect(endpoint.calls).toEqual([]);
  });
});
