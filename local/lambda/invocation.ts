import { AwsError } from '../aws/aws-error.ts';
import { recordOf } from '../json.ts';
import type { Outcome } from './lambda-environment.ts';

/** How an invocation ended. */
export interface Invocation {
  requestId: string;
  /** The result after a round trip through JSON; `{ errorType, errorMessage, trace? }` where `functionError` is set. */
  payload: unknown;
  /** Set where the function failed, timed out or broke down, as the header `X-Amz-Function-Error` has it. */
  functionError?: 'Unhandled';
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution */
export const requestLimitBytes = 6_291_456;
export const asyncRequestLimitBytes = 1_048_576;
/** 100 bytes over 6 MB, as Lambda's own message has it; documented are 6 MB. */
const responseLimitBytes = 6_291_556;

/**
 * The text of a request's payload.
 * @throws AwsError `RequestEntityTooLargeException` where it is larger than Lambda takes
 */
export function encode(payload: unknown, limitBytes: number): string {
  const event = JSON.stringify(payload) ?? 'null';
  if (Buffer.byteLength(event) <= limitBytes) return event;
  const message = `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestEntityTooLargeException', message, 413);
}

/** How an invocation ended that an environment has served. */
export function invocationOf(requestId: string, { isFailure, payload }: Outcome): Invocation {
  if (Buffer.byteLength(payload) > responseLimitBytes) {
    const errorType = 'Function.ResponseSizeTooLarge';
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${responseLimitBytes} bytes).`;
    return { requestId, payload: { errorType, errorMessage }, functionError: 'Unhandled' };
  }
  const parsed: unknown = JSON.parse(payload);
  return isFailure
    ? { requestId, payload: parsed, functionError: 'Unhandled' }
    : { requestId, payload: parsed };
}

/** Says for the log how an invocation ended. The error's type only: its message may quote what a user wrote, and the function logs it if it wants to. */
export function describeEnd({ functionError, payload }: Invocation): string {
  if (!functionError) return 'succeeded';
  return `failed with ${String(recordOf(payload).errorType ?? 'an error')}`;
}
