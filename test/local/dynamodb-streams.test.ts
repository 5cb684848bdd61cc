import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDb, type DynamoDb } from '../../local/aws/dynamodb.ts';
import type { ItemChange } from '../../local/aws/dynamodb-changes.ts';
import { createDynamoDbStreams, type DynamoDbStreams } from '../../local/aws/dynamodb-streams.ts';
import type { StreamSubscription } from '../../local/aws/stream-poller.ts';
import type { StreamRecord } from '../../local/aws/stream-record.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { type KeptReport, keepReport } from './keep-report.ts';

const here = { region: 'us-east-1', account: '000000000000' };
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:deliver';
const onFailureArn = 'arn:aws:sqs:us-east-1:000000000000:discarded';

let clock: TestClock;
let { entries, report }: KeptReport = keepReport();
let streams: DynamoDbStreams;
let streamArn: string;
/** The ids of the items in each event, in the order of the invocations. */
let events: string[][];
let records: StreamRecord[];
let discarded: { queueArn: string; body: string }[];

beforeEach(() => {
  clock = createTestClock();
  ({ entries, report } = keepReport());
  events = [];
  records = [];
  discarded = [];
  streams = createDynamoDbStreams({
    ...here,
    clock,
    report,
    sendToQueue: async (queueArn, body) => void discarded.push({ queueArn, body }),
  });
  streamArn = streams.createStream('deliveries');
});

afterEach(() => streams.stop());

const idOf = ({ dynamodb }: StreamRecord) => String(dynamodb.Keys.id?.S);
const publish = (...ids: string[]) => {
  for (const id of ids) {
    const item = { id: { S: id } };
    streams.publish({ table: 'deliveries', keys: item, item });
  }
};

/** Subscribes a function: `answer` gives what it returns for the ids of an event, or throws. */
function subscribe(
  answer: (ids: string[], event: StreamRecord[]) => unknown,
  options: Partial<StreamSubscription> = {},
): void {
  streams.subscribe(streamArn, {
    functionArn,
    batchSize: 100,
    batchingWindowMs: 0,
    filters: [],
    bisects: false,
    reportBatchItemFailures: false,
    onFailureArn,
    async deliver({ Records }) {
      const ids = Records.map(idOf);
      events.push(ids);
      records.push(...Records);
      const requestId = `request-${events.length}`;
      try {
        return { requestId, payload: answer(ids, Records) };
      } catch (error) {
        if (error instanceof RangeError) throw error;
        return { requestId, payload: { errorMessage: String(error) }, functionError: 'Unhandled' };
      }
    },
    ...options,
  });
}

const fail = (): never => {
  throw new Error('no');
};
const failAt =
  (...bad: string[]) =>
  (ids: string[]) =>
    ids.some((id) => bad.includes(id)) ? fail() : null;
const reportAt =
  (...bad: string[]) =>
  (_ids: string[], event: StreamRecord[]) => ({
    batchItemFailures: event
      .filter((record) => bad.includes(idOf(record)))
      .map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
  });

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
describe('a table with a stream', () => {
  let dynamoDb: DynamoDb;
  let changes: ItemChange[];
  const table = {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  const [a, b] = [{ id: { S: 'a' } }, { id: { S: 'b' } }];

  beforeEach(async () => {
    changes = [];
    dynamoDb = await createDynamoDb({ ...here, onChange: (change) => changes.push(change) });
    const StreamSpecification = { StreamViewType: 'NEW_IMAGE' };
    await dynamoDb.createTable({ ...table, StreamSpecification }, 'deliveries');
    await dynamoDb.createTable(table, 'connections');
  });
  afterEach(() => dynamoDb.stop());

  async function call(operation: string, input: object): Promise<unknown> {
    const body = Buffer.from(JSON.stringify(input));
    const answer = await dynamoDb.call(`DynamoDB_20120810.${operation}`, body);
    return JSON.parse(answer.body.toString());
  }
  const put = (Item: object, more: object = {}) =>
    call('PutItem', { TableName: 'deliveries', Item, ...more });

  it('tells what every kind of write has changed, and answers as ever', async () => {
    expect(await put({ ...a, n: { N: '1' } })).toEqual({});
    expect(
      await call('UpdateItem', {
        TableName: 'deliveries',
        Key: a,
        UpdateExpression: 'SET n = n + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      }),
    ).toEqual({ Attributes: { n: { N: '2' } } });
    await put(b);
    await call('DeleteItem', { TableName: 'deliveries', Key: a });
    await call('DeleteItem', { TableName: 'deliveries', Key: b });
    const [one, two] = [
      { ...a, n: { N: '1' } },
      { ...a, n: { N: '2' } },
    ];
    expect(changes).toEqual([
      { table: 'deliveries', keys: a, item: one },
      { table: 'deliveries', keys: a, former: one, item: two },
      { table: 'deliveries', keys: b, item: b },
      { table: 'deliveries', keys: a, former: two },
      { table: 'deliveries', keys: b, former: b },
    ]);
  });

  it('tells nothing of writes that are refused or change nothing, and of tables without a stream', async () => {
    await put(a);
    await put(a);
    expect(await put(b, { ConditionExpression: 'attribute_exists(id)' })).toMatchObject({
      __type: expect.stringContaining('ConditionalCheckFailedException'),
    });
    expect(await put({ other: { S: 'x' } })).toMatchObject({
      __type: expect.stringContaining('ValidationException'),
    });
    await call('DeleteItem', { TableName: 'deliveries', Key: b });
    await call('PutItem', { TableName: 'connections', Item: a });
    expect(changes).toHaveLength(1);
  });

  it('tells changes of one item in the order in which they were made, however many come at once', async () => {
    const TableName = 'deliveries';
    const ExpressionAttributeValues = { ':one': { N: '1' } };
    const add = { TableName, Key: a, UpdateExpression: 'ADD n :one', ExpressionAttributeValues };
    await Promise.all(Array.from({ length: 5 }, () => call('UpdateItem', add)));
    expect(changes.map(({ item }) => item?.n?.N)).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('a stream record', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
  it('has the documented shape', async () => {
    subscribe(() => null);
    const keys = { Id: { N: '101' } };
    const item = { ...keys, Message: { S: 'New item!' } };
    streams.publish({ table: 'deliveries', keys, item });
    await clock.advance(0);
    expect(records).toEqual([
      {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        eventSourceARN: streamArn,
        dynamodb: {
          ApproximateCreationDateTime: Date.UTC(2026, 0, 1) / 1000,
          Keys: keys,
          NewImage: item,
          SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
          // The size that AWS's own example of this item has.
          StreamViewType: 'NEW_IMAGE',
        },
      },
    ]);
    expect(streamArn).toMatch(
      /^arn:aws:dynamodb:us-east-1:000000000000:table\/deliveries\/stream\/\d{4}-\d\d-\d\dT[\d:.]+$/,
    );
  });

  it('is named by what became of the item, and has no image of one that is gone', async () => {
    subscribe(() => null);
    const item = { id: { S: 'a' } };
    const change = { table: 'deliveries', keys: item };
    streams.publish({ ...change, item });
    streams.publish({ ...change, former: item, item: { ...item, n: { N: '1' } } });
    streams.publish({ ...change, former: item });
    await clock.advance(0);
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[2]?.dynamodb).not.toHaveProperty('NewImage');
    const numbers = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    expect(numbers.toSorted()).toEqual(numbers);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
describe('a mapping of a stream', () => {
  it('begins with the oldest record that the stream still holds', async () => {
    publish('old');
    await clock.advance(24 * 60 * 60_000);
    publish('a');
    subscribe(() => null);
    publish('b');
    await clock.advance(0);
    expect(events).toEqual([['a', 'b']]);
  });

  it('passes records on in their order, one batch at a time, up to its size', async () => {
    subscribe(() => null, { batchSize: 2 });
    publish('a', 'b', 'c');
    await clock.advance(0);
    publish('d');
    await clock.advance(0);
    expect(events).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it('waits for its window, or until the batch is full', async () => {
    subscribe(() => null, { batchSize: 3, batchingWindowMs: 5_000 });
    publish('a');
    await clock.advance(4_999);
    expect(events).toEqual([]);
    await clock.advance(1);
    publish('b', 'c', 'd');
    await clock.advance(0);
    expect(events).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('ends a batch before an event of more than 6 MB', async () => {
    subscribe(() => null);
    const large = 'x'.repeat(390_000);
    publish(...Array.from({ length: 10 }, (_, index) => `${index}${large}`));
    await clock.advance(0);
    expect(events.flat()).toHaveLength(10);
    expect(events.map((ids) => ids.length)).toEqual([7, 3]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
  it('skips what fits none of its filters', async () => {
    const pattern = {
      eventName: ['INSERT'],
      dynamodb: { NewImage: { id: { S: [{ 'anything-but': 'b1' }] } } },
    };
    subscribe(() => null, { filters: [pattern, { eventName: ['REMOVE'] }] });
    publish('a1', 'b1', 'a2');
    streams.publish({ table: 'deliveries', keys: { id: { S: 'b1' } }, former: { id: { S: 'b1' } } });
    await clock.advance(0);
    expect(events).toEqual([['a1', 'a2', 'b1']]);
    expect(() => subscribe(() => null, { filters: [{ eventName: [{ suffix: 'T' }] }] })).toThrow(
      '{"suffix":"T"} on eventName',
    );
  });

  it('needs a stream that is there', () => {
    streamArn = 'arn:none';
    expect(() => subscribe(() => null)).toThrow('Requested resource not found: Stream: arn:none');
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
describe('a batch that fails', () => {
  it('holds up those behind it until its retries end, and leaves its metadata in the on-failure queue', async () => {
    subscribe(failAt('a'), { batchSize: 2, maxRetries: 2 });
    publish('a', 'b', 'c');
    await clock.advance(500);
    expect(events).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await clock.advance(1_000);
    expect(events.slice(2)).toEqual([['a', 'b'], ['c']]);
    const [first, second] = records;
    expect(discarded.map(({ queueArn }) => queueArn)).toEqual([onFailureArn]);
    expect(JSON.parse(discarded[0]?.body ?? '')).toEqual({
      requestContext: {
        requestId: 'request-3',
        functionArn,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-01-01T00:00:00.600Z',
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: first?.dynamodb.SequenceNumber,
        endSequenceNumber: second?.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
        approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
        batchSize: 2,
        streamArn,
      },
    });
  });

  it('is tried again without a limit of retries until its records are too old', async () => {
    subscribe(fail, { maxRecordAgeMs: 10 * 60_000 });
    publish('a');
    await clock.advance(9 * 60_000);
    expect(events.length).toBeGreaterThan(10);
    expect(discarded).toEqual([]);
    await clock.advance(2 * 60_000);
    expect(JSON.parse(discarded[0]?.body ?? '').requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: events.length,
    });
  });

  it('is tried for 24 hours at most, which is how long a stream keeps it', async () => {
    subscribe(fail);
    publish('a');
    await clock.advance(24 * 60 * 60_000 + 60_000);
    const tries = events.length;
    await clock.advance(60 * 60_000);
    expect(events).toHaveLength(tries);
  });

  it('for a throttle is tried again without counting as a retry', async () => {
    let throttles = 3;
    const answer = () => {
      if (throttles-- > 0) throw new RangeError('Rate Exceeded.');
      return null;
    };
    subscribe(answer, { maxRetries: 0 });
    publish('a');
    await clock.advance(10_000);
    expect(events).toHaveLength(4);
    expect(discarded).toEqual([]);
  });

  it('is cut in two, again and again, until the bad record stands alone', async () => {
    subscribe(failAt('c'), { bisects: true, maxRetries: 1 });
    publish('a', 'b', 'c', 'd');
    await clock.advance(60_000);
    expect(events).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['c'], ['d']]);
    expect(JSON.parse(discarded[0]?.body ?? '').DDBStreamBatchInfo).toMatchObject({ batchSize: 1 });
    expect(discarded).toHaveLength(1);
  });

  it('is dropped with an error in the report if there is no on-failure queue', async () => {
    streams.subscribe(streamArn, {
      functionArn,
      batchSize: 1,
      batchingWindowMs: 0,
      filters: [],
      bisects: false,
      reportBatchItemFailures: false,
      maxRetries: 0,
      deliver: async () => ({ requestId: 'r', payload: null, functionError: 'Unhandled' }),
    });
    publish('a');
    await clock.advance(0);
    expect(entries.at(-1)).toMatchObject({
      source: 'dynamodb',
      level: 'error',
      message: expect.stringContaining('1 records were discarded (RetryAttemptsExhausted): no on-failure'),
    });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
describe('a function that names what failed', () => {
  const reportBatchItemFailures = true;

  it('gets again everything from the lowest sequence number on', async () => {
    subscribe(reportAt('b', 'd'), { reportBatchItemFailures, maxRetries: 1 });
    publish('a', 'b', 'c', 'd');
    await clock.advance(60_000);
    expect(events).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
    const record = JSON.parse(discarded[0]?.body ?? '');
    expect(record.DDBStreamBatchInfo.batchSize).toBe(3);
    expect(record.responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST' });
  });

  it('has its batch cut there, without counting as a retry, where batches are bisected', async () => {
    const answer = (ids: string[], event: StreamRecord[]) =>
      ids.length > 1 ? reportAt('c')(ids, event) : null;
    subscribe(answer, { reportBatchItemFailures, bisects: true, maxRetries: 0 });
    publish('a', 'b', 'c');
    await clock.advance(60_000);
    expect(events).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it.each([[null], [undefined], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    'has done all of it by answering %j',
    async (answer) => {
      subscribe(() => answer, { reportBatchItemFailures, maxRetries: 0 });
      publish('a', 'b');
      await clock.advance(60_000);
      expect(events).toHaveLength(1);
      expect(discarded).toEqual([]);
    },
  );

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ sequence: '1' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'unknown' }] }],
  ])('has failed at all of it by answering %j', async (answer) => {
    subscribe(() => answer, { reportBatchItemFailures, maxRetries: 0 });
    publish('a', 'b');
    await clock.advance(60_000);
    expect(JSON.parse(discarded[0]?.body ?? '').DDBStreamBatchInfo.batchSize).toBe(2);
  });
});
