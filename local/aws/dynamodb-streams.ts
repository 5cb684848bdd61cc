import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import { openStorage, type Records, type Storage } from '../storage.ts';
import { AwsError } from './aws-error.ts';
import type { ItemChange } from './dynamodb-changes.ts';
import { type StreamSubscription, startStreamPoller } from './stream-poller.ts';
import { createdAt, type StreamRecord } from './stream-record.ts';

/** The streams of the tables. An unknown stream throws `ResourceNotFoundException`. */
export interface DynamoDbStreams {
  /** Makes the stream of a table, with new images. Returns its ARN, which is the same in every run. */
  createStream(table: string): string;
  /** Appends a change to the stream of its table. The record is stored when this returns. */
  publish(change: ItemChange): void;
  /** Passes the records of the stream to a function, the stored ones first. A stream keeps records for up to 24 hours. */
  subscribe(
    streamArn: string,
    subscription: Omit<StreamSubscription, 'maxRecordAgeMs'> & { maxRecordAgeMs?: number },
  ): void;
  /** Stops all passing on. An invocation that is under way is not interrupted. */
  stop(): void;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const retentionMs = 24 * 60 * 60_000;

interface Stream {
  records: StreamRecord[];
  kept: Records<StreamRecord>;
  listeners: ((record: StreamRecord) => void)[];
}

/** The last record of a stream that a function has finished. */
interface Checkpoint {
  sequenceNumber: string;
}

/**
 * DynamoDB Streams on this machine: one shard for each table, kept for 24 hours. Sequence numbers rise with every record.
 * A function continues after the last batch that it has finished, also in a later process. `sendToQueue` sends the
 * messages about discarded batches.
 */
export function createDynamoDbStreams({
  clock,
  report,
  region,
  account,
  sendToQueue,
  storage = openStorage(),
}: {
  clock: Clock;
  report: Report;
  region: string;
  account: string;
  sendToQueue: (queueArn: string, body: string) => Promise<void>;
  /** Stores the records. Left out: they end with this process. */
  storage?: Storage;
}): DynamoDbStreams {
  const streams = new Map<string, Stream>();
  const pollers: { stop(): void }[] = [];
  const checkpoints = storage.records<Checkpoint>('stream checkpoint');
  // 21 digits, as on AWS, so that the numbers sort in the same order as texts.
  let sequenceNumber = 100_000_000_000_000_000_000n;
  const continueFrom = (kept: string) => {
    if (BigInt(kept) > sequenceNumber) sequenceNumber = BigInt(kept);
  };
  for (const checkpoint of checkpoints.all()) continueFrom(checkpoint.sequenceNumber);

  // On AWS, the label of a stream is the time at which it was enabled:
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Stream.html
  const arnOf = (table: string) =>
    `arn:aws:dynamodb:${region}:${account}:table/${table}/stream/2026-01-01T00:00:00.000`;

  function recordOf({ keys, former, item }: ItemChange, eventSourceARN: string): StreamRecord {
    sequenceNumber += 1n;
    return {
      eventID: randomBytes(16).toString('hex'),
      eventName: item ? (former ? 'MODIFY' : 'INSERT') : 'REMOVE',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      eventSourceARN,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
        Keys: keys,
        ...(item && { NewImage: item }),
        SequenceNumber: String(sequenceNumber),
        StreamViewType: 'NEW_IMAGE',
      },
    };
  }

  /** Deletes the records that are too old. They are the first ones. */
  function discardOld({ records, kept }: Stream): void {
    const firstKept = records.findIndex((record) => clock.now() - createdAt(record) < retentionMs);
    const old = records.splice(0, firstKept < 0 ? records.length : firstKept);
    for (const { dynamodb } of old) kept.delete(dynamodb.SequenceNumber);
  }

  return {
    createStream(table) {
      const arn = arnOf(table);
      const kept = storage.records<StreamRecord>(`record of ${arn}`);
      const records = kept.all();
      for (const { dynamodb } of records) continueFrom(dynamodb.SequenceNumber);
      streams.set(arn, { records, kept, listeners: [] });
      return arn;
    },

    publish(change) {
      const arn = arnOf(change.table);
      const stream = streams.get(arn);
      if (!stream) return;
      discardOld(stream);
      const record = recordOf(change, arn);
      stream.kept.put(record.dynamodb.SequenceNumber, record);
      stream.records.push(record);
      for (const listener of stream.listeners) listener(record);
    },

    subscribe(streamArn, subscription) {
      const stream = streams.get(streamArn);
      if (!stream) {
        const message = `Requested resource not found: Stream: ${streamArn} not found`;
        throw new AwsError('ResourceNotFoundException', message);
      }
      const maxAgeMs = Math.min(subscription.maxRecordAgeMs ?? retentionMs, retentionMs);
      const reader = `${subscription.functionArn} ${streamArn}`;
      const done = checkpoints.get(reader)?.sequenceNumber ?? '';
      const poller = startStreamPoller({
        clock,
        report,
        streamArn,
        subscription: { ...subscription, maxRecordAgeMs: maxAgeMs },
        sendToQueue,
        onFinished({ dynamodb }) {
          checkpoints.put(reader, { sequenceNumber: dynamodb.SequenceNumber });
        },
      });
      for (const record of stream.records) if (record.dynamodb.SequenceNumber > done) poller.take(record);
      stream.listeners.push(poller.take);
      pollers.push(poller);
    },

    stop() {
      for (const poller of pollers) poller.stop();
    },
  };
}
