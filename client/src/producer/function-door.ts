import { IdempotencyConflict, Unavailable, ValidationError } from '@belfry/functions/errors';
import { packageMissing, toProducerError } from './aws-error.ts';
import { created, type FunctionDoor, type OpenDoor, type Outcome } from './doors.ts';

const what = 'The create function';

/** Opens the door of direct invocation. */
export async function openFunctionDoor(door: FunctionDoor): Promise<OpenDoor> {
  const { InvokeCommand, LambdaClient } = await loadSdk();
  const client: Pick<InstanceType<typeof LambdaClient>, 'send'> = door.client
    ? // The caller gives a client of this package; its type would bind them to one version of it.
      (door.client as InstanceType<typeof LambdaClient>)
    : new LambdaClient();
  return {
    lettersAtOnce: 1,
    async send([letter]) {
      const command = new InvokeCommand({
        FunctionName: door.functionName,
        InvocationType: door.isAsync ? 'Event' : 'RequestResponse',
        Payload: new TextEncoder().encode(letter?.text),
      });
      const { FunctionError, Payload } = await client.send(command).catch((cause) => {
        throw toProducerError(what, cause);
      });
      if (door.isAsync) return [{}];
      const answer: unknown = JSON.parse(new TextDecoder().decode(Payload));
      return [FunctionError ? failure(answer) : created(answer)];
    },
  };
}

function failure(answer: unknown): Outcome {
  const { errorType = 'Error', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
  if (errorType === 'ValidationError') {
    return { error: new ValidationError([{ path: '', message: errorMessage }]) };
  }
  if (errorType === 'IdempotencyConflict') return { error: new IdempotencyConflict() };
  // It was refused by the database, ran out of time or crashed; the key makes it safe to try again.
  return { error: new Unavailable(what, { cause: new Error(`${errorType}: ${errorMessage}`) }) };
}

async function loadSdk() {
  // Within a `try`, bundlers take it for a package that may be missing.
  try {
    return await import('@aws-sdk/client-lambda');
  } catch (cause) {
    throw packageMissing('@aws-sdk/client-lambda', cause);
  }
}
