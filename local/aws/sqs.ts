import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import { openStorage, type Storage } from '../storage.ts';
import { AwsError } from './aws-error.ts';
import {
  checkContents,
  type Message,
  type MessageAttribute,
  md5,
  newMessage,
  parseReceiptHandle,
  type StoredMessage,
  view,
} from './sqs-message.ts';
import { type QueueSubscription, startQueuePoller } from './sqs-poller.ts';
import { createQueue, type Queue, type QueueSpec } from './sqs-queue.ts';

/** How many messages of a queue can be received, and how many are hidden because a receiver has them. */
export interface MessageCounts {
  visible: number;
  inFlight: number;
}

/**
 * The queues of this machine. A queue is named by its name, ARN or URL; an unknown one throws `QueueDoesNotExist`. A
 * message is stored before `send` returns. The messages of an earlier process are there again, in the order in which they
 * were sent, and all visible.
 */
export interface Sqs {
  createQueue(spec: QueueSpec): void;
  url(name: string): string;
  arn(queue: string): string;
  /** @throws AwsError `InvalidMessageContents` or `InvalidParameterValue` if SQS does not accept the message */
  send(
    queue: string,
    body: string,
    attributes?: Record<string, MessageAttribute>,
  ): { messageId: string; md5: string };
  /** Up to `max` messages. They are hidden from other receivers for `hideMs`. Default: the visibility time-out. */
  receive(queue: string, max: number, hideMs?: number): Message[];
  /** Resolves when a message may have become visible, or after `waitMs`. Call `receive` again then. */
  arrival(queue: string, waitMs: number): Promise<void>;
  /**
   * Deletes a message. Does nothing if it is deleted already, or was received again since: on AWS, an older receipt
   * handle may not delete either.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
   */
  delete(queue: string, receiptHandle: string): void;
  purge(queue: string): void;
  count(queue: string): MessageCounts;
  /** Passes the messages of the queue to a function. */
  subscribe(queue: string, subscription: QueueSubscription): void;
  /** Stops all waiting and passing on. An invocation that is under way is not interrupted. */
  stop(): void;
}

/**
 * Amazon SQS standard queues on this machine, with visibility time-outs and dead-letter queues.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export function createSqs({
  clock,
  report,
  region,
  account,
  queueUrlBase,
  storage = openStorage(),
}: {
  clock: Clock;
  report: Report;
  region: string;
  account: string;
  queueUrlBase: () => string;
  /** Stores the messages. Left out: they end with this process. */
  storage?: Storage;
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

  /**
   * Moves the message to the dead-letter queue if it was received often enough, and returns whether it did. The message
   * keeps its time of sending and its count of receives. Its first receive is the first one from the new queue.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
   */
  function isMovedAway(queue: Queue, message: StoredMessage): boolean {
    const { name, arn, maxReceiveCount, deadLetterArn } = queue.spec;
    if (maxReceiveCount === undefined || !deadLetterArn || message.receiveCount < maxReceiveCount)
      return false;
    const deadLetters = find(deadLetterArn);
    // In this order: if the process ends in between, the message exists twice. In the other order it would be lost.
    const { firstReceivedAt: _, ...moved } = message;
    deadLetters.store({ ...moved, deadLetterSourceArn: arn });
    queue.remove(message);
    const how = `received ${message.receiveCount} times, moved to ${deadLetters.spec.name}`;
    report({ source: 'sqs', level: 'error', message: `${name}: message ${message.messageId} ${how}` });
    return true;
  }

  function receive(name: string, max: number, hideMs?: number): Message[] {
    const queue = find(name);
    const now = clock.now();
    const received: Message[] = [];
    for (const message of queue.messages()) {
      if (received.length === max) break;
      if (message.visibleAt > now || isMovedAway(queue, message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      queue.hide(message, hideMs ?? queue.spec.visibilityTimeoutMs);
      received.push(view(message, account));
    }
    return received;
  }

  function deleteMessage(queue: string, receiptHandle: string): void {
    const { messageId, receiveCount } = parseReceiptHandle(receiptHandle);
    const found = find(queue);
    const message = found.find(messageId);
    if (message?.receiveCount === receiveCount) found.remove(message);
  }

  return {
    createQueue(spec) {
      const kept = storage.records<StoredMessage>(`message of ${spec.name}`);
      queues.set(spec.name, createQueue(spec, clock, kept));
    },
    url: (name) => `${queueUrlBase()}/${account}/${find(name).spec.name}`,
    arn: (queue) => find(queue).spec.arn,

    send(name, body, attributes = {}) {
      const queue = find(name);
      checkContents(body, attributes);
      const message = newMessage(body, attributes, clock.now());
      queue.store(message);
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
      for (const message of queue.messages()) queue.remove(message);
    },

    count(name) {
      const messages = find(name).messages();
      const visible = messages.filter(({ visibleAt }) => visibleAt <= clock.now()).length;
      return { visible, inFlight: messages.length - visible };
    },

    subscribe(name, subscription) {
      const queue = find(name);
      const poller = startQueuePoller({
        clock,
        report,
        region,
        queue: queue.spec,
        subscription,
        receive: (max) => receive(name, max),
        remove: (receiptHandle) => deleteMessage(name, receiptHandle),
      });
      queue.listeners.add(poller.wake);
      endings.add(poller.stop);
      poller.wake();
    },

    stop() {
      for (const end of endings) end();
      for (const queue of queues.values()) queue.stop();
    },
  };
}
