import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Clock } from '../clock.ts';
import { isRecord } from '../json.ts';
import { callFunction, type Invoke } from './call-function.ts';
import { gatewayAnswer, type HttpAnswer } from './http-answer.ts';
import { type ApiIdentity, authorizerEvent } from './http-event.ts';

/** A REQUEST authorizer of payload format 2.0; `sourceArn` tells one authorizer from another. */
export interface HttpAuthorizer {
  functionArn: string;
  sourceArn: string;
  /** Where the identity is: `$request.header.Name`, `$request.querystring.name` or `$context.routeKey`. */
  identitySource: readonly string[];
  /** How long a result holds for the same identity, in milliseconds; 0 keeps none. */
  resultTtlMs: number;
  enableSimpleResponses: boolean;
}

/** What an authorizer decided: the context it passes on to the function, or the gateway's refusal. */
export type Authorization = { context: Record<string, unknown> } | { refusal: HttpAnswer };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const AUTHORIZER_TIMEOUT_MS = 10_000;

/**
 * Asks an authorizer whether a request may pass, with the gateway's own refusals: 401 without every identity source
 * (the function is not called then), 403 where it says no, 500 where it fails or answers in another form.
 *
 * A result, either way, holds for `resultTtlMs` for the same values of the identity sources on all routes of the
 * authorizer, unless `$context.routeKey` is one of the sources; failures are asked again (not documented: our choice).
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

/** Throws for an authorizer of a kind that is not built here or that AWS would not take, naming it. */
export function checkAuthorizer(authorizer: HttpAuthorizer): void {
  const { functionArn, enableSimpleResponses, identitySource, resultTtlMs } = authorizer;
  if (!enableSimpleResponses) {
    throw new Error(
      `The authorizer ${functionArn} answers with policies; only simple responses work locally.`,
    );
  }
  if (resultTtlMs > 0 && identitySource.length === 0) {
    throw new Error(
      `The authorizer ${functionArn} keeps results, and so needs at least one identity source.`,
    );
  }
  for (const source of identitySource) {
    if (source !== '$context.routeKey' && !REQUEST_SOURCE.test(source)) {
      throw new Error(
        `The authorizer ${functionArn} has the identity source ${source}, which is not supported.`,
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
