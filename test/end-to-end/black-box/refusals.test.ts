import { describe, expect, it } from 'vitest';
import { corsOfItsOwnAnswers } from '../../support/gateway-needs.ts';
import { type Answer, installation, newUser } from '../../support/installation.ts';

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

  const get = async (path: string) =>
    belfry.request(path, {
      headers: { origin: 'http://localhost:3000', authorization: `Bearer ${await belfry.token(newUser())}` },
    });

  it('may read the headers that the contract names', async () => {
    const { headers } = await get('/notifications');
    expect(headers.get('access-control-expose-headers')).toBe(
      'date,retry-after,x-request-id,www-authenticate,x-amzn-remapped-www-authenticate',
    );
  });

  const expectReadableTime = ({ headers }: Answer<unknown>) => {
    expect(Object.fromEntries(headers)).toMatchObject({
      date: new Date(headers.get('date') ?? '').toUTCString(),
      'access-control-expose-headers': expect.stringMatching(/\bdate\b/),
    });
  };

  it.each([
    ['what it asked for', '/notifications', 200],
    ['a problem', '/notifications?limit=0', 400],
  ])('may read the time of the service beside %s', async (_, path, expected) => {
    const answer = await get(path);
    expect(answer.status).toBe(expected);
    expectReadableTime(answer);
  });

  // AWS documents the CORS headers of preflights and of integrations' answers. It does not document these.
  it('may read the time of the service in an answer of the gateway', corsOfItsOwnAnswers, async () => {
    const answer = await get('/nothing');
    expect(answer.status).toBe(404);
    expectReadableTime(answer);
  });
});
