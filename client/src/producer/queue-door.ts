import { Unavailable } from '@belfry/functions/errors';
import { packageMissing, toProducerError } from './aws-error.ts';
import type { OpenDoor, QueueDoor } from './doors.ts';

const what = 'The create queue';

/**
 * Opens the door of the queue. A request takes
 * [10 messages](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html).
 */
export async function openQueueDoor({ queueUrl, client: given }: QueueDoor): Promise<OpenDoor> {
  const { SendMessageBatchCommand, SQSClient } = await loadSdk();
  const client: Pick<InstanceType<typeof SQSClient>, 'send'> = given
    ? // The caller gives a client of this package; its type would bind them to one version of it.
      (given as InstanceType<typeof SQSClient>)
    : new SQSClient();
  return {
    lettersAtOnce: 10,
    async send(letters) {
      const command = new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: letters.map(({ text }, index) => ({ Id: String(index), MessageBody: text })),
      });
      const { Failed = [] } = await client.send(command).catch((cause) => {
        throw toProducerError(what, cause);
      });
      return letters.map((_, index) => {
        const failed = Failed.find(({ Id }) => Id === String(index));
        if (!failed) return {};
        const cause = new Error(`${failed.Code}: ${failed.Message}`);
        return { error: failed.SenderFault ? cause : new Unavailable(what, { cause }) };
      });
    },
  };
}

async function loadSdk() {
  // Within a `try`, bundlers take it for a package that may be missing.
  try {
    return await import('@aws-sdk/client-sqs');
  } catch (cause) {
    throw packageMissing('@aws-sdk/client-sqs', cause);
  }
}
