import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { nameOfResource } from './templates.ts';

/** The URL of the dead-letter queue of a part of the stack, such as `Pipeline` or `ConnectionCount`. */
export async function deadLetterQueueUrl(
  sqs: SQSClient,
  part: string,
  assemblyDirectory: string,
): Promise<string | undefined> {
  const QueueName = nameOfResource(assemblyDirectory, 'AWS::SQS::Queue', `${part}DeadLetters`);
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
  const [body] = await takeMessages(sqs, QueueUrl, 1);
  return body ?? takeMessage(sqs, QueueUrl);
}

/** The bodies of the next messages of a queue, 10 at most, which are deleted; none where none came for 20 seconds. */
export async function takeMessages(
  sqs: SQSClient,
  QueueUrl: string | undefined,
  most = 10,
): Promise<string[]> {
  const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: most });
  const { Messages = [] } = await sqs.send(receive);
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => Body);
}
