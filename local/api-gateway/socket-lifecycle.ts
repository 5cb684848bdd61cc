import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from '../guarded-server.ts';
import { splitTarget } from '../http-server.ts';
import { isRecord } from '../json.ts';
import { levelOfStatus, type Report } from '../report.ts';
import type { Outcome } from './call-function.ts';
import { callIntegration } from './call-function.ts';
import { domainName } from './request-context.ts';
import { type Closing, type Connection, MAX_MESSAGE_BYTES, openConnection } from './socket-connection.ts';
import { connectEvent, disconnectEvent, newSession, type Session } from './socket-event.ts';
import { createMessages, type MessageOptions } from './socket-messages.ts';

/** The connections of a WebSocket API, from the upgrade request to `$disconnect`. */
export interface SocketLifecycle {
  /** Handles an upgrade request. The upgrade waits until `$connect` has returned. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
  /** The connection with this id. A connection that is closing does not count any more. */
  find(connectionId: string): Connection | undefined;
  connectionIds(): string[];
  skipDisconnect(isSkipped: boolean): void;
  /** Closes every connection and every waiting upgrade, without a `$disconnect`. */
  cutAll(): void;
}

/**
 * Keeps the connections of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export function createSocketLifecycle(options: MessageOptions): SocketLifecycle {
  const { clock } = options;
  const connections = new Map<string, Connection>();
  const streams = new Set<Duplex>();
  let isDisconnectSkipped = false;
  const answerMessage = createMessages(options);
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });

  function open(session: Session, webSocket: WebSocket, stream: Duplex): void {
    const connection = openConnection({
      clock,
      session,
      webSocket,
      stream,
      onMessage: (text) => void answerMessage(connection, text),
      onClosed: (closing) => void end(session, closing),
    });
    connections.set(session.connectionId, connection);
  }

  async function end(session: Session, closing: Closing): Promise<void> {
    connections.delete(session.connectionId);
    const message = `disconnect ${session.connectionId} ${closing.code}`;
    options.report({ source: 'socket', level: 'info', message });
    if (!isDisconnectSkipped) await callDisconnect(options, session, closing);
  }

  return {
    async upgrade(request, stream, head) {
      stream.on('close', () => streams.delete(stream));
      streams.add(stream);
      const session = newSession(request, clock.now());
      const { status, note, subprotocol } = await admit(options, session, request);
      // The server answers with the first subprotocol of the request. The gateway answers with that of `$connect`.
      request.headers['sec-websocket-protocol'] = subprotocol;
      reportConnect(options.report, session, { status, ms: clock.now() - session.connectedAt, note });
      if (status >= 300) refuseUpgrade(stream, { status, message: STATUS_CODES[status] ?? '' });
      else if (stream.destroyed) await end(session, { code: 1006, reason: 'Connection Closed Abnormally' });
      else webSockets.handleUpgrade(request, stream, head, (webSocket) => open(session, webSocket, stream));
    },
    find(connectionId) {
      const connection = connections.get(connectionId);
      return connection?.isOpen() ? connection : undefined;
    },
    connectionIds: () => [...connections.keys()],
    skipDisconnect(isSkipped) {
      isDisconnectSkipped = isSkipped;
    },
    cutAll() {
      isDisconnectSkipped = true;
      for (const stream of streams) stream.destroy();
    },
  };
}

async function callDisconnect(options: MessageOptions, session: Session, closing: Closing): Promise<void> {
  const integration = options.routes.get('$disconnect');
  if (integration?.type !== 'AWS_PROXY') return;
  const event = disconnectEvent(options, session, options.clock.now(), closing);
  const outcome = options.admits('$disconnect')
    ? await callIntegration(options, integration, event)
    : ({ kind: 'refused', reason: 'the limit of the route' } as const);
  if (outcome.kind === 'returned') return;
  const message = `disconnect ${session.connectionId}: ${outcome.reason}`;
  options.report({ source: 'socket', level: 'error', message });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const MAX_URL_LENGTH = 4096;

interface Admission {
  status: number;
  /** The reason for the status, for the report. */
  note?: string;
  /**
   * The subprotocol that `$connect` has answered with.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
   */
  subprotocol?: string;
}

/**
 * The status that answers an upgrade; a 2xx accepts it. It is the status that `$connect` has returned. It is 502 if this
 * function failed or returned no status, 504 if it took too long, 500 if it could not be called or is throttled, and 200
 * if there is no such route. A path that is not the stage is 403, and above the limit of `$connect` it is 429. AWS
 * documents that the upgrade waits for `$connect` and fails with it.
 * The codes of the failures are those that clients report.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
async function admit(
  options: MessageOptions,
  session: Session,
  request: IncomingMessage,
): Promise<Admission> {
  if (splitTarget(request.url).path !== `/${options.stage}`) return { status: 403 };
  if (`wss://${domainName(options)}${request.url}`.length > MAX_URL_LENGTH) return { status: 414 };
  if (!options.admits('$connect')) return { status: 429, note: 'the limit of the route' };
  const integration = options.routes.get('$connect');
  if (integration?.type !== 'AWS_PROXY') return { status: 200 };
  const event = connectEvent(options, session, request, session.connectedAt);
  return admissionOf(await callIntegration(options, integration, event));
}

function admissionOf(outcome: Outcome): Admission {
  switch (outcome.kind) {
    case 'failed':
      return { status: 502, note: outcome.reason };
    case 'timed out':
      return { status: 504, note: outcome.reason };
    case 'refused':
    case 'too large':
      return { status: 500, note: outcome.reason };
    case 'returned': {
      const { statusCode, headers } = isRecord(outcome.payload) ? outcome.payload : {};
      const status = Number(statusCode);
      const isStatus = Number.isInteger(status) && status >= 200 && status <= 599;
      return isStatus ? { status, ...subprotocolIn(headers) } : { status: 502, note: 'malformed result' };
    }
  }
}

function subprotocolIn(headers: unknown): Pick<Admission, 'subprotocol'> {
  const [, value] =
    Object.entries(isRecord(headers) ? headers : {}).find(
      ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
    ) ?? [];
  return typeof value === 'string' ? { subprotocol: value } : {};
}

function reportConnect(
  report: Report,
  { connectionId }: Session,
  { status, ms, note }: { status: number; ms: number; note: string | undefined },
): void {
  const reason = note === undefined ? '' : ` (${note})`;
  const message = `connect ${connectionId} ${status} ${ms} ms${reason}`;
  report({ source: 'socket', level: levelOfStatus(status), message });
}
