import type { Clock } from '../clock.ts';
import type { Invocation } from '../lambda/invocation.ts';
import type { Report } from '../report.ts';
import { AwsError } from './aws-error.ts';
import { batchLength, failedIdentifiers } from './event-source.ts';
import type { Message } from './sqs-message.ts';
import type { QueueSpec } from './sqs-queue.ts';

/** An `AWS::Lambda::EventSourceMapping` of a queue. */
export interface QueueSubscription {
  /** The most messages in one event, 1 to 10. */
  batchSize: number;
  /** Whether the function names the messages that failed (`ReportBatchItemFailures`). */
  reportBatchItemFailures: boolean;
  /**
   * The most invocations at the same time (`MaximumConcurrency`). Default: five, with which Lambda begins. Without this
   * limit, Lambda would scale to 1,000 within minutes.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  maxConcurrency?: number;
  /**
   * Invokes the function. If the function fails, the whole batch returns to the queue. If this rejects because the function
   * is throttled, the batch is tried again as long as its messages are hidden.
   */
  deliver(event: { Records: unknown[] }): Promise<Invocation>;
}

/** The delay before a throttled batch is tried again. It doubles each time. AWS backs off too, but does not document the times. */
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/**
 * Lambda's event source mapping of a queue. It receives the visible messages, passes them to the function in batches, and
 * deletes those that have not failed. The others become visible again after the visibility time-out of the queue. While the
 * function is throttled, the mapping keeps its batches and receives fewer others.
 * Call `wake` whenever a message may have become visible. Between two calls, nothing runs.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function startQueuePoller({
  clock,
  report,
  region,
  queue,
  subscription,
  receive,
  remove,
}: {
  clock: Clock;
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
  const waits = new Set<() => void>();

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
    while (!isStopped && running < (subscription.maxConcurrency ?? 5)) {
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
    const visibleAt = clock.now() + queue.visibilityTimeoutMs;
    for (let left = batch; left.length > 0; ) {
      const length = batchLength(left, subscription.batchSize);
      await deliver(left.slice(0, length), visibleAt);
      left = left.slice(length);
    }
  }

  async function deliver(messages: Message[], visibleAt: number): Promise<void> {
    const failed = await failuresOf(messages, visibleAt);
    for (const { messageId, receiptHandle } of messages) if (!failed.has(messageId)) remove(receiptHandle);
    if (failed.size === 0) return;
    const message = `${queue.name}: ${failed.size} of ${messages.length} messages failed and return in ${visibleAt - clock.now()} ms`;
    report({ source: 'sqs', level: 'warn', message });
  }

  /** The ids of the messages that have failed. */
  async function failuresOf(messages: Message[], visibleAt: number): Promise<Set<string>> {
    const all = new Set(messages.map(({ messageId }) => messageId));
    try {
      const event = { Records: messages.map((message) => recordOf(message, queue.arn, region)) };
      const { payload, functionError } = await invoke(event, visibleAt);
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

  /** Invokes the function, again and again while it is throttled and the messages are hidden. */
  async function invoke(event: { Records: unknown[] }, visibleAt: number): Promise<Invocation> {
    for (let delayMs = firstRetryMs; ; delayMs = Math.min(2 * delayMs, longestRetryMs)) {
      try {
        return await subscription.deliver(event);
      } catch (error) {
        const isThrottled = error instanceof AwsError && error.status === 429;
        if (!isThrottled || isStopped || clock.now() + delayMs >= visibleAt) throw error;
        const message = `${queue.name}: the function is throttled; a batch is tried again in ${delayMs} ms`;
        report({ source: 'sqs', level: 'warn', message });
        await wait(delayMs);
        if (isStopped) throw error;
      }
    }
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        waits.delete(end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      waits.add(end);
    });
  }

  return {
    wake,
    stop() {
      isStopped = true;
      for (const end of waits) end();
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
