import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { payloadOf } from '@belfry/functions/dead-letter';
import { printable, printableLines } from '@belfry/local/printable';

const usage = `Tries the dead letters of the create function again. Run it after you have removed the cause of the failures.

  npm run redrive -- --from <CreateDeadLettersUrl> --function <CreateFunctionName>

Both values are outputs of the stack. The command invokes the create function with each dead letter, with its original
idempotency key. So you can run it again, and no notification is created twice. If the function refuses a dead letter
again, the command prints the reason, and the dead letter stays in its queue.`;

/** The dead-letter queue, and the function to invoke. */
export interface RedriveOptions {
  /** The URL of the dead-letter queue. */
  from: string;
  functionName: string;
}

/** How many dead letters were created, and how many stay in their queue. */
export interface Redriven {
  done: number;
  left: number;
}

/** How long the queue hides a dead letter from other receivers after this command has received it. */
const hiddenSeconds = 300;

/**
 * Invokes the create function with each dead letter, one after the other. If the function succeeds, the dead letter is
 * deleted. If it fails again, the dead letter stays, and is visible in its queue again after five minutes.
 * @param say gets one line for each dead letter
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
    // Long polling asks every server of the queue. Short polling may miss messages.
    WaitTimeSeconds: 2,
  });
  const redriven: Redriven = { done: 0, left: 0 };
  const seen = new Set<string>();
  for (;;) {
    const { Messages: letters = [] } = await sqs.send(receive);
    if (letters.length === 0) return redriven;
    for (const letter of letters) {
      const { MessageId = '' } = letter;
      // A dead letter that failed again, and is visible again before the queue is empty.
      if (seen.has(MessageId)) continue;
      seen.add(MessageId);
      const failure = await redrive(letter);
      redriven[failure === undefined ? 'done' : 'left'] += 1;
      say(failure === undefined ? `done  ${MessageId}` : `left  ${MessageId}  ${failure}`);
    }
  }

  /** Returns why the function has failed again, or undefined if it has succeeded. */
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
  if (!from || !functionName) throw new Error(`${from ? '--function' : '--from'} is missing.\n\n${usage}`);
  const clients = { sqs: new SQSClient(), lambda: new LambdaClient() };
  const { done, left } = await redriveAll(clients, { from, functionName }, (line) =>
    console.log(printable(line)),
  );
  console.log(
    `${done} done, ${left} left${left > 0 ? '. Correct and send them by hand, or delete them' : ''}.`,
  );
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`✗ ${printableLines(error instanceof Error ? error.message : String(error))}`);
    process.exitCode = 1;
  });
}
