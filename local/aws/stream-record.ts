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
    /** Left out if the item is deleted. */
    NewImage?: Item;
    SequenceNumber: string;
    StreamViewType: 'NEW_IMAGE';
  };
}

/** Records that a function gets together, and the history of their tries. */
export interface Batch {
  records: StreamRecord[];
  /** How many failed tries count towards the limit of retries. */
  failures: number;
  invokeCount: number;
  lastInvocation?: Invocation;
}

/**
 * The message about discarded records that goes to the on-failure queue.
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
        // Undefined if the function has reported failed records, because then it has not failed itself.
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

/** The time of the change in milliseconds since the epoch. */
export function createdAt({ dynamodb }: StreamRecord): number {
  return dynamodb.ApproximateCreationDateTime * 1000;
}
