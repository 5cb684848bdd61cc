import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import { recordOf } from '../json.ts';
import type { Invocation } from '../lambda/invocation.ts';
import type { Invoker } from '../lambda/lambda-permissions.ts';
import { messageOf } from '../report.ts';

/** Calls a function and waits for its result. Rejects if the call is not allowed, or not possible. */
export type Invoke = (functionArn: string, event: unknown, invoker: Invoker) => Promise<Invocation>;

/** The result of a function, or in words for the report the reason why there is none. */
export type Outcome =
  | { kind: 'returned'; payload: unknown }
  | { kind: 'failed' | 'refused' | 'too large' | 'timed out'; reason: string };

/**
 * Calls a function as API Gateway does. Never rejects: `failed` is an error of the function, `refused` a call that Lambda
 * did not accept (no permission, throttled), `too large` a payload of more than 6 MB, `timed out` a function that took
 * longer than `timeoutMs`.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
 */
export async function callFunction(
  { clock, invoke }: { clock: Clock; invoke: Invoke },
  target: { functionArn: string; sourceArn: string; timeoutMs: number },
  event: unknown,
): Promise<Outcome> {
  const timeOut = Promise.withResolvers<Outcome>();
  const cancel = clock.after(target.timeoutMs, () =>
    timeOut.resolve({ kind: 'timed out', reason: `no answer from the function in ${target.timeoutMs} ms` }),
  );
  const invoker = { principal: 'apigateway.amazonaws.com', sourceArn: target.sourceArn };
  const call = invoke(target.functionArn, event, invoker).then(outcomeOf, refusal);
  try {
    return await Promise.race([call, timeOut.promise]);
  } finally {
    cancel();
  }
}

function outcomeOf({ payload, functionError }: Invocation): Outcome {
  if (functionError === undefined) return { kind: 'returned', payload };
  // The message of the error is not reported, because it can quote what a user has sent.
  return { kind: 'failed', reason: `the function failed: ${recordOf(payload).errorType ?? functionError}` };
}

function refusal(error: unknown): Outcome {
  const isTooLarge = error instanceof AwsError && error.status === 413;
  return {
    kind: isTooLarge ? 'too large' : 'refused',
    reason: `the function was not called: ${messageOf(error)}`,
  };
}

/** What a route does: it calls a function and, with `returnsResponse`, sends its `body` back; or it sends a fixed text. */
export type SocketIntegration = FunctionIntegration | { type: 'MOCK'; response: string };

export interface FunctionIntegration {
  type: 'AWS_PROXY';
  functionArn: string;
  returnsResponse: boolean;
  sourceArn: string;
  /** At most 29 seconds. */
  timeoutMs: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const MAX_INTEGRATION_MS = 29_000;

/** Calls a route's function; never rejects. */
export function callIntegration(
  services: { clock: Clock; invoke: Invoke },
  integration: FunctionIntegration,
  event: unknown,
): Promise<Outcome> {
  const timeoutMs = Math.min(integration.timeoutMs, MAX_INTEGRATION_MS);
  return callFunction(services, { ...integration, timeoutMs }, event);
}
