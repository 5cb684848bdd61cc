import { Unavailable } from '@belfry/functions/errors';
import { clientOf, packageMissing, throwProducerError } from './aws.ts';
import type { OpenDoor, QueueDoor } from './doors.ts';

const what = 'The create queue';

/**
 * Opens the queue door. A request takes
 * [10 messages](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html).
 */
export async function openQueueDoor(door: QueueDoor): Promise<OpenDoor> {
  const { SendMessageBatchCommand, SQSClient } = await loadSdk();
  const client = clientOf(door.client, SQSClient);
  return {
    commandsPerRequest: 10,
    async send(commands) {
      const request = new SendMessageBatchCommand({
        QueueUrl: door.queueUrl,
        Entries: commands.map(({ json }, index) => ({ Id: String(index), MessageBody: json })),
      });
      const { Failed = [] } = await client.send(request).catch(throwProducerError(what));
      return commands.map((_, index) => {
        const failed = Failed.find(({ Id }) => Id === String(index));
        if (!failed) return {};
        const cause = new Error(`${failed.Code}: ${failed.Message}`);
        return { error: failed.SenderFault ? cause : new Unavailable(what, { cause }) };
      });
    },
  };
}

async function loadSdk() {
  // Bundlers accept that a package is missing if its import is inside a `try`.
  try {
    return await import('@aws-sdk/client-sqs');
  } catch (cause) {
    throw packageMissing('@aws-sdk/client-sqs', cause);
  }
}
