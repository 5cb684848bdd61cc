import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { payloadOf } from '@belfry/functions/dead-letter';

const usage = `Creates what the create function's dead letters ask for, once their cause is mended.

  npm run redrive -- --from <CreateDeadLettersUrl> --function <CreateFunctionName>

Both are among the outputs of the stack. The function is invoked with each letter as it should have been at first, with the
same idempotency key, so that nothing is made twice, however often this runs. What it refuses again stays where it is, and
is named with the reason.`;

/** Where the letters are, and who is to do what they ask for. */
export interface RedriveOptions {
  /** The URL of the dead-letter queue. */
  from: string;
  functionName: string;
}

/** What a redrive has done, in letters. */
export interface Redriven {
  done: number;
  left: number;
}

/** For so long nobody else is given a letter that is being looked at, or that stays. */
const hiddenSeconds = 300;

/**
 * Invokes the create function with each dead letter, one after the other. A letter is deleted when the function has
 * succeeded; one that failed again stays, and is back in its queue five minutes later.
 * @param say is told of each letter
 */
export async function redriveAll(
  { sqs, lambda }: { sqs: SQSClient; lambda: LambdaClient },
  { from, functionName }: RedriveOptions,
  say: (line: string) => void,
): Promise<Redriven> {
  const receive = new ReceiveMessageCommand({
    QueueUrl: from,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: hiddenSeconds,
    // Long polling asks every server of the queue; a short one may find nothing where there is something.
    WaitTimeSeconds: 2,
  });
  const redriven: Redriven = { done: 0, left: 0 };
  const seen = new Set<string>();
  for (;;) {
    const { Messages: letters = [] } = await sqs.send(receive);
    if (letters.length === 0) return redriven;
    for (const letter of letters) {
      const { MessageId = '' } = letter;
      // One that stayed, and is back before the last has been seen.
      if (seen.has(MessageId)) continue;
      seen.add(MessageId);
      const failure = await redrive(letter);
      redriven[failure === undefined ? 'done' : 'left'] += 1;
      say(failure === undefined ? `done  ${MessageId}` : `left  ${MessageId}  ${failure}`);
    }
  }

  /** Answers why the function has failed again; nothing where it has not. */
  async function redrive({ MessageId = '', Body = '', ReceiptHandle }: Message): Promise<string | undefined> {
    const payload = payloadOf({ message_id: MessageId, body: Body });
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }),
    );
    if (!FunctionError) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      return undefined;
    }
    const { errorType, errorMessage } = JSON.parse(Payload?.transformToString() ?? '{}');
    return `${errorType}: ${errorMessage}`;
  }
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { from: text, function: text, help: { type: 'boolean' } } });
  const { from, function: functionName, help } = values;
  if (help) return console.log(usage);
  if (!from || !functionName) throw new Error(`--from and --function are both needed.\n\n${usage}`);
  const clients = { sqs: new SQSClient(), lambda: new LambdaClient() };
  const { done, left } = await redriveAll(clients, { from, functionName }, console.log);
  console.log(`${done} done, ${left} left${left > 0 ? ': mend them by hand, or delete them' : ''}.`);
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
