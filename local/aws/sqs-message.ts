import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from './aws-error.ts';

/** A text that EventBridge adds to a message in a dead-letter queue. Other senders cannot add attributes. */
export interface MessageAttribute {
  DataType: string;
  StringValue: string;
}

/** A message as a receiver gets it. */
export interface Message {
  messageId: string;
  /** Deletes this message, unless it was received again since. */
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  messageAttributes: Record<string, MessageAttribute>;
  /** System attributes by their AWS names. Times are texts, in milliseconds since the epoch. */
  attributes: Record<string, string>;
}

/** 1 MiB, body and attributes together; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const messageLimitBytes = 1_048_576;

/** A message in its queue; times are milliseconds since the epoch. */
export interface StoredMessage {
  messageId: string;
  body: string;
  messageAttributes: Record<string, MessageAttribute>;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number | undefined;
  deadLetterSourceArn?: string | undefined;
}

/** A message that is sent now. */
export function newMessage(
  body: string,
  messageAttributes: Record<string, MessageAttribute>,
  now: number,
): StoredMessage {
  const messageId = randomUUID();
  return { messageId, body, messageAttributes, sentAt: now, visibleAt: now, receiveCount: 0 };
}

/** The message as a receiver gets it. */
export function view(message: StoredMessage, account: string): Message {
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

/** @throws AwsError `ReceiptHandleIsInvalid` if `view` has not made this receipt handle */
export function parseReceiptHandle(receiptHandle: string): { messageId: string; receiveCount: number } {
  const [messageId = '', count] = Buffer.from(receiptHandle, 'base64').toString().split('/');
  if (count) return { messageId, receiveCount: Number(count) };
  throw new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}

/** `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`, as SendMessage documents. */
const allowedCharacters = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** @throws AwsError if SQS does not accept this message */
export function checkContents(body: string, attributes: Record<string, MessageAttribute>): void {
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
  const texts = [body, ...entries.map(([, { StringValue }]) => StringValue)];
  if (!texts.every((text) => allowedCharacters.test(text))) {
    throw new AwsError(
      'InvalidMessageContents',
      'The message contains characters outside the allowed set: control characters or lone surrogates.',
    );
  }
}

/** The bytes that count towards the limit: the body, and the names, types and values of attributes. */
export function messageBytes(body: string, attributes: Record<string, MessageAttribute> = {}): number {
  const sizes = Object.entries(attributes).map(([name, { DataType, StringValue }]) =>
    Buffer.byteLength(name + DataType + StringValue),
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}

/** In hexadecimal digits. The SDKs compare it with the body. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
