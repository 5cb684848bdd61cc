import { randomUUID } from 'node:crypto';
import type { Invocation } from '../lambda/invocation.ts';
import type { Item } from './dynamodb-changes.ts';

/**
 * One change of an item as a function gets it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: '1.1';
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: {
    /** Seconds since the epoch. */
    ApproximateCreationDateTime: number;
    Keys: Item;
    /** Left out where the item is gone. */
    NewImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: 'NEW_IMAGE';
  };
}

/** Records that travel together, and how they have fared. */
export interface Batch {
  records: StreamRecord[];
  /** The failed tries that count towards the retry quota. */
  failures: number;
  invokeCount: number;
  lastInvocation?: Invocation;
}

/**
 * What an on-failure queue is told of records that were discarded.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureRecord(
  { records, invokeCount, lastInvocation }: Batch,
  {
    condition,
    functionArn,
    streamArn,
    now,
  }: { condition: string; functionArn: string; streamArn: string; now: number },
) {
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (record: StreamRecord | undefined) =>
    record && new Date(createdAt(record)).toISOString().replace('.000Z', 'Z');
  return {
    requestContext: {
      requestId: lastInvocation?.requestId ?? randomUUID(),
      functionArn,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(lastInvocation && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        // Left out where the function named failed records: it has not failed itself.
        functionError: lastInvocation.functionError,
      },
    }),
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000000000000000000-00000000',
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  };
}

/** When the change happened, in milliseconds since the epoch. */
export function createdAt({ dynamodb }: StreamRecord): number {
  return dynamodb.ApproximateCreationDateTime * 1000;
}

/**
 * The size of an item as DynamoDB counts it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  const sizes = Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function valueBytes(typed: Record<string, unknown>): number {
  const [[type, value] = []] = Object.entries(typed);
  const sumOf = (values: unknown, bytes: (value: never) => number): number =>
    (values as never[]).reduce((sum, one) => sum + bytes(one), 0);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'B':
      return Buffer.byteLength(String(value), 'base64');
    case 'N':
      return numberBytes(String(value));
    case 'L':
      return 3 + sumOf(value, (part: Record<string, unknown>) => 1 + valueBytes(part));
    case 'M':
      return (
        3 +
        sumOf(
          Object.entries(value as Item),
          ([name, part]: [string, Record<string, unknown>]) => 1 + Buffer.byteLength(name) + valueBytes(part),
        )
      );
    case 'SS':
      return sumOf(value, (text: string) => Buffer.byteLength(text));
    case 'BS':
      return sumOf(value, (text: string) => Buffer.byteLength(text, 'base64'));
    case 'NS':
      return sumOf(value, numberBytes);
    default:
      return 1;
  }
}

/** About one byte for two significant digits, and one more. */
function numberBytes(number: string): number {
  const digits = number
    .replace(/e.*$/i, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
}
