import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { Unauthenticated, Unavailable } from '../core/errors.ts';
import type { TokenVerifier } from '../core/ports.ts';
import type { AuthorizerContext } from './principal.ts';

type Answer = APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>;

/**
 * The Lambda authorizer of the HTTP API. It always lets the request pass, with the caller's identity or with the reason why
 * there is none. The route then answers 401 or 503 with a problem document. An authorizer that refuses cannot do that.
 */
export function serveAuthorizer(verifier: TokenVerifier) {
  return async ({ headers }: APIGatewayRequestAuthorizerEventV2): Promise<Answer> => ({
    isAuthorized: true,
    context: await contextOf(headers?.authorization ?? '', verifier),
  });
}

async function contextOf(authorization: string, verifier: TokenVerifier): Promise<AuthorizerContext> {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) return { reason: 'The Authorization header must be: Bearer <token>.' };
  try {
    const { user_id, scopes, expires_at } = await verifier.verify(token);
    return { user_id, scope: scopes.join(' '), expires_at: String(expires_at) };
  } catch (error) {
    if (error instanceof Unauthenticated) return { reason: error.message };
    if (error instanceof Unavailable) return { reason: error.message, code: Unavailable.code };
    throw error;
  }
}
