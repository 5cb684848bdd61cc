import { isObject } from '../core/parse.ts';
import { isBusEvent, parseJson } from './create-events.ts';

/** A message of the create function's dead-letter queue. */
export interface DeadLetter {
  message_id: string;
  body: string;
}

/**
 * The payload to invoke the create function with, so that it does what it should have done when the letter came through
 * its door: a command with the idempotency key that the door used, or an event as it was, which has its own and is
 * checked by its source again. Done any number of times, it makes nothing twice. A letter is one of three:
 *
 * - a message of the create queue, which keeps its id in the dead-letter queue;
 * - an event that EventBridge could not hand over;
 * - the record of an asynchronous invocation that failed for good, of a producer or of EventBridge, with its payload.
 *   https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function payloadOf({ message_id, body }: DeadLetter): unknown {
  const letter = parseJson(body);
  if (isBusEvent(letter)) return letter;
  if (!isInvocationRecord(letter)) return keyed(letter, message_id);
  const { requestPayload, requestContext } = letter;
  return isBusEvent(requestPayload) ? requestPayload : keyed(requestPayload, requestContext.requestId);
}

/** What is no command at all stays as it is, for the function to refuse. */
const keyed = (command: unknown, idempotency_key: string): unknown =>
  isObject(command) ? { idempotency_key, ...command } : (command ?? null);

interface InvocationRecord {
  requestContext: { requestId: string };
  requestPayload: unknown;
}

const isInvocationRecord = (letter: unknown): letter is InvocationRecord =>
  isObject(letter) &&
  'requestPayload' in letter &&
  isObject(letter.requestContext) &&
  typeof letter.requestContext.requestId === 'string';
