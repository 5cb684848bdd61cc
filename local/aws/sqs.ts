import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Invocation } from '../lambda/lambda.ts';
import type { Report } from '../report.ts';
import { AwsError } from './aws-error.ts';
import {
  checkContents,
  type Message,
  type MessageAttribute,
  md5,
  parseReceiptHandle,
  type StoredMessage,
  view,
} from './sqs-message.ts';
import { startQueuePoller } from './sqs-poller.ts';

export type { Message, MessageAttribute } from './sqs-message.ts';

/** A queue as its template describes it. */
export interface QueueSpec {
  name: string;
  arn: string;
  visibilityTimeoutMs: number;
  /** With `deadLetterArn`: how often a message is received before it is moved there. */
  maxReceiveCount?: number;
  deadLetterArn?: string;
}

/** An `AWS::Lambda::EventSourceMapping` of a queue. */
export interface Subscription {
  /** The most messages in one event, 1 to 10. */
  batchSize: number;
  /** Whether the function names the messages that failed (`ReportBatchItemFailures`). */
  reportBatchItemFailures: boolean;
  /** Invokes the function; a rejection or a function error returns the whole batch. */
  deliver(event: { Records: unknown[] }): Promise<Invocation>;
}

/** How many messages a queue has: ready to be received, in the hands of a receiver, not due yet. */
export interface MessageCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/**
 * Queues are named by name, ARN or URL; an unknown one throws `QueueDoesNotExist`. Messages are kept in memory, in
 * the order of sending, and end with the process.
 */
export interface Sqs {
  createQueue(spec: QueueSpec): void;
  url(name: string): string;
  arn(queue: string): string;
  /** Throws `InvalidMessageContents` or `InvalidParameterValue` for what SQS does not take. */
  send(
    queue: string,
    body: string,
    attributes?: Record<string, MessageAttribute>,
    delayMs?: number,
  ): { messageId: string; md5: string };
  /** Up to `max` messages, hidden from other receivers for `hideMs` (without it, the queue's visibility time-out). */
  receive(queue: string, max: number, hideMs?: number): Message[];
  /** Resolves when a message may have become visible, or after `waitMs`: to be followed by another `receive`. */
  arrival(queue: string, waitMs: number): Promise<void>;
  /**
   * Forgets a message; does nothing where it has been deleted already, or received anew since: AWS says of an older receipt
   * handle that it might not delete.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
   */
  delete(queue: string, receiptHandle: string): void;
  purge(queue: string): void;
  count(queue: string): MessageCounts;
  /** Passes what arrives on to a function. */
  subscribe(queue: string, subscription: Subscription): void;
  /** Ends all waiting and passing on; deliveries under way are left to end by themselves. */
  stop(): void;
}

interface Queue {
  spec: QueueSpec;
  messages: Map<string, StoredMessage>;
  /** Told whenever a message may have become visible. */
  listeners: Set<() => void>;
}

/**
 * Amazon SQS standard queues on this machine, with visibility time-outs, delays and dead-letter queues.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export function createSqs({
  clock,
  report,
  region,
  account,
  queueUrlBase,
}: {
  clock: Clock;
  report: Report;
  region: string;
  account: string;
  queueUrlBase: () => string;
}): Sqs {
  const queues = new Map<string, Queue>();
  const endings = new Set<() => void>();

  const nameOf = (queue: string) => queue.slice(Math.max(queue.lastIndexOf('/'), queue.lastIndexOf(':')) + 1);

  function find(queue: string): Queue {
    const found = queues.get(nameOf(queue));
    if (found) return found;
    throw new AwsError(
      'QueueDoesNotExist',
      `The specified queue ${nameOf(queue)} does not exist.`,
      400,
      'AWS.SimpleQueueService.NonExistentQueue;Sender',
    );
  }

  /** Keeps a message invisible for `hideMs`, then tells the listeners. */
  function hide(queue: Queue, message: StoredMessage, hideMs: number): void {
    message.cancelReturn();
    message.visibleAt = clock.now() + hideMs;
    message.cancelReturn = clock.after(hideMs, () => notify(queue));
  }

  function notify({ listeners }: Queue): void {
    for (const listener of listeners) listener();
  }

  function store(queue: Queue, message: StoredMessage): void {
    queue.messages.set(message.messageId, message);
    notify(queue);
  }

  function remove(queue: Queue, message: StoredMessage): void {
    message.cancelReturn();
    queue.messages.delete(message.messageId);
  }

  /**
   * Whether the message has been received often enough, and has therefore been moved away. The time of sending stays, and
   * so does the count, which is over all queues; the first receive is that from the new queue.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
   */
  function isMovedAway(queue: Queue, message: StoredMessage): boolean {
    const { name, arn, maxReceiveCount, deadLetterArn } = queue.spec;
    if (maxReceiveCount === undefined || !deadLetterArn || message.receiveCount < maxReceiveCount)
      return false;
    const deadLetters = find(deadLetterArn);
    remove(queue, message);
    store(deadLetters, { ...message, firstReceivedAt: undefined, deadLetterSourceArn: arn });
    const how = `received ${message.receiveCount} times, moved to ${deadLetters.spec.name}`;
    report({ source: 'sqs', level: 'error', message: `${name}: message ${message.messageId} ${how}` });
    return true;
  }

  function receive(name: string, max: number, hideMs?: number): Message[] {
    const queue = find(name);
    const now = clock.now();
    const received: Message[] = [];
    for (const message of queue.messages.values()) {
      if (received.length === max) break;
      if (message.visibleAt > now || isMovedAway(queue, message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      hide(queue, message, hideMs ?? queue.spec.visibilityTimeoutMs);
      received.push(view(message, account));
    }
    return received;
  }

  function deleteMessage(queue: string, receiptHandle: string): void {
    const { messageId, receiveCount } = parseReceiptHandle(receiptHandle);
    const found = find(queue);
    const message = found.messages.get(messageId);
    if (message?.receiveCount === receiveCount) remove(found, message);
  }

  return {
    createQueue(spec) {
      queues.set(spec.name, { spec, messages: new Map(), listeners: new Set() });
    },
    url: (name) => `${queueUrlBase()}/${account}/${find(name).spec.name}`,
    arn: (queue) => find(queue).spec.arn,

    send(name, body, attributes = {}, delayMs = 0) {
      const queue = find(name);
      checkContents(body, attributes);
      const now = clock.now();
      const message = {
        messageId: randomUUID(),
        body,
        messageAttributes: attributes,
        sentAt: now,
        visibleAt: now,
        receiveCount: 0,
        firstReceivedAt: undefined,
        deadLetterSourceArn: undefined,
        cancelReturn: () => {},
      };
      if (delayMs > 0) hide(queue, message, delayMs);
      store(queue, message);
      return { messageId: message.messageId, md5: md5(body) };
    },

    receive,

    arrival(name, waitMs) {
      const { listeners } = find(name);
      return new Promise((resolve) => {
        function end(): void {
          cancel();
          listeners.delete(end);
          endings.delete(end);
          resolve();
        }
        const cancel = clock.after(waitMs, end);
        listeners.add(end);
        endings.add(end);
      });
    },

    delete: deleteMessage,

    purge(name) {
      const queue = find(name);
      for (const message of queue.messages.values()) remove(queue, message);
    },

    count(name) {
      const counts = { visible: 0, inFlight: 0, delayed: 0 };
      for (const { visibleAt, receiveCount } of find(name).messages.values()) {
        if (visibleAt <= clock.now()) counts.visible += 1;
        else if (receiveCount > 0) counts.inFlight += 1;
        else counts.delayed += 1;
      }
      return counts;
    },

    subscribe(name, subscription) {
      const queue = find(name);
      const poller = startQueuePoller({
        report,
        region,
        queue: queue.spec,
        subscription,
        receive: (max) => receive(name, max),
        remove: (receiptHandle) => deleteMessage(name, receiptHandle),
      });
      queue.listeners.add(poller.wake);
      endings.add(poller.stop);
    },

    stop() {
      for (const end of endings) end();
      for (const { messages } of queues.values())
        for (const { cancelReturn } of messages.values()) cancelReturn();
    },
  };
}
