import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { createGuardedServer } from '../guarded-server.ts';
import { defaultGuards, type Guards } from '../guards.ts';
import { closeServer, listen, readBody, splitTarget } from '../http-server.ts';
import { levelOfStatus, messageOf, type Report } from '../report.ts';
import { callFunction, type Invoke } from './call-function.ts';
import { answerOf, gatewayAnswer, type HttpAnswer } from './http-answer.ts';
import { checkAuthorizer, createAuthorization, type HttpAuthorizer } from './http-authorizer.ts';
import { type CorsConfiguration, createCors } from './http-cors.ts';
import { httpEvent } from './http-event.ts';
import { createRouter, type RouteMatch } from './http-router.ts';
import { type ApiIdentity, newGatewayId } from './request-context.ts';
import { createAdmission, type RouteLimits } from './route-limits.ts';

/** A route of the API and its function. `timeoutMs` is the time-out of the integration, at most 30 seconds. */
export interface HttpRoute {
  routeKey: string;
  functionArn: string;
  sourceArn: string;
  timeoutMs: number;
  authorizer?: HttpAuthorizer;
}

export interface HttpApiOptions extends ApiIdentity {
  routes: readonly HttpRoute[];
  /** Left out, the API sends no cross-origin header and answers no preflight. */
  cors?: CorsConfiguration;
  /** Left out, no route has a limit. */
  limits?: RouteLimits | undefined;
  /** With `cors`, also allows every origin of this machine. AWS has no such setting. Default: false. */
  localOrigins?: boolean;
  report: Report;
  clock: Clock;
  invoke: Invoke;
  /** 0 takes a free port. */
  port: number;
  guards?: Guards;
}

export interface HttpApi {
  url: string;
  port: number;
  /** Stops listening, and closes all connections. A request that is under way gets no answer. */
  stop(): Promise<void>;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;
const MAX_INTEGRATION_MS = 30_000;

/**
 * Serves an API Gateway HTTP API with Lambda integrations of payload format 2.0 on its `$default` stage, and reports
 * one line for each request. Throws if the port is in use, or if a route or an authorizer has a form that is not
 * supported.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export async function createHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { report, clock, guards = defaultGuards } = options;
  const answer = createAnswering(options);
  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = clock.now();
    const requestId = newGatewayId();
    const answered = await answer(request, requestId).catch(unexpected);
    response.setHeader('apigw-requestid', requestId);
    send(response, answered);
    const note = answered.note === undefined ? '' : ` (${answered.note})`;
    report({
      source: 'http',
      level: levelOfStatus(answered.status),
      message: `${request.method} ${splitTarget(request.url).path} ${answered.status} ${clock.now() - startedAt} ms${note}`,
    });
  }
  const server = createGuardedServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    requests: { guards: guards.pages, listener },
  });
  const port = await listen(server, options.port);
  return { url: `http://127.0.0.1:${port}`, port, stop: () => closeServer(server) };
}

function createAnswering(options: HttpApiOptions) {
  for (const { authorizer } of options.routes) if (authorizer) checkAuthorizer(authorizer);
  const route = createRouter(options.routes);
  const admits = createAdmission(options.clock, options.limits);
  const authorize = createAuthorization({ ...options, api: options });
  const cors = options.cors && createCors(options.cors, options.localOrigins ?? false);

  /** Answers a request after CORS: checks its size and the limit of its route, asks the authorizer, calls the function. */
  async function answerRoute(request: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    const body = await readBody(request, MAX_BODY_BYTES);
    // AWS documents the quota, but not the answer.
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const { path, query } = splitTarget(request.url);
    if (!isDecodable(path)) return gatewayAnswer(400, 'Bad Request');
    const match = route(request.method ?? '', path);
    if (!match) return gatewayAnswer(404, 'Not Found');

    const { routeKey, authorizer } = match.route;
    if (!admits(routeKey)) return gatewayAnswer(429, 'Too Many Requests', 'the limit of the route');
    const found = { ...match, routeKey, path, query, body, requestId, now: options.clock.now() };
    const event = httpEvent(options, request, found);
    if (!authorizer) return integrate(match, event);
    const authorization = await authorize(authorizer, event);
    if ('refusal' in authorization) return authorization.refusal;
    const requestContext = { ...event.requestContext, authorizer: { lambda: authorization.context } };
    return integrate(match, { ...event, requestContext });
  }

  async function integrate({ route }: RouteMatch<HttpRoute>, event: unknown): Promise<HttpAnswer> {
    const target = { ...route, timeoutMs: Math.min(route.timeoutMs, MAX_INTEGRATION_MS) };
    const outcome = await callFunction(options, target, event);
    // AWS does not document this: HTTP APIs answer 503, while REST APIs answer 504.
    if (outcome.kind === 'timed out') return gatewayAnswer(503, 'Service Unavailable', outcome.reason);
    // The gateway takes 10 MB and a function 6 MB, with a body in base64 if its type is not a text. AWS documents the quotas
    // (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), but not the answer. Users report this one.
    if (outcome.kind === 'too large') return gatewayAnswer(413, 'Request Too Long', outcome.reason);
    // Also if Lambda throttles the function: https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
    // and https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
    if (outcome.kind !== 'returned') return gatewayAnswer(500, 'Internal Server Error', outcome.reason);
    return answerOf(outcome.payload) ?? gatewayAnswer(500, 'Internal Server Error', 'malformed result');
  }

  return async (request: IncomingMessage, requestId: string): Promise<HttpAnswer> => {
    if (!cors) return answerRoute(request, requestId);
    const preflight = cors.preflight(request);
    if (preflight) return { status: 204, headers: preflight, body: '' };
    const answer = await answerRoute(request, requestId);
    return { ...answer, headers: { ...withoutCors(answer.headers), ...cors.headers(request) } };
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html: the gateway ignores the function's headers. */
function withoutCors(headers: HttpAnswer['headers']): HttpAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Also called if the client has closed the connection while it was sending. The answer reaches no client then. */
function unexpected(error: unknown): HttpAnswer {
  return gatewayAnswer(500, 'Internal Server Error', messageOf(error));
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, {
    ...headers,
    ...(body.length > 0 ? { 'content-length': Buffer.byteLength(body) } : {}),
  });
  response.end(body);
}
