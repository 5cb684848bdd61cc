import { arn } from '../aws/arn.ts';
import type { Make } from './resource.ts';

/** The defaults: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const makeQueue: Make = ({ properties, nameBy }, { sqs }) => {
  const name = nameBy('QueueName');
  const queueArn = arn('sqs', name);
  const redrive = properties.nested('RedrivePolicy');
  const deadLetterArn = redrive?.text('deadLetterTargetArn');
  const maxReceiveCount = redrive?.optionalNumber('maxReceiveCount');
  const retentionSeconds = properties.optionalNumber('MessageRetentionPeriod');
  sqs.createQueue({
    name,
    arn: queueArn,
    visibilityTimeoutMs: (properties.optionalNumber('VisibilityTimeout') ?? 30) * 1000,
    ...(retentionSeconds !== undefined && { retentionMs: retentionSeconds * 1000 }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    ...(maxReceiveCount !== undefined && { maxReceiveCount }),
  });
  properties.expect('DelaySeconds', 0);
  properties.expect('FifoQueue', false);
  properties.ignore('ReceiveMessageWaitTimeSeconds', 'RedriveAllowPolicy');
  properties.ignore('KmsMasterKeyId', 'SqsManagedSseEnabled', 'Tags');
  const attributes = { Arn: queueArn, QueueName: name, QueueUrl: sqs.url(name) };
  return { ref: sqs.url(name), attributes };
};

/**
 * Two kinds of statements are supported: a rule may send dead letters, and unencrypted transport is denied.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms
 */
const makeQueuePolicy: Make = ({ properties, logicalId }, { queueSenders }) => {
  const document = properties.nested('PolicyDocument');
  document?.expect('Version', '2012-10-17');
  for (const statement of document?.nestedList('Statement') ?? []) {
    statement.ignore('Sid');
    const [effect, action] = [statement.text('Effect'), statement.text('Action')];
    const queueArn = statement.text('Resource');
    if (effect === 'Deny') {
      // In the cloud, SDKs use HTTPS only. The local endpoint has HTTP only.
      statement.nested('Condition')?.nested('Bool')?.expect('aws:SecureTransport', false);
      statement.nested('Principal')?.expect('AWS', '*');
      continue;
    }
    if (action !== 'sqs:SendMessage')
      statement.refuse('Action', 'only sqs:SendMessage is understood locally');
    statement.nested('Principal')?.expect('Service', 'events.amazonaws.com');
    const source = statement.nested('Condition')?.nested('ArnEquals')?.text('aws:SourceArn');
    queueSenders.add(`${queueArn} ${source}`);
  }
  properties.ignore('Queues');
  return { ref: logicalId };
};

export const sqs: Record<string, Make> = {
  'AWS::SQS::Queue': makeQueue,
  'AWS::SQS::QueuePolicy': makeQueuePolicy,
};
