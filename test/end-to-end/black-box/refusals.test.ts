import { describe, expect, it } from 'vitest';
import { installation, newUser } from '../../support/installation.ts';

const belfry = installation();

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: { path: string; message: string }[];
}

describe('a request that is refused', () => {
  it.each([
    ['limit', '/notifications?limit=0'],
    ['limit', '/notifications?limit=101'],
    ['limit', '/notifications?limit=ten'],
    ['cursor', '/notifications?cursor=forged'],
    ['status', '/notifications?status=seen'],
    ['since', '/notifications/changes'],
    ['since', '/notifications/changes?since=-1'],
    ['id', '/notifications/0'],
    ['id', '/notifications/99999999999999999999'],
  ])('names the field %s: GET %s', async (path, url) => {
    const { status, headers, body } = await belfry.as(newUser()).get<Problem>(url);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'invalid_request',
      request_id: headers.get('x-request-id'),
      errors: [{ path, message: expect.any(String) }],
    });
  });

  it.each([
    ['before_id', { before_id: 'last' }],
    ['before_id', { before_id: 1.5 }],
    ['unknown', { unknown: true }],
    ['', []],
  ])('names the field %j of the body', async (path, sent) => {
    const { status, body } = await belfry.as(newUser()).post<Problem>('/notifications/read-all', sent);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('says 413 for a body of more than 64 KiB', async () => {
    const { status, body } = await belfry
      .as(newUser())
      .post<Problem>('/notifications/read-all', { junk: 'x'.repeat(65_536) });
    expect(status).toBe(413);
    expect(body.code).toBe('too_large');
  });

  it('says 400 for a body that is not JSON', async () => {
    const authorization = `Bearer ${await belfry.token(newUser())}`;
    const { status, body } = await belfry.request<Problem>('/notifications/read-all', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{ "before_id": ',
    });
    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
  });

  it('says 404 for a notification that is not there', async () => {
    const { status, body } = await belfry.as(newUser()).get<Problem>('/notifications/123456789');
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'not_found', title: 'Not Found' });
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
describe('a request for which there is no route', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/notification'],
    ['DELETE', '/notifications'],
    ['POST', '/notifications/1'],
    ['GET', '/notifications/1/read'],
  ])('is answered by the gateway, in its own form, with or without a token: %s %s', async (method, path) => {
    const headers = { authorization: `Bearer ${await belfry.token(newUser())}` };
    for (const answer of [
      await belfry.request(path, { method }),
      await belfry.request(path, { method, headers }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { message: 'Not Found' } });
      expect(answer.headers.get('content-type')).toBe('application/json');
    }
  });
});

describe('a token that does not hold', () => {
  it.each([
    ['expired', () => belfry.token(newUser(), {}, '-1m')],
    ['malformed', async () => 'abc'],
    ['for no user', () => belfry.token('me')],
    ['altered', async () => `${await belfry.token(newUser())}x`],
  ])('is answered 401 invalid_token: %s', async (_, token) => {
    const jwt = await token();
    const { status, headers, body } = await belfry.request<Problem>('/notifications', {
      headers: { authorization: `Bearer ${jwt}` },
    });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(JSON.stringify(body)).not.toContain(jwt);
    // HTTP APIs rename the header of an integration.
    const challenge = headers.get('www-authenticate') ?? headers.get('x-amzn-remapped-www-authenticate');
    expect(challenge).toBe('Bearer error="invalid_token"');
  });

  it('is asked for where there is none', async () => {
    expect((await belfry.request('/notifications')).status).toBe(401);
  });

  it('is refused on every route before the route is looked at', async () => {
    const headers = { authorization: 'Bearer abc' };
    const answers = await Promise.all([
      belfry.request('/notifications?limit=0', { headers }),
      belfry.request('/notifications/1', { headers }),
      belfry.request('/notifications/1/read', { method: 'POST', headers }),
      belfry.request('/notifications/read-all', { method: 'POST', headers, body: '{' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    belfry.request('/notifications/read-all', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });

  it('may call from an allowed origin, and needs no token to ask', async () => {
    const { status, headers } = await preflight('http://localhost:3000');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type,idempotency-key');
  });

  it('may not call from any other', async () => {
    const { headers } = await preflight('https://evil.example');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may read the headers that the contract names', async () => {
    const { headers } = await belfry.request('/notifications', {
      headers: { origin: 'http://localhost:3000', authorization: `Bearer ${await belfry.token(newUser())}` },
    });
    expect(headers.get('access-control-expose-headers')).toBe(
      'date,retry-after,x-request-id,www-authenticate',
    );
  });

  it.each([
    ['with what it asked for', '/notifications', 200],
    ['with a problem', '/notifications?limit=0', 400],
    ['by the gateway', '/nothing', 404],
  ])('may read the time of the service in every answer: %s', async (_, path, expected) => {
    const { status, headers } = await belfry.request(path, {
      headers: { origin: 'http://localhost:3000', authorization: `Bearer ${await belfry.token(newUser())}` },
    });
    expect(status).toBe(expected);
    expect(new Date(headers.get('date') ?? '').toUTCString()).toBe(headers.get('date'));
    expect(headers.get('access-control-expose-headers')).toContain('date');
  });
});
