import { parseArgs } from 'node:util';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { redrive } from '../functions/transport/dead-letter.ts';

const usage = `Sends what the create function's dead letters hold to the create queue, once their cause is mended.

  npm run redrive -- --from <CreateDeadLettersUrl> --to <CreateQueueUrl>

Both URLs are among the outputs of the stack. Each command keeps the idempotency key of the door that it came through, so
that nothing is made twice, however often this runs. Letters that would be refused again stay where they are, and are named.`;

/** What a redrive has done, in letters. */
export interface Redriven {
  sent: number;
  left: number;
}

/** For so long nobody else is given a letter that is being looked at, or that stays. */
const hiddenSeconds = 300;

/**
 * Sends the commands of all dead letters to a queue. A letter is deleted after its command was sent; one that would be
 * refused again stays, and is back in its queue five minutes later.
 * @param say is told of each letter
 */
export async function redriveAll(
  sqs: SQSClient,
  { from, to }: { from: string; to: string },
  say: (line: string) => void,
): Promise<Redriven> {
  const redriven: Redriven = { sent: 0, left: 0 };
  const receive = () =>
    sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hiddenSeconds,
        // Long polling asks every server of the queue; a short one may find nothing where there is something.
        WaitTimeSeconds: 2,
      }),
    );
  const seen = new Set<string | undefined>();
  for (;;) {
    const { Messages = [] } = await receive();
    // Letters that stay come back, at the latest when all the others are gone.
    const letters = Messages.filter(({ MessageId }) => !seen.has(MessageId));
    if (letters.length === 0) return redriven;
    for (const letter of letters) {
      seen.add(letter.MessageId);
      if (await redriveOne(letter)) redriven.sent += 1;
      else redriven.left += 1;
    }
  }

  /** Whether it was sent. */
  async function redriveOne({ MessageId = '', Body = '', ReceiptHandle }: Message): Promise<boolean> {
    const result = redrive({ message_id: MessageId, body: Body });
    if ('refusal' in result) {
      say(`left   ${MessageId}  ${result.refusal}`);
      return false;
    }
    await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: JSON.stringify(result.command) }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
    say(`sent   ${MessageId}  with the key ${JSON.stringify(result.command.idempotency_key)}`);
    return true;
  }
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { from, to, help } = parseArgs({
    options: { from: text, to: text, help: { type: 'boolean' } },
  }).values;
  if (help) return console.log(usage);
  if (!from || !to) throw new Error(`--from and --to are both needed.\n\n${usage}`);
  const { sent, left } = await redriveAll(new SQSClient(), { from, to }, console.log);
  console.log(
    `${sent} sent to the create queue, ${left} left${left > 0 ? ': mend them by hand, or delete them' : ''}.`,
  );
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
