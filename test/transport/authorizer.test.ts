import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { Unauthenticated, Unavailable } from '../../functions/core/errors.ts';
import type { TokenVerifier } from '../../functions/core/ports.ts';
import { serveAuthorizer } from '../../functions/transport/authorizer.ts';
import { alice, now } from './http-event.ts';

const identity = { user_id: alice, scopes: ['notifications:create', 'other'], expires_at: now };

/** Takes every token, and keeps what it was asked. */
function acceptingAll() {
  const asked: string[] = [];
  const verifier: TokenVerifier = {
    async verify(token) {
      asked.push(token);
      return identity;
    },
  };
  return { verifier, asked };
}

const failing = (error: unknown): TokenVerifier => ({
  async verify() {
    throw error;
  },
});

function authorize(verifier: TokenVerifier, headers?: Record<string, string>) {
  // The cast: the gateway sends more than the authorizer reads.
  return serveAuthorizer(verifier)({ headers } as APIGatewayRequestAuthorizerEventV2);
}

describe('The authorizer', () => {
  it('passes on the principal as short strings', async () => {
    expect(await authorize(acceptingAll().verifier, { authorization: 'Bearer a.b-c_d.e' })).toEqual({
      isAuthorized: true,
      context: { user_id: alice, scope: 'notifications:create other', expires_at: String(now) },
    });
  });

  it.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER  a.b.c'])(
    'reads the token of %j',
    async (authorization) => {
      const { verifier, asked } = acceptingAll();
      await authorize(verifier, { authorization });
      expect(asked).toEqual(['a.b.c']);
    },
  );

  it.each([
    undefined,
    {},
    { authorization: '' },
    { authorization: 'a.b.c' },
    { authorization: 'Basic a.b.c' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer a b' },
    { authorization: 'Bearer a.b.c, Bearer d.e.f' },
  ])('passes on the reason if there is no token: %j', async (headers) => {
    const { verifier, asked } = acceptingAll();
    expect(await authorize(verifier, headers)).toEqual({
      isAuthorized: true,
      context: { reason: 'The Authorization header must be: Bearer <token>.' },
    });
    expect(asked).toEqual([]);
  });

  it('passes on the reason why a token does not hold', async () => {
    const answer = await authorize(failing(new Unauthenticated('The token has expired.')), {
      authorization: 'Bearer a.b.c',
    });
    expect(answer).toEqual({ isAuthorized: true, context: { reason: 'The token has expired.' } });
  });

  it('passes on that a token could not be checked, as a reason of its own', async () => {
    const unavailable = new Unavailable('The token issuer', { cause: new Error('ECONNREFUSED') });
    expect(await authorize(failing(unavailable), { authorization: 'Bearer a.b.c' })).toEqual({
      isAuthorized: true,
      context: { reason: unavailable.message, code: 'unavailable' },
    });
  });

  it('throws an unexpected error, so that no refusal is kept', async () => {
    const error = new TypeError('a bug');
    await expect(authorize(failing(error), { authorization: 'Bearer a.b.c' })).rejects.toBe(error);
  });
});
