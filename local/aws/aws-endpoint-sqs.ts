import { type AwsCall, type AwsService, type Input, parseInput } from './aws-call.ts';
import { AwsError, unknownOperation } from './aws-error.ts';
import type { Sqs } from './sqs.ts';
import { type Message, messageBytes, messageLimitBytes } from './sqs-message.ts';

/**
 * SQS in JSON 1.0: the operations that send messages, and those that read and empty a dead-letter queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
 */
export function createSqsEndpoint({
  sqs,
  region,
  account,
}: {
  sqs: Sqs;
  region: string;
  account: string;
}): AwsService {
  const arnOf = (queue: string) => `arn:aws:sqs:${region}:${account}:${queue.split('/').at(-1)}`;

  const operations: Record<string, (queue: string, input: Input) => unknown> = {
    SendMessage(queue, input) {
      const { messageId, md5 } = send(queue, input);
      return { MessageId: messageId, MD5OfMessageBody: md5 };
    },
    SendMessageBatch(queue, input) {
      const entries = input.inputs('Entries');
      checkBatch(entries);
      const results = entries.map((entry) => sendEntry(queue, entry));
      return {
        Successful: results.filter((result) => 'MessageId' in result),
        Failed: results.filter((result) => 'Code' in result),
      };
    },
    ReceiveMessage: receive,
    DeleteMessage: (queue, input) => sqs.delete(queue, input.requiredText('ReceiptHandle')),
    GetQueueUrl: (queue) => ({ QueueUrl: sqs.url(queue) }),
    GetQueueAttributes(queue, input) {
      const { visible, inFlight } = sqs.count(queue);
      const attributes = {
        QueueArn: sqs.arn(queue),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(inFlight),
      };
      return { Attributes: chosen(attributes, input.texts('AttributeNames')) };
    },
    PurgeQueue: (queue) => sqs.purge(queue),
  };

  function send(queue: string, input: Input) {
    refuse(input, 'DelaySeconds', 'MessageAttributes');
    return sqs.send(queue, input.text('MessageBody') ?? '');
  }

  function sendEntry(queue: string, entry: Input) {
    const Id = entry.requiredText('Id');
    try {
      const { messageId, md5 } = send(queue, entry);
      return { Id, MessageId: messageId, MD5OfMessageBody: md5 };
    } catch (error) {
      if (!(error instanceof AwsError) || error.name === 'QueueDoesNotExist') throw error;
      return { Id, Code: error.name, Message: error.message, SenderFault: true };
    }
  }

  async function receive(queue: string, input: Input) {
    const max = input.number('MaxNumberOfMessages') ?? 1;
    if (!Number.isInteger(max) || max < 1 || max > 10) throw outOfRange('MaxNumberOfMessages', max, 1, 10);
    const hideMs = seconds(input, 'VisibilityTimeout', 43_200);
    const waitMs = seconds(input, 'WaitTimeSeconds', 20) ?? 0;
    let messages = sqs.receive(queue, max, hideMs);
    if (messages.length === 0 && waitMs > 0) {
      await sqs.arrival(queue, waitMs);
      messages = sqs.receive(queue, max, hideMs);
    }
    return messages.length === 0 ? {} : { Messages: messages.map((message) => view(message, input)) };
  }

  return async ({ authorize, operation, body }: AwsCall) => {
    const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!perform) throw unknownOperation(`AmazonSQS.${operation}`, Object.keys(operations));
    const input = parseInput(body);
    const queue = input.requiredText(operation === 'GetQueueUrl' ? 'QueueName' : 'QueueUrl');
    // A batch needs the permission of its single operation.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    authorize(`sqs:${operation.replace('Batch', '')}`, arnOf(queue));
    const output = await perform(queue, input);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: output === undefined ? '' : JSON.stringify(output),
    };
  };
}

function checkBatch(entries: Input[]): void {
  const ids = entries.map((entry) => entry.requiredText('Id'));
  if (ids.length === 0) {
    const message = 'There should be at least one SendMessageBatchRequestEntry in the request.';
    throw new AwsError('EmptyBatchRequest', message);
  }
  if (ids.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${ids.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', message);
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    const message =
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
    throw new AwsError('InvalidBatchEntryId', message);
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  const bytes = entries.reduce((sum, entry) => sum + messageBytes(entry.text('MessageBody') ?? ''), 0);
  if (bytes > messageLimitBytes) {
    const message = `Batch requests cannot be longer than ${messageLimitBytes} bytes. You have sent ${bytes} bytes.`;
    throw new AwsError('BatchRequestTooLong', message);
  }
}

/** Refuses a request that has one of these members. Nothing in this project uses them. */
function refuse(input: Input, ...names: string[]): void {
  const name = names.find((member) => input.has(member));
  if (name === undefined) return;
  const message = `The parameter ${name} is not supported by the local SQS. Leave it out.`;
  throw new AwsError('UnsupportedOperation', message);
}

function view(
  { messageId, receiptHandle, md5OfBody, body, attributes, messageAttributes }: Message,
  input: Input,
) {
  // Today's SDKs send the first name, older SDKs the second one.
  const systemNames = [...input.texts('MessageSystemAttributeNames'), ...input.texts('AttributeNames')];
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5OfBody,
    Body: body,
    Attributes: chosen(attributes, systemNames),
    MessageAttributes: chosen(messageAttributes, input.texts('MessageAttributeNames')),
  };
}

/** The values that are named: by their keys, by `All`, or by a prefix with `.*`. Undefined if there are none. */
function chosen<Value>(values: Record<string, Value>, names: string[]): Record<string, Value> | undefined {
  const isNamed = (key: string) =>
    names.some(
      (name) => name === 'All' || name === key || (name.endsWith('.*') && key.startsWith(name.slice(0, -2))),
    );
  const entries = Object.entries(values).filter(([key]) => isNamed(key));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A number of seconds from 0 to `max`, in milliseconds. */
function seconds(input: Input, name: string, max: number): number | undefined {
  const value = input.number(name);
  if (value !== undefined && !(Number.isInteger(value) && value >= 0 && value <= max)) {
    throw outOfRange(name, value, 0, max);
  }
  return value === undefined ? undefined : value * 1000;
}

function outOfRange(name: string, value: number, min: number, max: number): AwsError {
  const message = `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`;
  return new AwsError('InvalidParameterValue', message);
}
