import { AwsError } from '../aws/aws-error.ts';
import { recordOf } from '../json.ts';
import type { Outcome } from './lambda-environment.ts';

/** How an invocation ended. */
export interface Invocation {
  requestId: string;
  /** The result, read from JSON. `{ errorType, errorMessage, trace? }` if `functionError` is set. */
  payload: unknown;
  /** Set if the function failed, timed out or ended: the header `X-Amz-Function-Error`. */
  functionError?: 'Unhandled';
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution */
export const requestLimitBytes = 6_291_456;
export const asyncRequestLimitBytes = 1_048_576;
/** Lambda's error message names this limit, 100 bytes more than the documented 6 MB. */
const responseLimitBytes = 6_291_556;

/**
 * The payload of a request as JSON.
 * @throws AwsError `RequestEntityTooLargeException` if it is larger than `limitBytes`
 */
export function encode(payload: unknown, limitBytes: number): string {
  const event = JSON.stringify(payload) ?? 'null';
  if (Buffer.byteLength(event) <= limitBytes) return event;
  const message = `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestEntityTooLargeException', message, 413);
}

/** The invocation that an environment has served. */
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

/**
 * How an invocation ended, in words for the report. Of an error only its type, because its message can quote what a user
 * wrote.
 */
export function describeEnd({ functionError, payload }: Invocation): string {
  if (!functionError) return 'succeeded';
  return `failed with ${String(recordOf(payload).errorType ?? 'an error')}`;
}
