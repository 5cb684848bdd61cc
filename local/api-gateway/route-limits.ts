import type { Clock } from '../clock.ts';

/** The limit of a route, for all clients together: a token bucket. */
export interface RouteLimit {
  /** Tokens that come back in a second. Need not be whole. */
  rate: number;
  /** The size of the bucket, which is full at first. */
  burst: number;
}

/** The limits of a stage: those of single routes, and that of each other route. No limit is left out for none. */
export interface RouteLimits {
  default?: RouteLimit;
  routes?: ReadonlyMap<string, RouteLimit>;
}

/**
 * Takes a token for a request of a route, and answers if there was one. Each route has a bucket of its own, also those that
 * have the default limit: AWS documents that limits are applied to each method of a stage, and calls the default "the
 * default route throttling limits". On AWS limits are targets and no guarantee; here they are exact.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 */
export function createAdmission(clock: Clock, limits: RouteLimits = {}): (routeKey: string) => boolean {
  const buckets = new Map<string, () => boolean>();
  return (routeKey) => {
    const limit = limits.routes?.get(routeKey) ?? limits.default;
    if (!limit) return true;
    const take = buckets.get(routeKey) ?? createBucket(clock, limit);
    buckets.set(routeKey, take);
    return take();
  };
}

/** Takes a token, and answers if there was one. */
export function createBucket(clock: Clock, { rate, burst }: RouteLimit): () => boolean {
  let tokens = burst;
  let filledAt = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1_000) * rate);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
