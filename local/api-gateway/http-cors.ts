import type { IncomingMessage } from 'node:http';

/** The `CorsConfiguration` of an HTTP API. A property that is left out sends no header. `maxAge` is in seconds. */
export interface CorsConfiguration {
  allowOrigins?: readonly string[];
  allowHeaders?: readonly string[];
  allowMethods?: readonly string[];
  exposeHeaders?: readonly string[];
  maxAge?: number;
}

type Headers = Record<string, string>;

export interface Cors {
  /** The headers of the answer to a preflight: none if the origin is not allowed. Undefined if this is no preflight. */
  preflight(request: IncomingMessage): Headers | undefined;
  /** The headers that are added to the answer to any other request. */
  headers(request: IncomingMessage): Headers;
}

const LOCAL_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Cross-origin headers as an HTTP API sends them. The listed origins are allowed, every origin with `*`, and every origin
 * of a scheme with `https://*` or `http://*`. AWS has no wildcard for a port. With `localOrigins`, which only the local
 * runtime has, every origin of this machine is allowed too. AWS does not document that a preflight is answered with 204,
 * that the answer has no headers if the origin is not allowed, and that the values are joined by commas.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function createCors(configuration: CorsConfiguration, localOrigins: boolean): Cors {
  const { allowOrigins = [], allowHeaders, allowMethods, exposeHeaders, maxAge } = configuration;

  function allowed(request: IncomingMessage): Headers | undefined {
    const origin = request.headers.origin;
    if (origin === undefined) return undefined;
    const isListed = allowOrigins.some(
      (allowed) =>
        allowed === origin || (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1))),
    );
    const isAny = allowOrigins.includes('*');
    if (!isAny && !isListed && !(localOrigins && LOCAL_ORIGIN.test(origin))) return undefined;
    return { 'access-control-allow-origin': isAny ? '*' : origin };
  }

  return {
    preflight(request) {
      const isPreflight =
        request.method === 'OPTIONS' &&
        request.headers.origin !== undefined &&
        request.headers['access-control-request-method'] !== undefined;
      if (!isPreflight) return undefined;
      const headers = allowed(request);
      if (!headers) return {};
      return {
        ...headers,
        ...list('access-control-allow-methods', allowMethods),
        ...list('access-control-allow-headers', allowHeaders),
        ...(maxAge === undefined ? {} : { 'access-control-max-age': String(maxAge) }),
      };
    },
    headers(request) {
      const headers = allowed(request);
      return headers ? { ...headers, ...list('access-control-expose-headers', exposeHeaders) } : {};
    },
  };
}

function list(name: string, values: readonly string[] | undefined): Headers {
  return values?.length ? { [name]: values.join(',') } : {};
}
