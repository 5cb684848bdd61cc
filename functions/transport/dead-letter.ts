import { isGiven, isObject } from '../core/parse.ts';
import type { BusEvent } from '../core/published-events.ts';
import { isBusEvent, parseJson } from './create-events.ts';

/** A message of a dead-letter queue. */
export interface DeadLetter {
  message_id: string;
  body: string;
}

/**
 * The payload that makes the create function try a dead letter again. It is the command with the idempotency key that the
 * door used, or the event as it was. An event has a key of its own, and its source is checked again. Repeated redrives
 * create nothing twice. A dead letter is one of three:
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

/**
 * The event in a dead letter of the function that publishes events, to be put on the bus again. Undefined: the dead letter is
 * Lambda's report on a batch, which holds no events.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function eventOf({ body }: DeadLetter): BusEvent | undefined {
  const letter = parseJson(body);
  if (!isObject(letter)) return undefined;
  const { name, detail } = letter;
  return typeof name === 'string' && typeof detail === 'string' ? { name, detail } : undefined;
}

/** A value that is no object stays as it is, and the function refuses it. */
function keyed(command: unknown, idempotency_key: string): unknown {
  if (!isObject(command)) return command ?? null;
  return isGiven(command.idempotency_key) ? command : { ...command, idempotency_key };
}

interface InvocationRecord {
  requestContext: { requestId: string };
  requestPayload: unknown;
}

const isInvocationRecord = (letter: unknown): letter is InvocationRecord =>
  isObject(letter) &&
  'requestPayload' in letter &&
  isObject(letter.requestContext) &&
  typeof letter.requestContext.requestId === 'string';
