import {
  AlreadySent,
  IdempotencyConflict,
  NotFound,
  Unavailable,
  ValidationError,
} from '@belfry/functions/errors';
import { clientOf, packageMissing, throwProducerError } from './aws.ts';
import type { CheckedCommand } from './check-command.ts';
import type { InvokeDoor, OpenDoor, Outcome } from './doors.ts';

const what = 'The create function';

/** Opens the invoke door. */
export async function openInvokeDoor(door: InvokeDoor): Promise<OpenDoor> {
  const { InvokeCommand, LambdaClient } = await loadSdk();
  const client = clientOf(door.client, LambdaClient);
  return {
    commandsPerRequest: 1,
    async send([command]) {
      // There is one, because a request takes one.
      if (!command) return [];
      const request = new InvokeCommand({
        FunctionName: door.functionName,
        InvocationType: door.isAsync ? 'Event' : 'RequestResponse',
        Payload: new TextEncoder().encode(command.json),
      });
      const { FunctionError, Payload } = await client.send(request).catch(throwProducerError(what));
      if (door.isAsync) return [{}];
      const answer: unknown = JSON.parse(new TextDecoder().decode(Payload));
      return [FunctionError ? failure(answer, command) : { answer }];
    },
  };
}

function failure(answer: unknown, { json }: CheckedCommand): Outcome {
  const { errorType = 'Error', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
  if (errorType === 'ValidationError') {
    return { error: new ValidationError([{ path: '', message: errorMessage }]) };
  }
  if (errorType === 'IdempotencyConflict') return { error: new IdempotencyConflict() };
  if (errorType === 'NotFound') return { error: new NotFound(errorMessage) };
  if (errorType === 'AlreadySent') return { error: new AlreadySent(JSON.parse(json).scheduled_id) };
  // The database refused it, or the function timed out or crashed. The idempotency key makes it safe to try again.
  return { error: new Unavailable(what, { cause: new Error(`${errorType}: ${errorMessage}`) }) };
}

async function loadSdk() {
  // Bundlers accept that a package is missing if its import is inside a `try`.
  try {
    return await import('@aws-sdk/client-lambda');
  } catch (cause) {
    throw packageMissing('@aws-sdk/client-lambda', cause);
  }
}
