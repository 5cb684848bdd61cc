import type { AwsCredentials, DeadLetters } from '../core/ports.ts';
import { callSigned } from './signed-call.ts';

/**
 * Dead letters in an SQS queue, each sent by one signed request.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function createDeadLetters({
  queueUrl,
  region,
  credentials,
}: {
  queueUrl: string;
  region: string;
  credentials: () => AwsCredentials;
}): DeadLetters {
  return {
    async keep(record) {
      const response = await callSigned({
        service: 'sqs',
        region,
        credentials: credentials(),
        endpoint: queueUrl,
        target: 'AmazonSQS.SendMessage',
        protocolVersion: '1.0',
        input: { QueueUrl: queueUrl, MessageBody: JSON.stringify(record) },
      });
      await response.body?.cancel();
    },
  };
}
