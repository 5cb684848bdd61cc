import type { Invocation } from '../lambda/invocation.ts';
import type { Report } from '../report.ts';
import { batchLength, failedIdentifiers } from './event-source.ts';
import type { Message } from './sqs-message.ts';
import type { QueueSpec } from './sqs-queue.ts';

/** An `AWS::Lambda::EventSourceMapping` of a queue. */
export interface QueueSubscription {
  /** The most messages in one event, 1 to 10. */
  batchSize: number;
  /** Whether the function names the messages that failed (`ReportBatchItemFailures`). */
  reportBatchItemFailures: boolean;
  /** Invokes the function. If this rejects, or if the function fails, the whole batch returns to the queue. */
  deliver(event: { Records: unknown[] }): Promise<Invocation>;
}

/**
 * The invocations of one mapping at the same time. Lambda begins with five pollers and scales to hundreds. Two are enough
 * to show that batches overlap and overtake each other, and they leave environments of a laptop to the other callers.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const parallelInvocations = 2;

/**
 * Lambda's event source mapping of a queue. It receives the visible messages, passes them to the function in batches, and
 * deletes those that have not failed. The others become visible again after the visibility time-out of the queue.
 * Call `wake` whenever a message may have become visible. Between two calls, nothing runs.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function startQueuePoller({
  report,
  region,
  queue,
  subscription,
  receive,
  remove,
}: {
  report: Report;
  region: string;
  queue: QueueSpec;
  subscription: QueueSubscription;
  receive: (max: number) => Message[];
  remove: (receiptHandle: string) => void;
}): { wake(): void; stop(): void } {
  let running = 0;
  let isWoken = false;
  let isStopped = false;

  function wake(): void {
    if (isWoken) return;
    isWoken = true;
    // One turn later, so that the messages of one SendMessageBatch are in one event.
    queueMicrotask(() => {
      isWoken = false;
      pump();
    });
  }

  function pump(): void {
    while (!isStopped && running < parallelInvocations) {
      const batch = receive(subscription.batchSize);
      if (batch.length === 0) return;
      running += 1;
      void deliverAll(batch).finally(() => {
        running -= 1;
        pump();
      });
    }
  }

  async function deliverAll(batch: Message[]): Promise<void> {
    for (let left = batch; left.length > 0; ) {
      const length = batchLength(left, subscription.batchSize);
      await deliver(left.slice(0, length));
      left = left.slice(length);
    }
  }

  async function deliver(messages: Message[]): Promise<void> {
    const failed = await failuresOf(messages);
    for (const { messageId, receiptHandle } of messages) if (!failed.has(messageId)) remove(receiptHandle);
    if (failed.size === 0) return;
    const message = `${queue.name}: ${failed.size} of ${messages.length} messages failed and return in ${queue.visibilityTimeoutMs} ms`;
    report({ source: 'sqs', level: 'warn', message });
  }

  /** The ids of the messages that have failed. */
  async function failuresOf(messages: Message[]): Promise<Set<string>> {
    const all = new Set(messages.map(({ messageId }) => messageId));
    try {
      const event = { Records: messages.map((message) => recordOf(message, queue.arn, region)) };
      const { payload, functionError } = await subscription.deliver(event);
      if (functionError) return all;
      return subscription.reportBatchItemFailures ? reportedFailures(payload, all) : new Set();
    } catch (error) {
      report({
        source: 'sqs',
        level: 'error',
        message: `${queue.name}: a batch was not taken: ${String(error)}`,
      });
      return all;
    }
  }

  return {
    wake,
    stop() {
      isStopped = true;
    },
  };
}

/** The ids that a function reports as failed. A report that names a message of another batch fails the whole batch. */
function reportedFailures(payload: unknown, all: Set<string>): Set<string> {
  const ids = failedIdentifiers(payload);
  return ids?.every((id) => typeof id === 'string' && all.has(id)) ? new Set(ids.map(String)) : all;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
function recordOf(message: Message, eventSourceARN: string, awsRegion: string) {
  const attributes = Object.entries(message.messageAttributes).map(([name, attribute]) => [
    name,
    {
      stringValue: attribute.StringValue,
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  };
}
