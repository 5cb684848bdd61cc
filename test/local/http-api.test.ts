import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpApi, type HttpApi, type HttpApiOptions } from '../../local/api-gateway/http-api.ts';
import type { HttpAuthorizer } from '../../local/api-gateway/http-authorizer.ts';
import { freePort } from '../support/free-port.ts';
import { functionDouble, manualClock, reportDouble, throttle } from './gateway-doubles.ts';

const TARGET = { functionArn: 'main', sourceArn: 'arn:source', timeoutMs: 30_000 };
const AUTHORIZER: HttpAuthorizer = {
  functionArn: 'authorizer',
  sourceArn: 'arn:authorizer',
  identitySource: ['$request.header.Authorization'],
  resultTtlMs: 30_000,
  enableSimpleResponses: true,
};
const CORS = {
  allowOrigins: ['https://app.example.com'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: ['retry-after'],
  maxAge: 600,
};

let api: HttpApi | undefined;
afterEach(() => api?.stop());

async function start(
  handlers: Parameters<typeof functionDouble>[0],
  { routeKeys = ['POST /things'], ...options }: Partial<HttpApiOptions> & { routeKeys?: string[] } = {},
) {
  const clock = manualClock();
  const functions = functionDouble(handlers);
  const { lines, report } = reportDouble();
  api = await createHttpApi({
    region: 'us-east-1',
    account: '000000000000',
    apiId: 'abc123',
    routes: routeKeys.map((routeKey) => ({ routeKey, ...TARGET })),
    report,
    clock,
    invoke: functions.invoke,
    port: 0,
    ...options,
  });
  return { clock, lines, calls: functions.calls, url: api.url, port: api.port };
}

/** Starts with authorized routes. */
function startAuthorized(
  authorize: (event: { headers: Record<string, string> }) => unknown,
  {
    routeKeys = ['POST /things'],
    limits,
    ...authorizer
  }: Partial<HttpAuthorizer> & Pick<HttpApiOptions, 'limits'> & { routeKeys?: string[] } = {},
) {
  const routes = routeKeys.map((routeKey) => ({
    routeKey,
    ...TARGET,
    authorizer: { ...AUTHORIZER, ...authorizer },
  }));
  return start({ main: () => ({ statusCode: 200 }), authorizer: authorize }, { routes, limits });
}

/** Sends just what it is given; fetch would tidy the path and join the headers. */
function sendRaw(port: number, path: string, headers: Record<string, string | string[]>, method = 'GET') {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const request = httpRequest({ port, path, method, headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    });
    request.on('error', reject).end();
  });
}

const post = (url: string, init: RequestInit = {}) => fetch(`${url}/things`, { method: 'POST', ...init });
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('the routes of an HTTP API', () => {
  const routeOf = (event: { routeKey: string }) => event.routeKey;

  it('prefer a static segment to a parameter, in whatever order they were declared', async () => {
    const { url } = await start(
      { main: routeOf },
      { routeKeys: ['GET /things/{id}', 'GET /{kind}/new', 'GET /things/new'] },
    );
    const selected = ['/things/new', '/things/7', '/others/new'].map(async (path) =>
      (await fetch(url + path)).text(),
    );
    expect(await Promise.all(selected)).toEqual(['GET /things/new', 'GET /things/{id}', 'GET /{kind}/new']);
  });

  it.each([
    ['an unknown path', 'GET', '/nothing'],
    ['another method', 'DELETE', '/things/7'],
    ['an empty parameter', 'GET', '/things/'],
    ['a longer path', 'GET', '/things/7/more'],
  ])('answer %s with 404 in the form of the gateway', async (_, method, path) => {
    const { url, calls } = await start({ main: routeOf }, { routeKeys: ['GET /things/{id}'] });
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('{"message":"Not Found"}');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(calls).toEqual([]);
  });

  it('answer a path that cannot be decoded with 400', async () => {
    const { port } = await start({}, { routeKeys: ['GET /things/{id}'] });
    expect((await sendRaw(port, '/things/%zz', {})).status).toBe(400);
  });

  it.each(['$default', 'ANY /things', 'GET /{all+}', 'GET /things/a{b}'])(
    'stop the start where a key is %s',
    async (routeKey) => {
      await expect(start({}, { routeKeys: [routeKey] })).rejects.toThrow(`"${routeKey}" is not supported`);
    },
  );
});

describe('the event of an HTTP API', () => {
  it('has the documented shape of payload format 2.0', async () => {
    const { port, calls, clock } = await start({ main: () => 'ok' }, { routeKeys: ['GET /things/{id}'] });
    await sendRaw(port, '/things/a%20b?x=1&y=%20z&x=2', {
      'X-Many': ['one', 'two'],
      'User-Agent': 'agent/1',
      Cookie: 'a=1; b=2',
    });
    expect(calls).toEqual([
      {
        functionArn: 'main',
        invoker: { principal: 'apigateway.amazonaws.com', sourceArn: 'arn:source' },
        event: {
          version: '2.0',
          routeKey: 'GET /things/{id}',
          rawPath: '/things/a b',
          rawQueryString: 'x=1&y=%20z&x=2',
          cookies: ['a=1', 'b=2'],
          headers: {
            'x-many': 'one,two',
            'user-agent': 'agent/1',
            host: `localhost:${port}`,
            connection: 'keep-alive',
            'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
            'x-forwarded-for': '127.0.0.1',
            'x-forwarded-port': String(port),
            'x-forwarded-proto': 'http',
          },
          queryStringParameters: { x: '1,2', y: ' z' },
          requestContext: {
            accountId: '000000000000',
            apiId: 'abc123',
            domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
            domainPrefix: 'abc123',
            http: {
              method: 'GET',
              path: '/things/a b',
              protocol: 'HTTP/1.1',
              sourceIp: '127.0.0.1',
              userAgent: 'agent/1',
            },
            requestId: expect.stringMatching(/^[\w-]{15}=$/),
            routeKey: 'GET /things/{id}',
            stage: '$default',
            time: '02/Jan/2026:03:04:05 +0000',
            timeEpoch: clock.now(),
          },
          pathParameters: { id: 'a b' },
          isBase64Encoded: false,
        },
      },
    ]);
  });

  it('leaves out what the request does not have', async () => {
    const { url, calls } = await start({ main: () => 'ok' });
    await post(url);
    for (const field of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) {
      expect(calls[0]?.event).not.toHaveProperty(field);
    }
  });

  it('keeps a header of the gateway that a client sends out of the event', async () => {
    const { url, calls } = await start({ main: () => 'ok' });
    await post(url, { headers: { 'x-forwarded-for': '10.0.0.1' } });
    expect(calls[0]?.event.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/javascript', false],
    ['application/xml', false],
    ['application/problem+json', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
    ['image/png', true],
    ['', true],
  ])('has a body of type "%s" in base64: %s', async (contentType, isBase64Encoded) => {
    const { url, calls } = await start({ main: () => 'ok' });
    const body = Buffer.from('{"a":"ü"}');
    await post(url, { body, ...(contentType ? { headers: { 'content-type': contentType } } : {}) });
    expect(calls[0]?.event).toMatchObject({
      isBase64Encoded,
      body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    });
  });

  it('has a text that is no UTF-8 in base64, just as it was sent', async () => {
    const { url, calls } = await start({ main: () => 'ok' });
    const body = Buffer.from([0x22, 0xff, 0x22]);
    await post(url, { body, headers: { 'content-type': 'application/json' } });
    expect(calls[0]?.event).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') });
  });
});

describe('the answer of an HTTP API', () => {
  it('is what the function says, with each cookie in a header of its own', async () => {
    const { url } = await start({
      main: () => ({
        statusCode: 201,
        headers: { 'Content-Type': 'application/problem+json', 'X-Count': 3, Connection: 'upgrade' },
        cookies: ['a=1', 'b=2'],
        body: '{"a":"ü"}',
      }),
    });
    const response = await post(url);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.get('connection')).toBe('keep-alive');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('{"a":"ü"}');
  });

  it.each([
    ['an object without a status', { hello: 1 }, '{"hello":1}'],
    ['a string', 'Hello from Lambda!', 'Hello from Lambda!'],
    ['nothing', null, 'null'],
  ])('takes %s as the JSON body of a 200', async (_, payload, body) => {
    const { url } = await start({ main: () => payload });
    const response = await post(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  it('decodes a body in base64', async () => {
    const bytes = Buffer.from([0, 255, 1]);
    const { url } = await start({
      main: () => ({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true }),
    });
    expect(Buffer.from(await (await post(url)).arrayBuffer())).toEqual(bytes);
  });

  it('carries a request id, the one of the event', async () => {
    const { url, calls } = await start({ main: () => 'ok' });
    const response = await post(url);
    expect(calls[0]?.event.requestContext).toMatchObject({
      requestId: response.headers.get('apigw-requestid'),
    });
  });

  it('has WWW-Authenticate under the name that AWS gives it', async () => {
    const { url } = await start({
      main: () => ({ statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer' }, body: '{}' }),
    });
    const { headers } = await post(url);
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
    expect(headers.has('www-authenticate')).toBe(false);
  });

  it.each([
    ['a status that is no number', { statusCode: 'two hundred' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a header that cannot be sent', { statusCode: 200, headers: { a: 'x\ny' } }],
  ])('is 500 for %s', async (_, payload) => {
    const { url, lines } = await start({ main: () => payload });
    const response = await post(url);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message":"Internal Server Error"}');
    expect(lines).toEqual(['POST /things 500 0 ms (malformed result)']);
  });

  it('is 500 if the function fails, and the report names the error but not its message', async () => {
    const { url, lines } = await start({
      main: () => {
        throw new TypeError('secret');
      },
    });
    expect((await post(url)).status).toBe(500);
    expect(lines).toEqual(['POST /things 500 0 ms (the function failed: TypeError)']);
  });

  it('is 500 if the gateway may not call the function', async () => {
    const { url, lines } = await start({});
    expect((await post(url)).status).toBe(500);
    expect(lines[0]).toContain('main has no permission for apigateway.amazonaws.com');
  });

  it('is 500 if the function is throttled, and it is not called again', async () => {
    const { url, lines, calls } = await start({ main: throttle });
    const response = await post(url);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message":"Internal Server Error"}');
    expect(lines[0]).toContain('the function was not called: Rate Exceeded.');
    expect(calls).toHaveLength(1);
  });

  it('is 503 after the time-out of the integration, which is 30 seconds at most', async () => {
    const { url, clock, calls } = await start(
      { main: () => new Promise(() => {}) },
      { routes: [{ routeKey: 'POST /things', ...TARGET, timeoutMs: 60_000 }] },
    );
    const answer = post(url);
    await expect.poll(() => calls).toHaveLength(1);
    clock.advance(30_000);
    const response = await answer;
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('{"message":"Service Unavailable"}');
  });

  it('is 413 for a body over 10 MB, and the function is not called', async () => {
    const { url, calls } = await start({ main: () => 'ok' });
    expect((await post(url, { body: Buffer.alloc(10 * 1024 * 1024) })).status).toBe(200);
    const response = await post(url, { body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('{"message":"Request Entity Too Large"}');
    expect(calls).toHaveLength(1);
  });

  it('is 431 for headers over 10,240 bytes', async () => {
    const { url } = await start({ main: () => 'ok' });
    expect((await post(url, { headers: { 'x-long': 'x'.repeat(10_240) } })).status).toBe(431);
  });
});

describe('the limit of a route of an HTTP API', () => {
  const limits = { default: { rate: 2, burst: 3 } };
  const routeKeys = ['POST /things', 'GET /things/{id}'];
  const many = async (send: () => Promise<Response>, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await send()).status));

  it('lets a burst pass and answers 429 to the rest, without authorizer or function', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: true }), {
      routeKeys,
      resultTtlMs: 0,
      limits,
    });
    const statuses = await many(() => post(url, bearer('a')), 5);
    expect(statuses.toSorted()).toEqual([200, 200, 200, 429, 429]);
    expect(calls.map(({ functionArn }) => functionArn).toSorted()).toEqual([
      ...['authorizer', 'authorizer', 'authorizer'],
      ...['main', 'main', 'main'],
    ]);
  });

  it('answers in the form of the gateway, and without a time to come again', async () => {
    const { url } = await start({ main: () => 'ok' }, { limits });
    await many(() => post(url), 3);
    const response = await post(url);
    expect(response.status).toBe(429);
    expect(await response.text()).toBe('{"message":"Too Many Requests"}');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.has('retry-after')).toBe(false);
  });

  it('is full again by its rate, and never holds more than a burst', async () => {
    const { url, clock } = await start({ main: () => 'ok' }, { limits });
    await many(() => post(url), 3);
    clock.advance(499);
    expect((await post(url)).status).toBe(429);
    clock.advance(1);
    expect((await post(url)).status).toBe(200);
    expect((await post(url)).status).toBe(429);
    clock.advance(3_600_000);
    expect((await many(() => post(url), 5)).toSorted()).toEqual([200, 200, 200, 429, 429]);
  });

  it('leaves the other routes alone, also if it is the default of the stage', async () => {
    const { url } = await start({ main: () => 'ok' }, { routeKeys, limits });
    await many(() => post(url), 9);
    // Two paths of one route share its limit.
    const paths = ['/things/1', '/things/2', '/things/1', '/things/2'];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(url + path)).status));
    expect(statuses.toSorted()).toEqual([200, 200, 200, 429]);
  });

  it('is that of the stage only for a route that has none of its own', async () => {
    const routes = new Map([['POST /things', { rate: 1, burst: 1 }]]);
    const { url } = await start({ main: () => 'ok' }, { routeKeys, limits: { ...limits, routes } });
    expect((await many(() => post(url), 3)).toSorted()).toEqual([200, 429, 429]);
    expect(await many(() => fetch(`${url}/things/1`), 3)).toEqual([200, 200, 200]);
  });

  it('can be read by a page of an allowed origin', async () => {
    const { url } = await start({ main: () => 'ok' }, { limits, cors: CORS });
    const headers = { origin: 'https://app.example.com' };
    await many(() => post(url), 3);
    const response = await post(url, { headers });
    expect(response.status).toBe(429);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });
});

describe('the authorizer of an HTTP API', () => {
  it('gets the request in payload format 2.0, without its body', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: true }), {
      routeKeys: ['POST /things/{id}'],
    });
    await fetch(`${url}/things/7?a=1`, { method: 'POST', body: 'secret', ...bearer('t') });
    const [authorization, integration] = calls;
    expect(authorization?.invoker).toEqual({
      principal: 'apigateway.amazonaws.com',
      sourceArn: 'arn:authorizer',
    });
    expect(authorization?.event).toEqual({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:000000000000:abc123/$default/POST/things/7',
      identitySource: ['Bearer t'],
      routeKey: 'POST /things/{id}',
      rawPath: '/things/7',
      rawQueryString: 'a=1',
      headers: integration?.event.headers,
      queryStringParameters: { a: '1' },
      requestContext: expect.objectContaining({ accountId: '000000000000', stage: '$default' }),
      pathParameters: { id: '7' },
    });
  });

  it('passes its context on to the function', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: true, context: { sub: 'u1' } }));
    await post(url, bearer('t'));
    expect(calls[1]?.event.requestContext).toMatchObject({ authorizer: { lambda: { sub: 'u1' } } });
  });

  it('is not called without the identity source, which is 401', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: true }));
    const response = await post(url);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('{"message":"Unauthorized"}');
    expect(calls).toEqual([]);
  });

  it('refuses with 403', async () => {
    const { url } = await startAuthorized(() => ({ isAuthorized: false }));
    const response = await post(url, bearer('t'));
    expect(response.status).toBe(403);
    expect(await response.text()).toBe('{"message":"Forbidden"}');
  });

  it.each([
    ['fails', () => Promise.reject(new Error('down'))],
    ['answers in another form', () => ({ allow: true })],
    ['is throttled', throttle],
  ])('is asked again after it %s, which is 500', async (_, authorize) => {
    const { url, calls } = await startAuthorized(authorize);
    const responses = [await post(url, bearer('t')), await post(url, bearer('t'))];
    expect(responses.map(({ status }) => status)).toEqual([500, 500]);
    expect(await responses[0]?.text()).toBe('{"message":"Internal Server Error"}');
    expect(calls).toHaveLength(2);
  });

  it('has 10 seconds, after which it is 500', async () => {
    const { url, clock, calls } = await startAuthorized(() => new Promise(() => {}));
    const answer = post(url, bearer('t'));
    await expect.poll(() => calls).toHaveLength(1);
    clock.advance(10_000);
    expect((await answer).status).toBe(500);
  });

  const authorizations = (calls: { functionArn: string }[]) =>
    calls.filter(({ functionArn }) => functionArn === 'authorizer').length;

  it('is asked by each of the requests that come at once, because none has a result yet', async () => {
    const { promise: decided, resolve: decide } = Promise.withResolvers<object>();
    const { url, calls } = await startAuthorized(() => decided);
    const requests = Array.from({ length: 20 }, () => post(url, bearer('t')));
    await expect.poll(() => authorizations(calls)).toBe(20);
    decide({ isAuthorized: true });
    for (const { status } of await Promise.all(requests)) expect(status).toBe(200);
    await post(url, bearer('t'));
    expect(authorizations(calls)).toBe(20);
  });

  it('holds for the same identity on every route until its time to live is over', async () => {
    const { url, clock, calls } = await startAuthorized(() => ({ isAuthorized: true }), {
      routeKeys: ['POST /things', 'GET /others'],
    });
    await post(url, bearer('t'));
    clock.advance(29_999);
    await fetch(`${url}/others`, bearer('t'));
    expect(authorizations(calls)).toBe(1);
    await post(url, bearer('another'));
    expect(authorizations(calls)).toBe(2);
    clock.advance(1);
    await post(url, bearer('t'));
    expect(authorizations(calls)).toBe(3);
  });

  it('holds a refusal as well', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: false }));
    await post(url, bearer('t'));
    expect((await post(url, bearer('t'))).status).toBe(403);
    expect(calls).toHaveLength(1);
  });

  it('holds for each route apart if the route key is an identity source', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: true }), {
      routeKeys: ['POST /things', 'GET /others'],
      identitySource: ['$request.header.Authorization', '$context.routeKey'],
    });
    await post(url, bearer('t'));
    await fetch(`${url}/others`, bearer('t'));
    expect(authorizations(calls)).toBe(2);
  });

  it('is asked every time if the time to live is 0', async () => {
    const { url, calls } = await startAuthorized(() => ({ isAuthorized: true }), { resultTtlMs: 0 });
    await post(url, bearer('t'));
    await post(url, bearer('t'));
    expect(authorizations(calls)).toBe(2);
  });

  it.each([
    ['policies', { enableSimpleResponses: false }, 'only simple responses'],
    ['a stage variable', { identitySource: ['$stageVariables.x'] }, '$stageVariables.x'],
    ['a cache without identity', { identitySource: [] }, 'has no identity source. Add one'],
  ])('stops the start if it has %s', async (_, authorizer, message) => {
    await expect(startAuthorized(() => ({}), authorizer)).rejects.toThrow(message);
  });
});

describe('the CORS of an HTTP API', () => {
  const preflight = (port: number, origin: string) =>
    sendRaw(port, '/things', { origin, 'access-control-request-method': 'POST' }, 'OPTIONS');

  it('answers a preflight itself, without authorizer or function', async () => {
    const routes = [{ routeKey: 'POST /things', ...TARGET, authorizer: AUTHORIZER }];
    const { port, calls } = await start({}, { routes, cors: CORS });
    const { status, headers } = await preflight(port, 'https://app.example.com');
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '600',
    });
    expect(calls).toEqual([]);
  });

  it('gives an origin that is not allowed no header', async () => {
    const { port } = await start({}, { cors: CORS });
    const { status, headers } = await preflight(port, 'https://evil.example.com');
    expect(status).toBe(204);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('adds its headers to answers and drops those of the function', async () => {
    const { url } = await start(
      {
        main: () => ({
          statusCode: 200,
          headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Max-Age': '1' },
        }),
      },
      { cors: CORS },
    );
    const { headers } = await post(url, { headers: { origin: 'https://app.example.com' } });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toBe('retry-after');
    expect(headers.has('access-control-max-age')).toBe(false);
    expect((await post(url)).headers.has('access-control-allow-origin')).toBe(false);
  });

  it('adds its headers to the answers of the gateway, so that a page can read the status', async () => {
    const { url } = await start({}, { cors: CORS });
    const response = await fetch(`${url}/nothing`, { headers: { origin: 'https://app.example.com' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });

  it.each([
    [['*'], false, 'https://any.example.com', '*'],
    [['https://*'], false, 'https://any.example.com', 'https://any.example.com'],
    [['https://*'], false, 'http://any.example.com', undefined],
    [['http://localhost:*'], false, 'http://localhost:3000', undefined],
    [[], true, 'http://localhost:3000', 'http://localhost:3000'],
    [[], true, 'https://127.0.0.1:3000', 'https://127.0.0.1:3000'],
    [[], true, 'http://[::1]:3000', 'http://[::1]:3000'],
    [[], true, 'http://localhost.example.com', undefined],
    [[], false, 'http://localhost:3000', undefined],
  ])(
    'allows %j with local origins %s: %s is answered %s',
    async (allowOrigins, localOrigins, origin, allowed) => {
      const { port } = await start({}, { cors: { allowOrigins }, localOrigins });
      expect((await preflight(port, origin)).headers['access-control-allow-origin']).toBe(allowed);
    },
  );

  it('is not there without a configuration', async () => {
    const { port } = await start({}, { localOrigins: true });
    expect((await preflight(port, 'http://localhost:3000')).status).toBe(404);
  });
});

describe('an HTTP API on this machine', () => {
  it('reports a line for each request, without the query string', async () => {
    const { url, lines } = await start({ main: () => ({ statusCode: 204 }) });
    await fetch(`${url}/things?token=secret`, { method: 'POST' });
    expect(lines).toEqual(['POST /things 204 0 ms']);
  });

  it('says what to do if the port is taken', async () => {
    const { port } = await start({});
    const other = createHttpApi({
      region: 'us-east-1',
      account: '000000000000',
      apiId: 'other',
      routes: [],
      report: () => {},
      clock: manualClock(),
      invoke: functionDouble({}).invoke,
      port,
    });
    await expect(other).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use by another program.`);
  });

  it('frees its port and cuts waiting requests when it stops', async () => {
    const port = await freePort();
    const { url, calls } = await start({ main: () => new Promise(() => {}) }, { port });
    const answer = expect(post(url)).rejects.toThrow();
    await expect.poll(() => calls).toHaveLength(1);
    await api?.stop();
    await answer;
    const successor = createServer().listen(port, '127.0.0.1');
    await once(successor, 'listening');
    successor.close();
  });
});
