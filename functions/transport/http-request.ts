import { Buffer } from 'node:buffer';
import { ValidationError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { AuthorizedEvent } from './principal.ts';
import { TooLarge } from './problem.ts';

/** A request as the routes see it. */
export interface HttpRequest {
  path: Record<string, string | undefined>;
  query: Record<string, string | undefined>;
  /** By their names in lower case; a header that was sent several times has its values joined by commas. */
  headers: Record<string, string | undefined>;
  /** The parsed JSON body; undefined if there is none, and for GET, because its body has no meaning (RFC 9110, section 9.3.1). */
  body: unknown;
}

/** @throws TooLarge, ValidationError if the body is not JSON */
export function toHttpRequest(event: AuthorizedEvent): HttpRequest {
  return {
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    headers: event.headers ?? {},
    body: event.routeKey.startsWith('GET ') ? undefined : parseBody(event),
  };
}

function parseBody({ body = '', isBase64Encoded }: AuthorizedEvent): unknown {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limits.requestBytes) {
    throw new TooLarge(`The body has ${bytes.length} bytes; at most ${limits.requestBytes} are allowed.`);
  }
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ValidationError([{ path: '', message: 'The body must be JSON in UTF-8.' }]);
  }
}

/**
 * The number in the path of a request.
 * @throws ValidationError
 */
export function idOf({ path }: HttpRequest): number {
  const id = /^[1-9]\d{0,15}$/.test(path.id ?? '') ? Number(path.id) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new ValidationError([{ path: 'id', message: 'must be a positive integer' }]);
}
