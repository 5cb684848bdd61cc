import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Clock, Logger } from '../core/ports.ts';
import { type HttpRequest, toHttpRequest } from './http-request.ts';
import { type AuthorizedEvent, identify, type Principal } from './principal.ts';
import { toProblem } from './problem.ts';

/** What a route answers: a status of success, and a JSON value but for 204. Refusals are thrown. */
export type RouteAnswer = { status: 200 | 201 | 202; body: unknown } | { status: 204 };

export type Route = (request: HttpRequest, principal: Principal) => Promise<RouteAnswer>;

/** The route that answers 200 with what `find` finds. */
export function ok(find: (request: HttpRequest, principal: Principal) => Promise<unknown>): Route {
  return async (request, principal) => ({ status: 200, body: await find(request, principal) });
}

/** The routes of one function, by route key (`GET /notifications/{id}`). */
export type RouteTable<Key extends string = string> = Readonly<Record<Key, Route>>;

/** The handler of a function behind the HTTP API. */
export type HttpHandler = (event: AuthorizedEvent) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * The handler of a function behind the HTTP API. On every route it first identifies the caller. Every refusal is answered
 * as problem+json and logged. The problem's `request_id` is the gateway's id of the request, and the log entry has it as
 * `api_request_id`. The `request_id` of a log entry is Lambda's.
 */
export function serve(routes: RouteTable, { clock, logger }: { clock: Clock; logger: Logger }): HttpHandler {
  return async (event) => {
    const { requestId } = event.requestContext;
    try {
      const principal = identify(event, clock);
      const route = routes[event.routeKey];
      if (!route) throw new Error(`No handler for the route ${event.routeKey}`);
      const answer = await route(toHttpRequest(event), principal);
      const headers = { 'x-request-id': requestId };
      if (answer.status === 204) return { statusCode: 204, headers: { ...notKept, ...headers } };
      return toResult(answer.status, 'application/json', answer.body, headers);
    } catch (error) {
      const { problem, headers } = toProblem(error, requestId);
      const { status, code } = problem;
      const fields = { api_request_id: requestId, route: event.routeKey, status, code };
      if (status >= 500) logger.error('request_failed', { ...fields, error });
      else logger.info('request_refused', fields);
      return toResult(problem.status, 'application/problem+json', problem, {
        ...headers,
        'x-request-id': requestId,
      });
    }
  };
}

// An inbox belongs to one user and changes all the time: nothing between may keep it.
const notKept = { 'cache-control': 'no-store' };

function toResult(
  statusCode: number,
  contentType: string,
  body: unknown,
  headers: Record<string, string>,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': contentType, ...notKept, ...headers },
    body: JSON.stringify(body),
  };
}
