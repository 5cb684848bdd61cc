import { describe, expect, it } from 'vitest';
import { describedApi, everyRoute } from '../support/described.ts';
import { installation, newUser } from '../support/installation.ts';
import { requestOf } from '../support/route-requests.ts';

const belfry = installation();
const { faultsOf } = describedApi();
const writing = everyRoute.filter((route) => route.startsWith('POST '));

/** Sends so many bytes to a route: as a text, or as bytes that the gateway passes on in base64. */
async function send(
  route: (typeof everyRoute)[number],
  bytes: number,
  token: string,
  type = 'application/json',
) {
  const { path, init } = requestOf(route, { id: 1, user: newUser() });
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const answer = await belfry.request<{ message?: string; code?: string }>(path, {
    ...init,
    headers,
    body: Buffer.alloc(bytes, 'x'),
  });
  expect(faultsOf(route, answer)).toEqual([]);
  return answer;
}

describe('A body that a function cannot take is 413 by the gateway, whatever the token is', () => {
  it.each(writing)('of 7 MB: %s', async (route) => {
    for (const token of ['junk', await belfry.token(newUser(), { scope: 'notifications:create' })]) {
      expect(await send(route, 7_000_000, token)).toMatchObject({
        status: 413,
        body: { message: 'Request Too Long' },
      });
    }
  });

  it('of 5 MB that are no text, which base64 makes longer', async () => {
    const answer = await send('POST /notifications', 5_000_000, 'junk', 'application/octet-stream');
    expect(answer).toMatchObject({ status: 413, body: { message: 'Request Too Long' } });
  });

  it('of more than 10 MB', async () => {
    const answer = await send('POST /notifications', 10 * 1024 * 1024 + 1, 'junk');
    expect(answer).toMatchObject({ status: 413, body: { message: 'Request Entity Too Large' } });
  });
});

describe('A body that a function can take', () => {
  it('is 401 with a bad token, as any other', async () => {
    const answer = await send('POST /notifications', 5_000_000, 'junk');
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('is 413 by the function beyond 64 KiB', async () => {
    const token = await belfry.token(newUser(), { scope: 'notifications:create' });
    const answer = await send('POST /notifications', 5_000_000, token);
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
  });
});
