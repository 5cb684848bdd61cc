import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '../../../local/http-server.ts';
import type { FunctionSpec } from '../../../local/lambda/lambda-function.ts';
import { signatureOf } from '../../support/signature.ts';

/**
 * The `@connections` API of a stage, which keeps what is posted. Moto has one too, but every connection exists there, none
 * is ever gone, no test can read what was posted, and it does not look at signatures.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export interface ConnectionsApi {
  /** Without a slash at its end. */
  endpoint: string;
  /** What was posted to a connection. */
  postsTo(connectionId: string): unknown[];
  /** From now on, posts to this connection are answered so. */
  answer(connectionId: string, status: 200 | 410 | 500): void;
  stop(): Promise<void>;
}

const types = { 403: 'InvalidSignatureException', 410: 'GoneException', 500: 'InternalServerErrorException' };

/** @param credentials of the role that must have signed each request */
export async function startConnectionsApi(credentials: FunctionSpec['credentials']): Promise<ConnectionsApi> {
  const posts = new Map<string, unknown[]>();
  const statuses = new Map<string, 200 | 410 | 500>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, connectionId] = /^\/live\/@connections\/([^/?]+)$/.exec(request.url ?? '') ?? [];
    if (connectionId === undefined) return void response.writeHead(404).end();
    const id = decodeURIComponent(connectionId);
    const status = isSigned(request, body) ? (statuses.get(id) ?? 200) : 403;
    if (status !== 200) {
      response.writeHead(status, { 'x-amzn-errortype': types[status], 'content-type': 'application/json' });
      response.end('{"message":"refused"}');
      return;
    }
    posts.set(id, [...(posts.get(id) ?? []), JSON.parse(body)]);
    response.end();
  }

  function isSigned(request: IncomingMessage, body: string): boolean {
    const { authorization = '', 'x-amz-security-token': token } = request.headers;
    const scope = { service: 'execute-api', region: 'us-east-1', secret: credentials.secretAccessKey };
    return (
      authorization.includes(`Credential=${credentials.accessKeyId}/`) &&
      token === credentials.sessionToken &&
      authorization.endsWith(`Signature=${signatureOf(request, body, scope)}`)
    );
  }

  const server = createServer((request, response) => void serve(request, response));
  return {
    endpoint: `http://127.0.0.1:${await listen(server, 0)}/live`,
    postsTo: (connectionId) => posts.get(connectionId) ?? [],
    answer: (connectionId, status) => void statuses.set(connectionId, status),
    stop: () => closeServer(server),
  };
}
