import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import { openStorage, type Records, type Storage } from '../storage.ts';
import { AwsError } from './aws-error.ts';
import type { ItemChange } from './dynamodb-changes.ts';
import { type StreamSubscription, startStreamPoller } from './stream-poller.ts';
import { createdAt, type StreamRecord } from './stream-record.ts';

/** The streams of tables; an unknown stream throws `ResourceNotFoundException`. */
export interface DynamoDbStreams {
  /** Makes the stream of a table, which holds new images; answers its ARN, the same one in every run. */
  createStream(table: string): string;
  /** Appends a change to the stream of its table; it is kept when this returns. */
  publish(change: ItemChange): void;
  /** Passes what the stream holds, and then what comes, to a function. A stream keeps records for 24 hours at most. */
  subscribe(
    streamArn: string,
    subscription: Omit<StreamSubscription, 'maxRecordAgeMs'> & { maxRecordAgeMs?: number },
  ): void;
  /** Ends all passing on; an invocation under way is left to end by itself. */
  stop(): void;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const retentionMs = 24 * 60 * 60_000;

interface Stream {
  records: StreamRecord[];
  kept: Records<StreamRecord>;
  listeners: ((record: StreamRecord) => void)[];
}

/** Up to where a function has been passed a stream. */
interface Checkpoint {
  sequenceNumber: string;
}

/**
 * DynamoDB Streams on this machine: one shard for each table, kept for 24 hours. Sequence numbers rise with every record.
 * A function that was passed a stream by an earlier process is passed what is behind its last finished batch.
 * `sendToQueue` takes the records of failed batches.
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
  /** Left out: records end with this process. */
  storage?: Storage;
}): DynamoDbStreams {
  const streams = new Map<string, Stream>();
  const pollers: { stop(): void }[] = [];
  const checkpoints = storage.records<Checkpoint>('stream checkpoint');
  // 21 digits, as DynamoDB's own have at least, so that they sort as texts too.
  let sequenceNumber = 100_000_000_000_000_000_000n;
  const continueFrom = (kept: string) => {
    if (BigInt(kept) > sequenceNumber) sequenceNumber = BigInt(kept);
  };
  for (const checkpoint of checkpoints.all()) continueFrom(checkpoint.sequenceNumber);

  // AWS labels a stream with the moment at which it was enabled:
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

  /** They are the first ones. */
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
