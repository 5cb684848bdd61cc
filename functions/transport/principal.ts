import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import { Unauthenticated, Unavailable } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';

/**
 * What the authorizer returns for the routes: short strings, because the gateway passes on nothing else. The authorizer
 * never refuses a request, because the HTTP API would then answer with its own 403. It returns an identity, or the reason
 * why there is none, and the routes answer.
 */
export type AuthorizerContext = Authenticated | Refused;

interface Authenticated {
  user_id: string;
  /** Absent if it is empty, because the gateway leaves empty strings out. */
  scope?: string;
  /** When the token ends, in milliseconds since the Unix epoch. */
  expires_at: string;
}

interface Refused {
  reason: string;
  /** Set if the token could not be checked, because its issuer does not answer. */
  code?: typeof Unavailable.code;
}

/** The longest time for which the gateway keeps the authorizer's result for a token. */
export const authorizerCacheSeconds = 30;

export type AuthorizedEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext>;

// Not exported, so that no other module can write a Principal.
const identified = Symbol('identified');

/** The caller, from its token. Only `identify` makes a principal, so that every route has a checked one. */
export interface Principal {
  readonly [identified]: true;
  readonly user_id: string;
  readonly scopes: ReadonlySet<string>;
}

/**
 * The principal of a request that has passed the authorizer.
 * @throws Unavailable if the token could not be checked
 * @throws Unauthenticated if the token is refused, or has expired while the gateway kept the authorizer's result
 */
export function identify(event: AuthorizedEvent, clock: Clock): Principal {
  // Absent if a route was deployed without its authorizer. Then every request is refused.
  const context: AuthorizerContext | undefined = event.requestContext.authorizer?.lambda;
  if (!context)
    throw new Unauthenticated('No authorizer ran before this function. Call it through the HTTP API.');
  if ('reason' in context) {
    if (context.code !== Unavailable.code) throw new Unauthenticated(context.reason);
    // Until then the gateway reuses this result.
    throw new Unavailable('The token issuer', { retryAfterSeconds: authorizerCacheSeconds });
  }
  if (!(Number(context.expires_at) + limits.clockToleranceMs > clock()))
    throw new Unauthenticated('The token has expired.');
  return {
    [identified]: true,
    user_id: context.user_id,
    scopes: new Set((context.scope ?? '').split(' ').filter(Boolean)),
  };
}
