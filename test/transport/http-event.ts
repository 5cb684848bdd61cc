import type { AuthorizedEvent } from '../../functions/transport/principal.ts';

export const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';

/** When every request of these tests is made. */
export const now = Date.UTC(2026, 0, 1);

interface Request {
  routeKey: string;
  path: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
  /** What the authorizer passed on; undefined for a route without one. */
  identity: object | undefined;
}

/** What the authorizer passes on of a token that ends in five minutes. */
export const identity = (changes: object = {}) => ({
  user_id: alice,
  scope: '',
  expires_at: String(now + 300_000),
  ...changes,
});

/** A request of Alice as the HTTP API hands it to a function, in the payload format 2.0. */
export function httpEvent(request: Partial<Request> = {}): AuthorizedEvent {
  const authorizer = 'identity' in request ? request.identity : identity();
  const event = {
    version: '2.0',
    routeKey: request.routeKey ?? 'GET /example',
    ...(request.path && { pathParameters: request.path }),
    ...(request.query && { queryStringParameters: request.query }),
    ...(request.body !== undefined && { body: request.body }),
    isBase64Encoded: request.isBase64Encoded ?? false,
    headers: request.headers ?? {},
    requestContext: { requestId: 'request-1', ...(authorizer && { authorizer: { lambda: authorizer } }) },
  };
  // The cast: the gateway sends more than a function of ours reads.
  return event as unknown as AuthorizedEvent;
}
