import { describe, expect, it } from 'vitest';
import {
  Forbidden,
  IdempotencyConflict,
  NotFound,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '../../functions/core/errors.ts';
import { TooLarge } from '../../functions/transport/problem.ts';
import { ok, type Route, serve } from '../../functions/transport/serve.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

type Request = Parameters<typeof httpEvent>[0];

/** Answers a request by one route; `reached` says whether it was. */
async function ask(route: Route, request: Request = {}) {
  const logger = createRecordingLogger();
  let reached = false;
  const reach: Route = (...asked) => {
    reached = true;
    return route(...asked);
  };
  const handler = serve({ 'GET /example': reach, 'POST /example': reach }, { clock: () => now, logger });
  const { statusCode, headers, body } = await handler(httpEvent(request));
  return { status: statusCode, headers, body: JSON.parse(body ?? ''), reached, lines: logger.lines };
}

const echo = ok(async ({ body }) => ({ received: body }));
const failWith =
  (error: unknown): Route =>
  async () => {
    throw error;
  };

describe('A request that is served', () => {
  it('is answered with 200 and JSON', async () => {
    const { status, headers, body } = await ask(ok(async () => ({ unread_count: 3 })));
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(body).toEqual({ unread_count: 3 });
  });

  it('is answered with the status of its route', async () => {
    const { status, body } = await ask(async () => ({ status: 201, body: { created: true } }));
    expect({ status, body }).toEqual({ status: 201, body: { created: true } });
  });

  it('shows its headers to the route', async () => {
    const headers = { 'idempotency-key': 'k', 'content-type': 'text/plain' };
    expect(
      (
        await ask(
          ok(async (request) => request.headers),
          { headers },
        )
      ).body,
    ).toEqual(headers);
  });

  it('carries its request id and is kept nowhere', async () => {
    const { headers } = await ask(ok(async () => ({})));
    expect(headers).toMatchObject({ 'x-request-id': 'request-1', 'cache-control': 'no-store' });
  });

  it('passes the principal, the path and the query to its route', async () => {
    const { body } = await ask(
      ok(async ({ path, query }, { user_id, scopes }) => ({ path, query, user_id, scopes: [...scopes] })),
      { path: { id: '7' }, query: { limit: '5' }, identity: identity({ scope: 'a b' }) },
    );
    expect(body).toEqual({ path: { id: '7' }, query: { limit: '5' }, user_id: alice, scopes: ['a', 'b'] });
  });

  it('has no scopes if the token has none', async () => {
    const { body } = await ask(ok(async (_, { scopes }) => [...scopes]));
    expect(body).toEqual([]);
  });
});

describe('Who asks', () => {
  it.each([
    ['no authorizer', undefined, 'No authorizer ran before this function. Call it through the HTTP API.'],
    ['a reason instead of an identity', { reason: 'The token is malformed.' }, 'The token is malformed.'],
    ['an empty context', {}, 'The token has expired.'],
    ['no time at which it ends', identity({ expires_at: 'never' }), 'The token has expired.'],
  ])('is unknown with %s', async (_, context, detail) => {
    const { status, body, headers, reached } = await ask(echo, { identity: context });
    expect({ status, reached }).toEqual({ status: 401, reached: false });
    expect(body).toMatchObject({ code: 'unauthenticated', detail });
    expect(headers).toHaveProperty('www-authenticate', 'Bearer error="invalid_token"');
  });

  it('is not known if the issuer could not be asked, which is no refusal', async () => {
    const context = { reason: 'The token issuer cannot be reached for now.', code: 'unavailable' };
    const { status, body, headers, reached } = await ask(echo, { identity: context });
    expect({ status, reached }).toEqual({ status: 503, reached: false });
    expect(body).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('The token issuer') });
    expect(headers).toHaveProperty('retry-after', '30');
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  it('is asked again when the gateway has kept the authorizer’s answer past the end of the token', async () => {
    const ended = await ask(echo, { identity: identity({ expires_at: String(now - 5_000) }) });
    expect(ended).toMatchObject({ status: 401, reached: false });
  });

  it('has the same 5 seconds of tolerance as at the verifier', async () => {
    const ending = await ask(echo, { identity: identity({ expires_at: String(now - 4_999) }) });
    expect(ending).toMatchObject({ status: 200, reached: true });
  });

  it('is settled before the route or the body is looked at', async () => {
    const identity = { reason: 'The token is malformed.' };
    for (const request of [
      { routeKey: 'GET /nothing' },
      { body: '{ not json' },
      { body: 'x'.repeat(100_000) },
    ]) {
      expect(await ask(echo, { ...request, identity })).toMatchObject({ status: 401, reached: false });
    }
  });
});

describe('A refusal', () => {
  it.each([
    [new ValidationError([{ path: 'limit', message: 'is wrong' }]), 400, 'invalid_request', 'Bad Request'],
    [new Unauthenticated('No.'), 401, 'unauthenticated', 'Unauthorized'],
    [new Forbidden('Not you.'), 403, 'forbidden', 'Forbidden'],
    [new NotFound('Not here.'), 404, 'not_found', 'Not Found'],
    [new IdempotencyConflict(), 409, 'idempotency_conflict', 'Conflict'],
    [new TooLarge('Too much.'), 413, 'too_large', 'Content Too Large'],
    [new RateLimited(7), 429, 'rate_limited', 'Too Many Requests'],
    [new Unavailable('The database'), 503, 'unavailable', 'Service Unavailable'],
  ])('is a problem of RFC 9457: %s', async (error, status, code, title) => {
    const answer = await ask(failWith(error));
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
    });
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      title,
      status,
      detail: error.message,
      code,
      request_id: 'request-1',
    });
  });

  it('names each field', async () => {
    const errors = [
      { path: 'metadata.url', message: 'must be an https: URL' },
      { path: 'user_ids.3', message: 'must be a UUID' },
    ];
    const { body } = await ask(failWith(new ValidationError(errors)));
    expect(body.errors).toEqual(errors);
  });

  it('names no fields if none is wrong', async () => {
    expect((await ask(failWith(new NotFound('x')))).body).not.toHaveProperty('errors');
  });

  it('says when to try again where something cannot be reached', async () => {
    const { headers } = await ask(failWith(new Unavailable('The database')));
    expect(headers).toHaveProperty('retry-after', '2');
    const later = await ask(failWith(new Unavailable('It', { retryAfterSeconds: 7 })));
    expect(later.headers).toHaveProperty('retry-after', '7');
  });

  it('says when to try again where it was too much', async () => {
    expect((await ask(failWith(new RateLimited(7)))).headers).toHaveProperty('retry-after', '7');
  });

  it('says nothing of trying again where that would not help', async () => {
    expect((await ask(failWith(new Forbidden('No.')))).headers).not.toHaveProperty('retry-after');
  });

  it('is logged once if it is our fault, with its error and the request id', async () => {
    const error = new Unavailable('The database');
    const { lines } = await ask(failWith(error));
    expect(lines).toEqual([
      {
        level: 'error',
        message: 'request_failed',
        fields: {
          api_request_id: 'request-1',
          route: 'GET /example',
          status: 503,
          code: 'unavailable',
          error,
        },
      },
    ]);
  });

  it('is logged without its error if it is the caller’s fault', async () => {
    const fields = { api_request_id: 'request-1', route: 'GET /example', status: 404, code: 'not_found' };
    expect((await ask(failWith(new NotFound('x')))).lines).toEqual([
      { level: 'info', message: 'request_refused', fields },
    ]);
  });
});

describe('An unexpected error', () => {
  it.each([
    ['an error', new TypeError('select title from secrets')],
    ['an error that looks like ours', Object.assign(new Error('secrets'), { status: 400, name: 'NotFound' })],
    ['no error at all', 'secrets'],
    ['nothing', undefined],
  ])('is a 500 without its message, and a log line with it: %s', async (_, error) => {
    const { status, body, headers, lines } = await ask(failWith(error));
    expect(status).toBe(500);
    expect(body).toMatchObject({
      code: 'internal',
      status: 500,
      title: 'Internal Server Error',
      request_id: 'request-1',
    });
    expect(JSON.stringify([body, headers])).not.toContain('secrets');
    expect(lines).toMatchObject([{ level: 'error', message: 'request_failed', fields: { error } }]);
  });

  it('is also a route that the API has and the function has not', async () => {
    const { status, lines } = await ask(echo, { routeKey: 'GET /nothing' });
    expect(status).toBe(500);
    expect(lines[0]?.fields.error).toMatchObject({ message: expect.stringContaining('GET /nothing') });
  });
});

describe('A body', () => {
  const send = (request: Request = {}) => ask(echo, { routeKey: 'POST /example', ...request });
  const textOf = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
  const base64 = (bytes: Uint8Array | string) => ({
    body: Buffer.from(bytes).toString('base64'),
    isBase64Encoded: true,
  });

  it('is JSON', async () => {
    expect((await send({ body: '{"before_position":7}' })).body).toEqual({
      received: { before_position: 7 },
    });
  });

  it('may be missing or empty', async () => {
    expect((await send()).body).toEqual({});
    expect((await send({ body: '' })).body).toEqual({});
  });

  it('of a GET is not looked at', async () => {
    for (const body of ['{"before_position":7}', '{', textOf(65_537)]) {
      expect(await send({ routeKey: 'GET /example', body })).toMatchObject({ status: 200, body: {} });
    }
  });

  it('may come as base64', async () => {
    expect((await send(base64('{"title":"é"}'))).body).toEqual({ received: { title: 'é' } });
  });

  it('has at most 65,536 bytes', async () => {
    expect((await send({ body: textOf(65_536) })).status).toBe(200);
    const answer = await send({ body: textOf(65_537) });
    expect(answer).toMatchObject({ status: 413, reached: false, body: { code: 'too_large' } });
    expect(answer.body.detail).toContain('65537');
  });

  it('is measured in bytes, not in characters', async () => {
    expect((await send({ body: JSON.stringify('é'.repeat(32_767)) })).status).toBe(200);
    expect((await send({ body: JSON.stringify('é'.repeat(32_768)) })).status).toBe(413);
  });

  it('is measured as it was before base64', async () => {
    expect((await send(base64(textOf(65_536)))).status).toBe(200);
    expect((await send(base64(textOf(65_537)))).status).toBe(413);
  });

  it('that is too large is refused before it is read as JSON', async () => {
    expect((await send({ body: '{'.repeat(65_537) })).status).toBe(413);
  });

  it.each([
    ['no JSON', { body: '{ "before_position": ' }],
    ['a form', { body: 'before_position=7' }],
    ['white space', { body: '  ' }],
    ['JSON with a comment', { body: '{} // done' }],
    ['NaN', { body: 'NaN' }],
    ['no UTF-8', base64(Uint8Array.of(0x22, 0xff, 0x22))],
    ['UTF-16', base64(Buffer.from('{}', 'utf16le'))],
    ['half a character', base64(Uint8Array.of(0x22, 0xc3))],
  ])('is refused if it is %s', async (_, request) => {
    const { status, reached, body } = await send(request);
    expect({ status, reached }).toEqual({ status: 400, reached: false });
    expect(body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: '', message: expect.any(String) }],
    });
  });

  it('is not repeated in the refusal', async () => {
    const { body, lines } = await send({ body: '{"title":"secret"' });
    expect(JSON.stringify([body, lines])).not.toContain('secret');
  });
});
