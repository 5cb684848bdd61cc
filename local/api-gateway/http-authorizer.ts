import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Clock } from '../clock.ts';
import { isRecord } from '../json.ts';
import { callFunction, type Invoke } from './call-function.ts';
import { gatewayAnswer, type HttpAnswer } from './http-answer.ts';
import { authorizerEvent } from './http-event.ts';
import type { ApiIdentity } from './request-context.ts';

/** A REQUEST authorizer of payload format 2.0. `sourceArn` identifies it. */
export interface HttpAuthorizer {
  functionArn: string;
  sourceArn: string;
  /** Where the identity is: `$request.header.Name`, `$request.querystring.name` or `$context.routeKey`. */
  identitySource: readonly string[];
  /** How long a result is kept for the same identity, in milliseconds. 0: it is not kept. */
  resultTtlMs: number;
  enableSimpleResponses: boolean;
}

/** The decision of an authorizer: the context that the function gets, or the refusal of the gateway. */
export type Authorization = { context: Record<string, unknown> } | { refusal: HttpAnswer };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const AUTHORIZER_TIMEOUT_MS = 10_000;

/**
 * Asks an authorizer whether a request is allowed. The gateway refuses with 401 if an identity source is missing (it does
 * not call the function then), with 403 if the authorizer does not allow the request, and with 500 if the authorizer
 * fails or answers in another form.
 *
 * A result is kept for `resultTtlMs`, for the same values of the identity sources and for all routes of the authorizer. If
 * `$context.routeKey` is one of the sources, it is kept for one route. A failure is not kept; AWS does not document this. Requests that come before the first result each ask the
 * authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createAuthorization({
  clock,
  invoke,
  api,
}: {
  clock: Clock;
  invoke: Invoke;
  api: ApiIdentity;
}) {
  const results = new Map<string, { authorization: Authorization; expiresAt: number }>();

  return async (authorizer: HttpAuthorizer, event: APIGatewayProxyEventV2): Promise<Authorization> => {
    const identity = authorizer.identitySource.map((source) => identityValue(source, event));
    if (!identity.every(isPresent)) return { refusal: gatewayAnswer(401, 'Unauthorized') };

    const key = JSON.stringify([authorizer.sourceArn, ...identity]);
    const known = results.get(key);
    if (known && clock.now() < known.expiresAt) return known.authorization;

    const target = { ...authorizer, timeoutMs: AUTHORIZER_TIMEOUT_MS };
    const outcome = await callFunction({ clock, invoke }, target, authorizerEvent(api, event, identity));
    if (outcome.kind !== 'returned') return failure(outcome.reason);
    const { payload } = outcome;
    if (!isRecord(payload) || typeof payload.isAuthorized !== 'boolean') {
      return failure('its result has no isAuthorized');
    }
    const authorization: Authorization = payload.isAuthorized
      ? { context: isRecord(payload.context) ? payload.context : {} }
      : { refusal: gatewayAnswer(403, 'Forbidden') };
    results.set(key, { authorization, expiresAt: clock.now() + authorizer.resultTtlMs });
    return authorization;
  };
}

/** @throws Error that names the authorizer, if its kind is not supported here, or if AWS would refuse it */
export function checkAuthorizer(authorizer: HttpAuthorizer): void {
  const { functionArn, enableSimpleResponses, identitySource, resultTtlMs } = authorizer;
  if (!enableSimpleResponses) {
    throw new Error(
      `The authorizer ${functionArn} answers with policies, and only simple responses are supported locally. Set EnableSimpleResponses to true.`,
    );
  }
  if (resultTtlMs > 0 && identitySource.length === 0) {
    throw new Error(
      `The authorizer ${functionArn} keeps results, and has no identity source. Add one, or set AuthorizerResultTtlInSeconds to 0.`,
    );
  }
  for (const source of identitySource) {
    if (source !== '$context.routeKey' && !REQUEST_SOURCE.test(source)) {
      throw new Error(
        `The authorizer ${functionArn} has the identity source ${source}, which is not supported. Use $request.header.<name>, $request.querystring.<name> or $context.routeKey.`,
      );
    }
  }
}

const REQUEST_SOURCE = /^\$request\.(?<kind>header|querystring)\.(?<name>.+)$/;

function identityValue(source: string, event: APIGatewayProxyEventV2): string | undefined {
  if (source === '$context.routeKey') return event.routeKey;
  const { kind, name = '' } = REQUEST_SOURCE.exec(source)?.groups ?? {};
  return kind === 'header' ? event.headers[name.toLowerCase()] : event.queryStringParameters?.[name];
}

function isPresent(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function failure(reason: string): Authorization {
  return { refusal: gatewayAnswer(500, 'Internal Server Error', `authorizer: ${reason}`) };
}
