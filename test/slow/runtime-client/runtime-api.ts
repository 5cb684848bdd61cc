import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '../../../local/http-server.ts';

/** What the Runtime API says of an invocation beside its event. */
export interface InvocationHeaders {
  requestId: string;
  functionArn: string;
  /** Milliseconds since the epoch. */
  deadline: number;
  traceId: string;
}

/** What a runtime client has posted. */
export interface Posted {
  kind: 'response' | 'error' | 'init error';
  /** Of an invocation; empty for an initialisation. */
  requestId: string;
  /** JSON. */
  body: string;
}

/** The Runtime API that one environment of Lambda serves to its runtime client. */
export interface RuntimeApi {
  /** `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Gives the client an event. Resolves when the client has taken it. */
  give(event: string, headers: InvocationHeaders): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Serves the Runtime API as Lambda documents it.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 *
 * @param onPost gets each answer of the client
 * @param onIdle is called when the client waits for the next event
 */
export async function startRuntimeApi(
  onPost: (posted: Posted) => void,
  onIdle: () => void,
): Promise<RuntimeApi> {
  let waiting = Promise.withResolvers<ServerResponse>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    const body = await text(request);
    if (method === 'GET' && url === '/2018-06-01/runtime/invocation/next') {
      waiting.resolve(response);
      return onIdle();
    }
    const [, requestId = '', end] =
      /^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)|init)\/(response|error)$/.exec(url) ?? [];
    if (method !== 'POST' || end === undefined || (requestId === '' && end === 'response')) {
      response.writeHead(404).end(`{"errorType":"NotFound","errorMessage":"${method} ${url}"}`);
      return;
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}\n');
    onPost({
      kind: requestId === '' ? 'init error' : end === 'error' ? 'error' : 'response',
      requestId,
      body,
    });
  }

  const server = createServer((request, response) => void answer(request, response));
  return {
    address: `127.0.0.1:${await listen(server, 0)}`,
    async give(event, { requestId, functionArn, deadline, traceId }) {
      const response = await waiting.promise;
      waiting = Promise.withResolvers();
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': deadline,
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': traceId,
      });
      response.end(event);
    },
    stop: () => closeServer(server),
  };
}
