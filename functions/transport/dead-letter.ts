import { parseCreateCommand } from '../core/create-command.ts';
import { ValidationError } from '../core/errors.ts';
import { isBusEvent, isObject, parseJson } from './create-events.ts';

/** A message of the create function's dead-letter queue. */
export interface DeadLetter {
  message_id: string;
  body: string;
}

/** What can be done with a dead letter: the command in it can be sent to the create queue, or there is a reason not to. */
export type Redrive = { command: Record<string, unknown> } | { refusal: string };

/**
 * The command of a dead letter, with the idempotency key that the door used which it came through: sent again, any
 * number of times, it makes what it should have made, and nothing where that was made after all. A letter is one of three:
 *
 * - a message of the create queue, which keeps its id in the dead-letter queue;
 * - an event that EventBridge could not hand over;
 * - the record of an asynchronous invocation that failed for good, of a producer or of EventBridge, with its payload.
 *   https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 *
 * Refused is what would be refused again, and what may not come in by another door than its own.
 */
export function redrive({ message_id, body }: DeadLetter): Redrive {
  const letter = parseJson(body);
  if (isBusEvent(letter)) return commandOf(letter.detail, letter.id);
  if (!isInvocationRecord(letter)) return commandOf(letter, message_id);
  const { requestPayload: payload, requestContext, responsePayload } = letter;
  const { errorType, errorMessage } = isObject(responsePayload) ? responsePayload : {};
  if (isFinal(errorType)) return { refusal: `${errorType}: ${errorMessage}` };
  return isBusEvent(payload)
    ? commandOf(payload.detail, payload.id)
    : commandOf(payload, requestContext.requestId);
}

function commandOf(command: unknown, key: string): Redrive {
  try {
    const { idempotency_key } = parseCreateCommand(command, key);
    return { command: { ...(isObject(command) && command), idempotency_key } };
  } catch (error) {
    if (error instanceof ValidationError) return { refusal: `ValidationError: ${error.message}` };
    throw error;
  }
}

/** The names of the errors by which a command is refused, now and later; see `create-doors.ts`. */
const isFinal = (errorType: unknown): boolean =>
  errorType === 'ValidationError' || errorType === 'IdempotencyConflict' || errorType === 'Forbidden';

interface InvocationRecord {
  requestContext: { requestId: string };
  requestPayload: unknown;
  responsePayload?: unknown;
}

const isInvocationRecord = (letter: unknown): letter is InvocationRecord =>
  isObject(letter) &&
  'requestPayload' in letter &&
  isObject(letter.requestContext) &&
  typeof letter.requestContext.requestId === 'string';
