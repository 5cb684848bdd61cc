import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import { Unauthenticated, Unavailable } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';

/**
 * What the authorizer tells the routes, as the gateway passes it on: short strings only. It never refuses by itself,
 * because an HTTP API would answer with a 403 of its own; it passes on an identity, or the reason why there is none.
 */
export type AuthorizerContext = Authenticated | Refused;

interface Authenticated {
  user_id: string;
  /** Missing where it is empty and the gateway leaves it out. */
  scope?: string;
  /** When the token ends, in milliseconds since the Unix epoch. */
  expires_at: string;
}

interface Refused {
  reason: string;
  /** Set where the token could not be checked, because its issuer does not answer. */
  code?: typeof Unavailable.code;
}

/** How long the gateway keeps what the authorizer says of a token, at most. */
export const authorizerCacheSeconds = 30;

export type AuthorizedEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext>;

// Not exported, so that no other module can write a Principal.
const identified = Symbol('identified');

/** Who is asking, as their token says. Only `identify` makes one, so that no route can be reached without. */
export interface Principal {
  readonly [identified]: true;
  readonly user_id: string;
  readonly scopes: ReadonlySet<string>;
}

/**
 * The principal of a request that has passed the authorizer.
 * @throws Unavailable where the token could not be checked
 * @throws Unauthenticated also where the token has ended since: the gateway may have kept the authorizer's answer longer
 */
export function identify(event: AuthorizedEvent, clock: Clock): Principal {
  // Missing where a route was deployed without its authorizer: then nobody gets in.
  const context: AuthorizerContext | undefined = event.requestContext.authorizer?.lambda;
  if (!context) throw new Unauthenticated('The request carries no identity.');
  if ('reason' in context) {
    if (context.code !== Unavailable.code) throw new Unauthenticated(context.reason);
    // Before that the gateway gives the same answer again, without asking.
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
