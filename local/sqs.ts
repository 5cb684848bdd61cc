import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';
import type { Invocation } from './lambda.ts';
import type { Report } from './report.ts';
import { startQueuePoller } from './sqs-poller.ts';

/** A custom attribute of a message; `BinaryValue` is base64. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** What a receiver gets to see of a message. */
export interface Message {
  messageId: string;
  /** Deletes this message as long as it has not been received once more. */
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  messageAttributes: Record<string, MessageAttribute>;
  /** System attributes under AWS's names; times are milliseconds since the epoch as text. */
  attributes: Record<string, string>;
}

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
  /** Forgets a message; does nothing where it has been deleted already, or received anew since. */
  delete(queue: string, receiptHandle: string): void;
  purge(queue: string): void;
  count(queue: string): MessageCounts;
  /** Passes what arrives on to a function. */
  subscribe(queue: string, subscription: Subscription): void;
  /** Ends all waiting and passing on; deliveries under way are left to end by themselves. */
  stop(): void;
}

/** 1 MiB, body and attributes together; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const messageLimitBytes = 1_048_576;

interface StoredMessage {
  messageId: string;
  body: string;
  messageAttributes: Record<string, MessageAttribute>;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  deadLetterSourceArn: string | undefined;
  cancelReturn: () => void;
}

interface Queue {
  spec: QueueSpec;
  messages: Map<string, StoredMessage>;
  /** Told whenever a message may have become visible. */
  listeners: Set<() => void>;
}

/** Amazon SQS standard queues on this machine, with visibility time-outs, delays and dead-letter queues. */
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
  const endings: (() => void)[] = [];

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

  /** Whether the message has been received often enough, and has therefore been moved away. */
  function isMovedAway(queue: Queue, message: StoredMessage): boolean {
    const { name, arn, maxReceiveCount, deadLetterArn } = queue.spec;
    if (maxReceiveCount === undefined || !deadLetterArn || message.receiveCount < maxReceiveCount)
      return false;
    const deadLetters = find(deadLetterArn);
    remove(queue, message);
    // The time of sending stays, as on AWS for standard queues.
    store(deadLetters, { ...message, receiveCount: 0, firstReceivedAt: undefined, deadLetterSourceArn: arn });
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
          resolve();
        }
        const cancel = clock.after(waitMs, end);
        listeners.add(end);
        endings.push(end);
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
      endings.push(poller.stop);
    },

    stop() {
      for (const end of endings) end();
      for (const { messages } of queues.values())
        for (const { cancelReturn } of messages.values()) cancelReturn();
    },
  };
}

function view(message: StoredMessage, account: string): Message {
  const { messageId, body, messageAttributes, sentAt, receiveCount, firstReceivedAt, deadLetterSourceArn } =
    message;
  return {
    messageId,
    receiptHandle: Buffer.from(`${messageId}/${receiveCount}`).toString('base64'),
    body,
    md5OfBody: md5(body),
    messageAttributes,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      SenderId: account,
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(deadLetterSourceArn && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
    },
  };
}

function parseReceiptHandle(receiptHandle: string): { messageId: string; receiveCount: number } {
  const [messageId = '', count] = Buffer.from(receiptHandle, 'base64').toString().split('/');
  if (count) return { messageId, receiveCount: Number(count) };
  throw new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}

/** `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`, as SendMessage documents. */
const allowedCharacters = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

function checkContents(body: string, attributes: Record<string, MessageAttribute>): void {
  const entries = Object.entries(attributes);
  const refuse = (reason: string) => {
    throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
  };
  if (body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (entries.length > 10)
    refuse(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  if (messageBytes(body, attributes) > messageLimitBytes) {
    refuse(`Message must be shorter than ${messageLimitBytes} bytes.`);
  }
  const texts = [body, ...entries.map(([, { StringValue }]) => StringValue ?? '')];
  if (!texts.every((text) => allowedCharacters.test(text))) {
    throw new AwsError(
      'InvalidMessageContents',
      'The message contains characters outside the allowed set: control characters or lone surrogates.',
    );
  }
}

/** What counts towards the limit: the body, and names, types and values of attributes. */
export function messageBytes(body: string, attributes: Record<string, MessageAttribute>): number {
  const sizes = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
