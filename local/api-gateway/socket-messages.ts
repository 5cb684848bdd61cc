import type { Clock } from '../clock.ts';
import { isRecord, parseJson } from '../json.ts';
import type { Report } from '../report.ts';
import type { Invoke, Outcome } from './call-function.ts';
import { callIntegration, type SocketIntegration } from './call-function.ts';
import { type Connection, describeFrame, MAX_MESSAGE_BYTES } from './socket-connection.ts';
import { messageEvent, type SocketApiIdentity } from './socket-event.ts';

export interface MessageOptions extends SocketApiIdentity {
  /** By route key: `$connect`, `$disconnect`, `$default`, and those of the API. Each can be left out. */
  routes: ReadonlyMap<string, SocketIntegration>;
  /** `$request.body.<field>`. Any other form throws. */
  routeSelectionExpression: string;
  /** Whether a request of this route is within its limit. Each call counts as a request. */
  admits(routeKey: string): boolean;
  report: Report;
  clock: Clock;
  invoke: Invoke;
}

/**
 * The reply to a message, if there is one. If it is an error of the gateway, `note` has the reason, for the report. AWS does
 * not document the texts of these errors; clients report them.
 */
type Reply = { frame?: string } | { error: string; note: string };

/**
 * AWS documents the answer 429 Too Many Requests, but not how a client on a socket gets it. It is assumed to be an error of
 * the gateway like the others.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 */
const throttled: Reply = { error: 'Too Many Requests', note: 'the limit of the route' };

/**
 * Answers the messages of clients. The route is the one whose key equals the selected field, else `$default`, also if the
 * message is not JSON. The `body` of a function is sent back only if its route returns responses. Errors are always sent.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
export function createMessages(options: MessageOptions) {
  const { routes, report, clock } = options;
  const selectRoute = createRouteSelection(options.routeSelectionExpression, routes);

  return async (connection: Connection, text: string): Promise<void> => {
    const { connectionId } = connection.session;
    const routeKey = selectRoute(text);
    const received = `in ${connectionId} ${routeKey} ${Buffer.byteLength(text)} B`;
    report({ source: 'socket', level: 'info', message: received });

    const event = messageEvent(options, connection.session, clock.now(), { routeKey, body: text });
    const reply = options.admits(routeKey) ? await replyOf(options, routes.get(routeKey), event) : throttled;
    if ('error' in reply) report({ source: 'socket', level: 'error', message: `${received}: ${reply.note}` });
    const { requestId } = event.requestContext;
    const frame =
      'error' in reply ? JSON.stringify({ message: reply.error, connectionId, requestId }) : reply.frame;
    if (frame === undefined || !connection.isOpen()) return;
    connection.send(frame);
    report({ source: 'socket', level: 'info', message: `out ${connectionId} ${describeFrame(frame)}` });
  };
}

const EXPRESSION = /^\$request\.body\.(?<field>\w+)$/;

function createRouteSelection(
  expression: string,
  routes: MessageOptions['routes'],
): (text: string) => string {
  const field = EXPRESSION.exec(expression)?.groups?.field;
  if (field === undefined) {
    throw new Error(
      `The WebSocket API's route selection expression "${expression}" is not supported locally; use $request.body.<field>.`,
    );
  }
  return (text) => {
    const body = parseJson(text);
    const value = isRecord(body) && Object.hasOwn(body, field) ? body[field] : undefined;
    const key = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '$default';
    // Keys that begin with $ belong to the gateway. A message cannot select $connect.
    return routes.has(key) && !key.startsWith('$') ? key : '$default';
  };
}

async function replyOf(
  options: MessageOptions,
  integration: SocketIntegration | undefined,
  event: unknown,
): Promise<Reply> {
  if (!integration)
    return { error: 'Forbidden', note: 'no route takes this message, and there is no $default' };
  if (integration.type === 'MOCK') return { frame: integration.response };
  const outcome = await callIntegration(options, integration, event);
  return integration.returnsResponse || outcome.kind !== 'returned' ? readReply(outcome) : {};
}

function readReply(outcome: Outcome): Reply {
  if (outcome.kind === 'timed out') return { error: 'Endpoint request timed out', note: outcome.reason };
  if (outcome.kind !== 'returned') return { error: 'Internal server error', note: outcome.reason };
  const body = isRecord(outcome.payload) ? outcome.payload.body : undefined;
  if (typeof body !== 'string' || body === '') return {};
  if (Buffer.byteLength(body) <= MAX_MESSAGE_BYTES) return { frame: body };
  return { error: 'Internal server error', note: `the answer has over ${MAX_MESSAGE_BYTES} B` };
}
