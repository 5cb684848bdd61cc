import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/aws/aws-error.ts';
import { createSqs, type Sqs } from '../../local/aws/sqs.ts';
import type { QueueSubscription } from '../../local/aws/sqs-poller.ts';
import type { Invocation } from '../../local/lambda/invocation.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { type KeptReport, keepReport } from './keep-report.ts';

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const visibilityTimeoutMs = 30_000;

let clock: TestClock;
let sqs: Sqs;
let { entries, report }: KeptReport = keepReport();

beforeEach(() => {
  clock = createTestClock();
  ({ entries, report } = keepReport());
  sqs = createSqs({
    clock,
    report,
    region: 'us-east-1',
    account: '000000000000',
    queueUrlBase: () => 'http://127.0.0.1:4566',
  });
  sqs.createQueue({ name: 'dead', arn: arn('dead'), visibilityTimeoutMs });
  const redrive = { maxReceiveCount: 3, deadLetterArn: arn('dead') };
  sqs.createQueue({ name: 'create', arn: arn('create'), visibilityTimeoutMs, ...redrive });
});

const bodies = (queue: string, max = 10) => sqs.receive(queue, max).map(({ body }) => body);

describe('a queue', () => {
  it('is found by name, ARN and URL', () => {
    expect(sqs.url('create')).toBe('http://127.0.0.1:4566/000000000000/create');
    for (const queue of ['create', sqs.arn('create'), sqs.url('create')]) sqs.send(queue, queue);
    expect(sqs.count('create').visible).toBe(3);
    expect(() => sqs.send('nobody', 'x')).toThrow('The specified queue nobody does not exist.');
  });

  it('hides what was received until the visibility time-out', async () => {
    sqs.send('create', 'a');
    const [first] = sqs.receive('create', 10);
    expect(first?.attributes).toEqual({
      ApproximateReceiveCount: '1',
      SentTimestamp: String(clock.now()),
      SenderId: '000000000000',
      ApproximateFirstReceiveTimestamp: String(clock.now()),
    });
    await clock.advance(visibilityTimeoutMs - 1);
    expect(bodies('create')).toEqual([]);
    expect(sqs.count('create')).toEqual({ visible: 0, inFlight: 1 });
    await clock.advance(1);
    const [second] = sqs.receive('create', 10);
    expect(second?.attributes.ApproximateReceiveCount).toBe('2');
    expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  it('deletes by the latest receipt handle only', async () => {
    sqs.send('create', 'a');
    const [first] = sqs.receive('create', 1);
    await clock.advance(visibilityTimeoutMs);
    const [second] = sqs.receive('create', 1);
    sqs.delete('create', first?.receiptHandle ?? '');
    expect(sqs.count('create').inFlight).toBe(1);
    sqs.delete('create', second?.receiptHandle ?? '');
    sqs.delete('create', second?.receiptHandle ?? '');
    expect(sqs.count('create').inFlight).toBe(0);
    expect(() => sqs.delete('create', 'forged')).toThrow('not a valid receipt handle');
  });

  it('moves a message on after maxReceiveCount receives, with body, id, attributes and time of sending', async () => {
    const attributes = { kind: { DataType: 'String', StringValue: 'x' } };
    const sentAt = clock.now();
    const { messageId } = sqs.send('create', 'bad', attributes);
    for (let receive = 0; receive < 3; receive++) {
      expect(bodies('create')).toEqual(['bad']);
      await clock.advance(visibilityTimeoutMs);
    }
    expect(bodies('create')).toEqual([]);
    expect(sqs.count('create')).toEqual({ visible: 0, inFlight: 0 });
    expect(sqs.receive('dead', 1)).toMatchObject([
      {
        messageId,
        body: 'bad',
        messageAttributes: attributes,
        attributes: {
          SentTimestamp: String(sentAt),
          // Three from the queue that it came from, as the count is over all queues.
          ApproximateReceiveCount: '4',
          DeadLetterQueueSourceArn: arn('create'),
        },
      },
    ]);
    expect(entries.at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('moved to dead'),
    });
  });

  it('forgets what was sent longer ago than its retention, and else than four days', async () => {
    sqs.createQueue({ name: 'short', arn: arn('short'), visibilityTimeoutMs, retentionMs: 60_000 });
    for (const queue of ['short', 'create']) sqs.send(queue, 'old');
    await clock.advance(60_000);
    expect(bodies('short')).toEqual([]);
    await clock.advance(4 * 86_400_000 - 60_001);
    expect(sqs.count('create').visible).toBe(1);
    await clock.advance(1);
    expect(sqs.count('create').visible).toBe(0);
  });

  it('answers a waiting receive at an arrival, or when its time is over', async () => {
    const arrived = sqs.arrival('create', 20_000);
    sqs.send('create', 'a');
    await arrived;
    const waited = sqs.arrival('create', 20_000);
    await clock.advance(20_000);
    await waited;
  });

  it.each([
    ['a NUL', 'a\u0000b', 'InvalidMessageContents'],
    ['a lone surrogate', '\ud800', 'InvalidMessageContents'],
    ['a non-character', '\uffff', 'InvalidMessageContents'],
    ['nothing', '', 'MissingParameter'],
    ['more than 1 MiB', 'x'.repeat(1_048_577), 'InvalidParameterValue'],
  ])('refuses %s', (_, body, name) => {
    expect(() => sqs.send('create', body)).toThrow(expect.objectContaining({ name }));
  });

  it('takes every allowed character, up to 1 MiB with the attributes', () => {
    sqs.send('create', '\t\n\r ü\u{1f514}\ue000\ufffd');
    sqs.send('create', 'x'.repeat(1_048_576));
    const attributes = { a: { DataType: 'String', StringValue: 'x' } };
    expect(() => sqs.send('create', 'x'.repeat(1_048_569), attributes)).toThrow('shorter than 1048576 bytes');
    sqs.send('create', 'x'.repeat(1_048_568), attributes);
  });
});

interface Delivery {
  records: { messageId: string; body: string; attributes: Record<string, string> }[];
  answer(payload: unknown): Promise<void>;
  fail(): Promise<void>;
  reject(): Promise<void>;
  throttle(): Promise<void>;
}

/** Subscribes and collects the deliveries, each of which the test answers by hand. */
function collect(options: Partial<QueueSubscription> = {}): Delivery[] {
  const deliveries: Delivery[] = [];
  sqs.subscribe('create', {
    batchSize: 10,
    reportBatchItemFailures: true,
    deliver(event) {
      const { promise, resolve, reject } = Promise.withResolvers<Invocation>();
      const settle = async (settling: () => void) => {
        settling();
        await clock.advance(0);
      };
      deliveries.push({
        records: JSON.parse(JSON.stringify(event.Records)),
        answer: (payload) => settle(() => resolve({ requestId: 'r', payload })),
        fail: () => settle(() => resolve({ requestId: 'r', payload: {}, functionError: 'Unhandled' })),
        reject: () => settle(() => reject(new Error('No permission.'))),
        throttle: () => settle(() => reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429))),
      });
      return promise;
    },
    ...options,
  });
  return deliveries;
}

describe('a subscription', () => {
  it('gets the event that Lambda documents', async () => {
    const [sentAt, deliveries] = [String(clock.now()), collect()];
    sqs.send('create', 'hello', { kind: { DataType: 'String', StringValue: 'x' } });
    await clock.advance(0);
    expect(deliveries[0]?.records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: sentAt,
          SenderId: '000000000000',
          ApproximateFirstReceiveTimestamp: sentAt,
        },
        messageAttributes: {
          kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: arn('create'),
        awsRegion: 'us-east-1',
      },
    ]);
  });

  it('gets batches of at most batchSize, as many at once as it asks for, and the next as one of them ends', async () => {
    const deliveries = collect({ batchSize: 2, maxConcurrency: 2 });
    for (let n = 1; n <= 6; n++) sqs.send('create', String(n));
    await clock.advance(0);
    const received = () => deliveries.map(({ records }) => records.map(({ body }) => body).join());
    expect(received()).toEqual(['1,2', '3,4']);
    await deliveries[1]?.answer(null);
    expect(received()).toEqual(['1,2', '3,4', '5,6']);
  });

  it('gets five batches at once if it does not say how many', async () => {
    const deliveries = collect({ batchSize: 1 });
    for (let n = 1; n <= 6; n++) sqs.send('create', String(n));
    await clock.advance(0);
    expect(deliveries).toHaveLength(5);
  });

  it('keeps a throttled batch, and is invoked again later and later, without another receive', async () => {
    const deliveries = collect();
    sqs.send('create', 'a');
    await clock.advance(0);
    await deliveries[0]?.throttle();
    await clock.advance(999);
    expect(deliveries).toHaveLength(1);
    await clock.advance(1);
    await deliveries[1]?.throttle();
    await clock.advance(1_999);
    expect(deliveries).toHaveLength(2);
    await clock.advance(1);
    expect(deliveries[2]?.records).toEqual(deliveries[0]?.records);
    await deliveries[2]?.answer(null);
    expect(sqs.count('create')).toEqual({ visible: 0, inFlight: 0 });
  });

  it('returns a batch that is throttled until its messages become visible', async () => {
    const deliveries = collect();
    sqs.send('create', 'a');
    for (let waitedMs = 0; waitedMs < visibilityTimeoutMs; waitedMs += 500) {
      await clock.advance(0);
      for (const delivery of deliveries) await delivery.throttle();
      await clock.advance(500);
    }
    const attributes = deliveries.at(-1)?.records[0]?.attributes;
    expect(attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    await deliveries.at(-1)?.answer(null);
    expect(sqs.count('create')).toEqual({ visible: 0, inFlight: 0 });
  });

  it('is not invoked again for a throttled batch after the stop', async () => {
    const deliveries = collect();
    sqs.send('create', 'a');
    await clock.advance(0);
    await deliveries[0]?.throttle();
    sqs.stop();
    await clock.advance(visibilityTimeoutMs);
    expect(deliveries).toHaveLength(1);
  });

  it('splits a batch that is larger than one invocation takes', async () => {
    const deliveries = collect();
    for (let n = 0; n < 8; n++) sqs.send('create', String(n).repeat(1_000_000));
    await clock.advance(0);
    expect(deliveries.map(({ records }) => records.length)).toEqual([5]);
    await deliveries[0]?.answer(null);
    expect(deliveries.map(({ records }) => records.length)).toEqual([5, 3]);
  });

  it('returns only what the function reports as failed, after the visibility time-out', async () => {
    const deliveries = collect();
    for (const body of ['a', 'b', 'c']) sqs.send('create', body);
    await clock.advance(0);
    const failed = deliveries[0]?.records[1]?.messageId;
    await deliveries[0]?.answer({ batchItemFailures: [{ itemIdentifier: failed }] });
    expect(sqs.count('create')).toEqual({ visible: 0, inFlight: 1 });
    await clock.advance(visibilityTimeoutMs);
    expect(deliveries[1]?.records.map(({ body }) => body)).toEqual(['b']);
  });

  it.each([null, {}, { batchItemFailures: [] }, { batchItemFailures: null }])(
    'takes %j for success',
    async (payload) => {
      const deliveries = collect();
      sqs.send('create', 'a');
      await clock.advance(0);
      await deliveries[0]?.answer(payload);
      expect(sqs.count('create').inFlight).toBe(0);
    },
  );

  it.each([
    'text',
    { batchItemFailures: 'all' },
    { batchItemFailures: [{ itemIdentifier: '' }] },
    { batchItemFailures: [{ itemIdentifier: null }] },
    { batchItemFailures: [{ id: 'x' }] },
    { batchItemFailures: [null] },
    { batchItemFailures: [{ itemIdentifier: 'of another batch' }] },
  ])('takes %j for the failure of the whole batch', async (payload) => {
    const deliveries = collect();
    sqs.send('create', 'a');
    sqs.send('create', 'b');
    await clock.advance(0);
    await deliveries[0]?.answer(payload);
    expect(sqs.count('create').inFlight).toBe(2);
  });

  it('does not look at a report that was not agreed on', async () => {
    const deliveries = collect({ reportBatchItemFailures: false });
    sqs.send('create', 'a');
    await clock.advance(0);
    await deliveries[0]?.answer({
      batchItemFailures: [{ itemIdentifier: deliveries[0].records[0]?.messageId }],
    });
    expect(sqs.count('create').inFlight).toBe(0);
  });

  it.each(['fail', 'reject'] as const)(
    'returns the whole batch where the invocation %ss, and moves it on in the end',
    async (how) => {
      const deliveries = collect();
      sqs.send('create', 'a');
      sqs.send('create', 'b');
      for (let attempt = 0; attempt < 3; attempt++) {
        await clock.advance(0);
        expect(deliveries).toHaveLength(attempt + 1);
        await deliveries[attempt]?.[how]();
        await clock.advance(visibilityTimeoutMs);
      }
      expect(deliveries).toHaveLength(3);
      expect(bodies('dead')).toEqual(['a', 'b']);
    },
  );

  it('gets nothing after the stop', async () => {
    const deliveries = collect();
    sqs.stop();
    sqs.send('create', 'a');
    await clock.advance(visibilityTimeoutMs);
    expect(deliveries).toEqual([]);
  });
});
