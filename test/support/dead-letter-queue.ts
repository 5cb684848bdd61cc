import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { nameOfResource } from './own-system.ts';

/** The dead-letter queue of a part of the stack (`Pipeline`, `Redelivery`). */
export async function deadLetterQueueUrl(sqs: SQSClient, part: string): Promise<string | undefined> {
  const QueueName = nameOfResource('AWS::SQS::Queue', `${part}DeadLetters`);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return QueueUrl;
}

/** The next message of a queue, as soon as there is one; it stays, and is shown again after a while. */
export async function lookAtMessage(sqs: SQSClient, QueueUrl: string | undefined): Promise<Message> {
  const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
  const { Messages: [message] = [] } = await sqs.send(receive);
  return message ?? lookAtMessage(sqs, QueueUrl);
}

/** The body of the next message of a queue, as soon as there is one, which is deleted. */
export async function takeMessage(sqs: SQSClient, QueueUrl: string | undefined): Promise<string> {
  const { ReceiptHandle, Body = '' } = await lookAtMessage(sqs, QueueUrl);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Body;
}
