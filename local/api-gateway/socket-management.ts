import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { AccessDenied, type Principal } from '../aws/iam.ts';
import type { Faults } from '../faults.ts';
import { accessKeyIdOf, readBody, splitTarget } from '../http-server.ts';
import { messageOf, type Report } from '../report.ts';
import { type Connection, describeFrame, MAX_MESSAGE_BYTES } from './socket-connection.ts';
import type { SocketApiIdentity } from './socket-event.ts';

export interface ManagementOptions extends SocketApiIdentity {
  report: Report;
  /** The open connection of that id. */
  find(connectionId: string): Connection | undefined;
  /** Returns the caller that has this key. Throws `AccessDenied` if the caller is not allowed to do this. */
  authorizePost(accessKeyId: string, action: string, resource: string): Principal;
  /** The posts that a test makes fail, by connection id. */
  postFaults: Pick<Faults<string, PostFault>, 'take'>;
  /** Called with the outcome of every post, for counting. Without a status if the post gets no answer. */
  onPost?: ((post: { connectionId: string; status?: number; functionName?: string }) => void) | undefined;
}

/** How a post fails: with a status, such as 429 or 500, or without an answer. */
export type PostFault = { status: number } | 'hang';

interface Answer {
  status: number;
  errorType?: string;
  body?: unknown;
}

/**
 * Answers the `@connections` commands of a WebSocket API. POST sends a message to a client, GET describes the connection,
 * DELETE closes it. Callers sign with IAM credentials and need `execute-api:ManageConnections` on the connection. An id
 * without an open connection is 410. A connection is open after its `$connect` has returned.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export function createManagement(options: ManagementOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answered = await answer(options, request).catch(refusal);
    if (answered === 'hang') return;
    const { status, errorType, body } = answered;
    response.writeHead(status, {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
}

async function answer(options: ManagementOptions, request: IncomingMessage): Promise<Answer | 'hang'> {
  const { method = '' } = request;
  const connectionId = connectionIdOf(request.url, options.stage);
  if (connectionId === undefined) return failure(403, 'ForbiddenException', 'Forbidden');
  const accessKeyId = accessKeyIdOf(request);
  if (accessKeyId === undefined) {
    return failure(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const resource = resourceArn(options, method, connectionId);
  const principal = options.authorizePost(accessKeyId, 'execute-api:ManageConnections', resource);
  if (method === 'POST') return post(options, request, connectionId, principal);
  const connection = options.find(connectionId);
  if (!connection) return gone();
  if (method === 'GET') return { status: 200, body: describe(connection) };
  if (method !== 'DELETE') return failure(403, 'ForbiddenException', 'Forbidden');
  // AWS does not document the code that the client gets. 1000 is a normal closure in RFC 6455.
  connection.close({ code: 1000, reason: 'Connection Closed Normally' });
  return { status: 204 };
}

async function post(
  { find, report, onPost, postFaults }: ManagementOptions,
  request: IncomingMessage,
  connectionId: string,
  principal: Principal,
): Promise<Answer | 'hang'> {
  const data = await readBody(request, MAX_MESSAGE_BYTES);
  const fault = postFaults.take(connectionId);
  // The connection is looked up only now, because it may have closed while the body was read.
  const answer = fault ? failedBy(fault) : deliver(find(connectionId), data);
  const size = data ? describeFrame(data) : `over ${MAX_MESSAGE_BYTES} B`;
  const status = answer === 'hang' ? undefined : answer.status;
  const message = `post ${connectionId} ${size} ${status ?? 'without an answer'}`;
  report({ source: 'socket', level: status !== undefined && status < 400 ? 'info' : 'warn', message });
  onPost?.({
    connectionId,
    ...(status !== undefined && { status }),
    ...(principal.kind === 'role' ? { functionName: principal.functionName } : {}),
  });
  return answer;
}

function deliver(connection: Connection | undefined, data: Buffer | undefined): Answer {
  if (!data) return failure(413, 'PayloadTooLargeException', 'Payload Too Large');
  if (!connection) return gone();
  // https://docs.aws.amazon.com/apigatewaymanagementapi/latest/reference/API_PostToConnection.html
  if (connection.isFull()) return failed(429);
  connection.send(data);
  return { status: 200 };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */
const errorTypes: Record<number, string> = {
  403: 'ForbiddenException',
  410: 'GoneException',
  413: 'PayloadTooLargeException',
  429: 'LimitExceededException',
};

const failedBy = (fault: PostFault) => (fault === 'hang' ? fault : failed(fault.status));

function failed(status: number): Answer {
  return failure(status, errorTypes[status] ?? 'InternalServerErrorException', STATUS_CODES[status] ?? '');
}

function connectionIdOf(target: string | undefined, stage: string): string | undefined {
  const { path } = splitTarget(target);
  try {
    const [, pathStage, command, connectionId, ...rest] = path.split('/').map(decodeURIComponent);
    const isCommand = pathStage === stage && command === '@connections' && rest.length === 0;
    return isCommand && /^[\w-]+=*$/.test(connectionId ?? '') ? connectionId : undefined;
  } catch {
    return undefined;
  }
}

function resourceArn(
  { region, account, apiId, stage }: SocketApiIdentity,
  method: string,
  connectionId: string,
) {
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}/@connections/${connectionId}`;
}

function describe(connection: Connection) {
  const { connectedAt, identity } = connection.session;
  return {
    connectedAt: new Date(connectedAt).toISOString(),
    identity,
    lastActiveAt: new Date(connection.lastActiveAt()).toISOString(),
  };
}

function gone(): Answer {
  return failure(410, 'GoneException', 'Gone');
}

function failure(status: number, errorType: string, message: string): Answer {
  return { status, errorType, body: { message } };
}

function refusal(error: unknown): Answer {
  if (error instanceof AccessDenied) return failure(403, error.name, error.message);
  return failure(500, 'InternalServerError', messageOf(error));
}
