import type { IncomingMessage } from 'node:http';
import { splitTarget } from '../http-server.ts';
import {
  type ApiIdentity,
  commonLogTime,
  domainName,
  forwardedHeaders,
  newGatewayId,
} from './request-context.ts';

/** The stage of a WebSocket API, as it is named in events and ARNs. */
export interface SocketApiIdentity extends ApiIdentity {
  stage: string;
}

/** What a connection's upgrade request says about it. Times are milliseconds since the Unix epoch. */
export interface Session {
  connectionId: string;
  connectedAt: number;
  identity: { sourceIp: string; userAgent?: string };
  /** The `Host` header of the upgrade request. */
  host: string;
}

/** Begins the session of an upgrade request. */
export function newSession(request: IncomingMessage, now: number): Session {
  const userAgent = request.headers['user-agent'];
  return {
    connectionId: newGatewayId(),
    connectedAt: now,
    identity: {
      sourceIp: request.socket.remoteAddress ?? '',
      ...(userAgent === undefined ? {} : { userAgent }),
    },
    host: request.headers.host ?? '',
  };
}

/**
 * The event of `$connect`. Header names have the spelling of the client. If a header or a query parameter is repeated, the
 * single-value field has the last value.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function connectEvent(
  api: SocketApiIdentity,
  session: Session,
  request: IncomingMessage,
  now: number,
) {
  const headers = grouped(headerPairs(request, now));
  const { query } = splitTarget(request.url);
  const parameters = grouped([...new URLSearchParams(query)]);
  return {
    headers: lastValues(headers),
    multiValueHeaders: headers,
    ...(query === ''
      ? {}
      : { queryStringParameters: lastValues(parameters), multiValueQueryStringParameters: parameters }),
    requestContext: requestContext(api, session, now, { routeKey: '$connect', eventType: 'CONNECT' }),
    isBase64Encoded: false,
  };
}

/** The event of a message from a client. It has no headers. */
export function messageEvent(
  api: SocketApiIdentity,
  session: Session,
  now: number,
  { routeKey, body }: { routeKey: string; body: string },
) {
  const context = requestContext(api, session, now, { routeKey, eventType: 'MESSAGE' });
  return { requestContext: { ...context, messageId: newGatewayId() }, body, isBase64Encoded: false };
}

/**
 * The event of `$disconnect`. It is sent after the connection is closed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export function disconnectEvent(
  api: SocketApiIdentity,
  session: Session,
  now: number,
  { code, reason }: { code: number; reason: string },
) {
  const headers = { Host: session.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  const context = requestContext(api, session, now, { routeKey: '$disconnect', eventType: 'DISCONNECT' });
  return {
    headers,
    multiValueHeaders: grouped(Object.entries(headers)),
    requestContext: { ...context, disconnectStatusCode: code, disconnectReason: reason },
    isBase64Encoded: false,
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
function requestContext(
  api: SocketApiIdentity,
  { connectionId, connectedAt, identity }: Session,
  now: number,
  route: { routeKey: string; eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT' },
) {
  const requestId = newGatewayId();
  return {
    ...route,
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt,
    requestTimeEpoch: now,
    identity,
    requestId,
    domainName: domainName(api),
    connectionId,
    apiId: api.apiId,
  };
}

type Pair = [name: string, value: string];

/** The headers of the request. The gateway's own headers replace those that a client has sent under the same names. */
function headerPairs(request: IncomingMessage, now: number): Pair[] {
  const added = Object.entries(forwardedHeaders(request, now));
  const addedNames = new Set(added.map(([name]) => name.toLowerCase()));
  const pairs: Pair[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(index, index + 2);
    if (!addedNames.has(name.toLowerCase())) pairs.push([name, value]);
  }
  return [...pairs, ...added];
}

function grouped(pairs: Pair[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

function lastValues(groups: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, values]) => [name, values.at(-1) ?? '']));
}
