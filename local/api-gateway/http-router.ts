/** The route of a request, and its decoded path parameters. */
export interface RouteMatch<Route> {
  route: Route;
  pathParameters: Record<string, string>;
}

interface Pattern<Route> {
  route: Route;
  method: string;
  segments: string[];
}

const ROUTE_KEY = /^(?<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?<path>\/\S*)$/;
const SEGMENT = /^(\{\w+\}|[^{}]*)$/;

/**
 * Finds the route for a method and a path, as an HTTP API does. A static segment wins over a parameter. A parameter matches
 * exactly one segment, which is not empty. A path that exists only for another method has no route (404, not 405).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 *
 * Throws if a route key does not have the form `GET /path/{parameter}`. `ANY`, `$default` and greedy parameters are not
 * supported, because our API has none.
 */
export function createRouter<Route extends { routeKey: string }>(routes: readonly Route[]) {
  const patterns = routes.map(parseRouteKey).sort((one, other) => precedence(one) - precedence(other));

  return (method: string, path: string): RouteMatch<Route> | undefined => {
    const segments = path.split('/').map(decodeURIComponent);
    for (const pattern of patterns) {
      if (pattern.method !== method) continue;
      const pathParameters = matchSegments(pattern.segments, segments);
      if (pathParameters) return { route: pattern.route, pathParameters };
    }
    return undefined;
  };
}

function parseRouteKey<Route extends { routeKey: string }>(route: Route): Pattern<Route> {
  const { method, path } = ROUTE_KEY.exec(route.routeKey)?.groups ?? {};
  const segments = path?.split('/') ?? [];
  if (method === undefined || !segments.every((segment) => SEGMENT.test(segment))) {
    throw new Error(
      `The HTTP API's route "${route.routeKey}" is not supported locally; use a key like GET /path/{parameter}.`,
    );
  }
  return { route, method, segments };
}

/** Sorts static segments before parameters, from the left: each segment is a binary digit, 0 or 1. */
function precedence({ segments }: { segments: string[] }): number {
  return segments.reduce((sum, segment, index) => sum + (isParameter(segment) ? 2 ** -index : 0), 0);
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (!isParameter(expected)) {
      if (actual !== expected) return undefined;
    } else if (actual === '') {
      return undefined;
    } else {
      parameters[expected.slice(1, -1)] = actual;
    }
  }
  return parameters;
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}
