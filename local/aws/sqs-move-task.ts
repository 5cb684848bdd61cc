import { randomUUID } from 'node:crypto';
import type { Report } from '../report.ts';
import { AwsError } from './aws-error.ts';
import { newMessage } from './sqs-message.ts';
import type { Queue } from './sqs-queue.ts';

/**
 * Moves what a dead-letter queue holds to another queue, or without one each message back to where it came from; answers
 * the task's handle. Moved messages are new ones, with an id and a time of sending of their own. As on AWS, a task without
 * a destination ends at a message that came from no queue. Here it is over when this returns.
 * Throws `ResourceNotFoundException`, and `UnsupportedOperation` where no queue sends its dead letters to the source.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export function moveMessages(
  queues: Iterable<Queue>,
  { sourceArn, destinationArn, now, report }: MoveTask,
): string {
  const all = [...queues];
  const find = (arn: string | undefined) => all.find(({ spec }) => spec.arn === arn);
  const source = find(sourceArn) ?? refuseUnknown(sourceArn);
  const destination = destinationArn && (find(destinationArn) ?? refuseUnknown(destinationArn));
  if (!all.some(({ spec }) => spec.deadLetterArn === sourceArn)) {
    const message = 'Source queue must be configured as a Dead Letter Queue.';
    throw new AwsError('UnsupportedOperation', message);
  }
  const taskHandle = randomUUID();
  for (const message of source.messages()) {
    const to = destination || find(message.deadLetterSourceArn);
    if (!to) {
      const why = `message ${message.messageId} came from no queue`;
      const failed = `${source.spec.name}: move task ${taskHandle} ended, as ${why}`;
      report({ source: 'sqs', level: 'error', message: failed });
      break;
    }
    to.store(newMessage(message.body, message.messageAttributes, now));
    source.remove(message);
  }
  return taskHandle;
}

interface MoveTask {
  sourceArn: string;
  destinationArn: string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
  report: Report;
}

function refuseUnknown(arn: string): never {
  throw new AwsError('ResourceNotFoundException', `The queue ${arn} does not exist.`);
}
