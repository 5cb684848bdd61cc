import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isRecord } from '../json.ts';

/** The answer to a client of the HTTP API. If it comes from the gateway itself, `note` has the reason, for the report. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
  note?: string;
}

/** An answer of the gateway itself, which has this form: `{"message":"Not Found"}`. */
export function gatewayAnswer(status: number, message: string, note?: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Headers of the connection between gateway and client. A function cannot set them. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads the result of a function in payload format 2.0. An object with `statusCode` is the whole answer. Anything else is
 * the JSON body of a 200. Undefined if the object does not have the documented form; the client gets a 500 then.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function answerOf(payload: unknown): HttpAnswer | undefined {
  if (!isRecord(payload) || payload.statusCode === undefined) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = payload;
  if (!isStatus(statusCode) || !isRecord(headers) || !Array.isArray(cookies)) return undefined;
  if (typeof body !== 'string') return undefined;
  if (
    !Object.entries(headers).every(isHeader) ||
    !cookies.every((cookie) => isHeader(['set-cookie', cookie]))
  ) {
    return undefined;
  }
  return {
    status: statusCode,
    headers: {
      ...(body === '' ? {} : { 'content-type': 'text/plain;charset=UTF-8' }),
      ...answerHeaders(headers),
      ...(cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

function answerHeaders(headers: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [rename(name.toLowerCase()), String(value)]);
  return Object.fromEntries(entries.filter(([name]) => !CONNECTION_HEADERS.has(name ?? '')));
}

/**
 * API Gateway renames `WWW-Authenticate`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function rename(name: string): string {
  return name === 'www-authenticate' ? 'x-amzn-remapped-www-authenticate' : name;
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isHeader([name, value]: [string, unknown]): boolean {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, String(value));
    return true;
  } catch {
    return false;
  }
}
