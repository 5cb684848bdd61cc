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
