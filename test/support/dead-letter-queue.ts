import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { nameOfResource } from './own-system.ts';

/** The dead-letter queue of a part of the stack (`Pipeline`, `Redelivery`). */
export async function deadLetterQueueUrl(sqs: SQSClient, part: string): Promise<string | undefined> {
  const QueueName = nameOfResource('AWS::SQS::Queue', `${part}DeadLetters`);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return QueueUrl;
}
