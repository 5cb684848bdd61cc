import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What identifies an API in events and ARNs. */
export interface ApiIdentity {
  region: string;
  account: string;
  apiId: string;
}

/** The host name of the API on AWS. */
export function domainName({ apiId, region }: Pick<ApiIdentity, 'apiId' | 'region'>): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}

/** A new request, message or connection id. It looks like those in the documented events: `L0SM9cOFvHcCIhw=`. */
export function newGatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/**
 * A time as API Gateway's events write it, in common log format: `12/Mar/2020:19:03:58 +0000`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/**
 * The headers that API Gateway adds to each request, as in the documented events.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function forwardedHeaders(request: IncomingMessage, now: number): Record<string, string> {
  const second = Math.floor(now / 1000).toString(16);
  return {
    'X-Amzn-Trace-Id': `Root=1-${second}-${randomBytes(12).toString('hex')}`,
    'X-Forwarded-For': request.socket.remoteAddress ?? '',
    'X-Forwarded-Port': String(request.socket.localPort ?? ''),
    'X-Forwarded-Proto': 'http',
  };
}
