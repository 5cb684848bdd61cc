import { parseArgs } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventOf, payloadOf } from '@belfry/functions/dead-letter';
import { eventSource } from '@belfry/functions/deployment';
import { printable, printableLines } from '@belfry/local/printable';

const usage = `Tries dead letters again. Run it after you have removed the cause of the failures.

Create commands:
  npm run redrive -- --from <CreateDeadLettersUrl> --function <CreateFunctionName>

Events that the event bus has not taken:
  npm run redrive -- --from <EventDeadLettersUrl> --bus <EventBusName>

All values are outputs of the stack. The command invokes the create function with each dead letter, with its original
idempotency key, or puts the event on the bus, under its original id. So you can run it again, and no notification is created
twice. If a dead letter is refused again, the command prints the reason, and the dead letter stays in its queue.`;

/** How many dead letters were tried with success, and how many stay in their queue. */
export interface Redriven {
  done: number;
  left: number;
}

/** Tries a dead letter again, and returns why it has failed, or undefined if it has succeeded. */
export type TryAgain = (letter: { message_id: string; body: string }) => Promise<string | undefined>;

/** How long the queue hides a dead letter from other receivers after this command has received it. */
const hiddenSeconds = 300;

/**
 * Tries each dead letter of a queue again, one after the other. One that succeeds is deleted. One that fails again stays, and
 * is visible in its queue again after five minutes.
 * @param from the URL of the dead-letter queue
 * @param say gets one line for each dead letter
 */
export async function redriveAll(
  sqs: SQSClient,
  from: string,
  tryAgain: TryAgain,
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

  async function redrive({ MessageId = '', Body = '', ReceiptHandle }: Message): Promise<string | undefined> {
    const failure = await tryAgain({ message_id: MessageId, body: Body });
    if (failure !== undefined) return failure;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
    return undefined;
  }
}

/** Invokes the create function with the command of a dead letter. */
export function createAgain(lambda: LambdaClient, functionName: string): TryAgain {
  return async (letter) => {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payloadOf(letter)) }),
    );
    if (!FunctionError) return undefined;
    const { errorType, errorMessage } = JSON.parse(Payload?.transformToString() ?? '{}');
    return `${errorType}: ${errorMessage}`;
  };
}

/** Puts the event of a dead letter on the bus. */
export function publishAgain(eventBridge: EventBridgeClient, busName: string): TryAgain {
  return async (letter) => {
    const event = eventOf(letter);
    if (!event)
      return 'It holds no event: it is a report of Lambda on a batch. docs/operations.md, EventsGivenUp.';
    const entry = {
      EventBusName: busName,
      Source: eventSource,
      DetailType: event.name,
      Detail: event.detail,
    };
    const { Entries: [result] = [] } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
    if (result?.EventId !== undefined) return undefined;
    return `${result?.ErrorCode}: ${result?.ErrorMessage}`;
  };
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { from: text, function: text, bus: text, help: { type: 'boolean' } },
  });
  const { from, function: functionName, bus, help } = values;
  if (help) return console.log(usage);
  if (!from) throw new Error(`--from is missing.\n\n${usage}`);
  const { done, left } = await redriveAll(new SQSClient(), from, tryAgainBy(functionName, bus), (line) =>
    console.log(printable(line)),
  );
  console.log(
    `${done} done, ${left} left${left > 0 ? '. Correct and send them by hand, or delete them' : ''}.`,
  );
}

function tryAgainBy(functionName: string | undefined, bus: string | undefined): TryAgain {
  if (functionName && bus) throw new Error(`Give --function or --bus, not both.\n\n${usage}`);
  if (functionName) return createAgain(new LambdaClient(), functionName);
  if (bus) return publishAgain(new EventBridgeClient(), bus);
  throw new Error(`--function or --bus is missing.\n\n${usage}`);
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`✗ ${printableLines(error instanceof Error ? error.message : String(error))}`);
    process.exitCode = 1;
  });
}
