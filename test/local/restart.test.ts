import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDynamoDbStreams } from '../../local/aws/dynamodb-streams.ts';
import { createSqs } from '../../local/aws/sqs.ts';
import type { StreamRecord } from '../../local/aws/stream-record.ts';
import { createLambda } from '../../local/lambda/lambda.ts';
import { openStorage } from '../../local/storage.ts';
import { functionWith } from '../support/function-bundle.ts';
import { patience } from '../support/patience.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { keepReport } from './keep-report.ts';
import { temporaryDirectory } from './run-template.ts';

const here = { region: 'us-east-1', account: '000000000000', report: keepReport().report };
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

let clock: TestClock;
let file: string;

beforeEach(() => {
  clock = createTestClock();
  file = join(temporaryDirectory(), 'aws.sqlite');
});

/** The storage as a process finds it; the one before has not closed it, as one that is killed does not. */
const storageOfNextProcess = () => openStorage({ file });

function queuesOfNextProcess() {
  const queueUrlBase = () => 'http://127.0.0.1:4566';
  const sqs = createSqs({ ...here, clock, queueUrlBase, storage: storageOfNextProcess() });
  onTestFinished(() => sqs.stop());
  sqs.createQueue({ name: 'dead', arn: arn('dead'), visibilityTimeoutMs: 30_000 });
  const redrive = { maxReceiveCount: 2, deadLetterArn: arn('dead') };
  sqs.createQueue({ name: 'create', arn: arn('create'), visibilityTimeoutMs: 30_000, ...redrive });
  return sqs;
}

describe('a queue of an earlier process', () => {
  it('has its messages, with ids, attributes and times of sending, but for those that were deleted', () => {
    const before = queuesOfNextProcess();
    const attributes = { kind: { DataType: 'String', StringValue: 'x' } };
    before.send('create', 'deleted');
    before.delete('create', before.receive('create', 1)[0]?.receiptHandle ?? '');
    const { messageId } = before.send('create', 'kept', attributes);
    const after = queuesOfNextProcess();
    expect(after.receive('create', 10)).toMatchObject([
      {
        messageId,
        body: 'kept',
        messageAttributes: attributes,
        attributes: { SentTimestamp: String(clock.now()) },
      },
    ]);
  });

  it('shows again what a receiver had in hand, and counts that receive', () => {
    const before = queuesOfNextProcess();
    before.send('create', 'in hand');
    before.receive('create', 1);
    const [received] = queuesOfNextProcess().receive('create', 1);
    expect(received).toMatchObject({ body: 'in hand', attributes: { ApproximateReceiveCount: '2' } });
  });

  it('has its dead letters', () => {
    queuesOfNextProcess().send('create', 'bad');
    for (let receive = 0; receive < 3; receive += 1) queuesOfNextProcess().receive('create', 1);
    const after = queuesOfNextProcess();
    expect(after.receive('create', 1)).toEqual([]);
    expect(after.receive('dead', 1)).toMatchObject([{ body: 'bad' }]);
  });

  it('passes on what it holds at the first subscription', async () => {
    queuesOfNextProcess().send('create', 'waiting');
    const after = queuesOfNextProcess();
    const delivered: unknown[] = [];
    after.subscribe('create', {
      batchSize: 10,
      reportBatchItemFailures: false,
      async deliver({ Records }) {
        delivered.push(...Records);
        return { requestId: 'request', payload: null };
      },
    });
    await expect.poll(() => after.count('create')).toEqual({ visible: 0, inFlight: 0 });
    expect(delivered).toMatchObject([{ body: 'waiting' }]);
  });
});

describe('an asynchronous invocation that an earlier process took', () => {
  function functionsOfNextProcess(source: string) {
    const letters: string[] = [];
    const lambda = createLambda({
      ...here,
      clock,
      endpointUrl: () => 'http://127.0.0.1:4566',
      storage: storageOfNextProcess(),
      sendToQueue: async (_, body) => void letters.push(body),
    });
    onTestFinished(() => lambda.stop());
    lambda.createFunction({ ...functionWith(source), onFailureArn: arn('dead') });
    return { lambda, letters };
  }

  const account = { principal: 'account' };
  const failing = "export const handler = async (event, { awsRequestId }) => { throw new Error('no'); };";
  const isQuiet = ({ lambda }: ReturnType<typeof functionsOfNextProcess>) =>
    vi.waitFor(() => expect(lambda.running()).toBe(0), patience);

  it('goes on under its request id, with the tries that it has had', async () => {
    const before = functionsOfNextProcess(failing);
    const { requestId } = before.lambda.invokeAsync('example', { n: 1 }, account);
    await isQuiet(before);
    const after = functionsOfNextProcess(failing);
    after.lambda.resume();
    for (const waitMs of [60_000, 120_000]) {
      await clock.advance(waitMs);
      await isQuiet(after);
    }
    expect(after.letters.map((letter) => JSON.parse(letter))).toMatchObject([
      { requestPayload: { n: 1 }, requestContext: { requestId, approximateInvokeCount: 3 } },
    ]);
  });

  it('and broke off is tried again, and what had succeeded is not', async () => {
    const before = functionsOfNextProcess(
      'export const handler = async ({ hangs }) => hangs && new Promise(() => setTimeout(() => {}, 60_000));',
    );
    before.lambda.invokeAsync('example', { hangs: false }, account);
    await isQuiet(before);
    const { requestId } = before.lambda.invokeAsync('example', { hangs: true }, account);
    await before.lambda.stop();
    const after = functionsOfNextProcess(failing);
    after.lambda.resume();
    for (const waitMs of [0, 60_000, 120_000]) {
      await clock.advance(waitMs);
      await isQuiet(after);
    }
    expect(after.letters.map((letter) => JSON.parse(letter).requestContext.requestId)).toEqual([requestId]);
  });
});

describe('a stream of an earlier process', () => {
  function streamOfNextProcess() {
    const streams = createDynamoDbStreams({
      ...here,
      clock,
      sendToQueue: async () => {},
      storage: storageOfNextProcess(),
    });
    onTestFinished(() => streams.stop());
    const streamArn = streams.createStream('deliveries');
    const passed: StreamRecord[] = [];
    return {
      passed,
      publish: (id: string) => {
        const item = { id: { S: id } };
        streams.publish({ table: 'deliveries', keys: item, item });
      },
      subscribe: (isTaken: boolean) =>
        streams.subscribe(streamArn, {
          functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:deliver',
          batchSize: 1,
          batchingWindowMs: 0,
          filters: [],
          bisects: false,
          reportBatchItemFailures: false,
          async deliver({ Records }) {
            if (!isTaken) throw new Error('Throttled.');
            passed.push(...Records);
            return { requestId: 'request', payload: null };
          },
        }),
    };
  }

  const idsOf = (records: StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.Keys.id?.S);

  it('is passed on from where it was left', async () => {
    const before = streamOfNextProcess();
    before.subscribe(true);
    before.publish('done');
    await expect.poll(() => idsOf(before.passed)).toEqual(['done']);
    const broken = streamOfNextProcess();
    broken.subscribe(false);
    broken.publish('not taken');
    broken.publish('behind it');
    const after = streamOfNextProcess();
    after.subscribe(true);
    after.publish('new');
    await expect.poll(() => idsOf(after.passed)).toEqual(['not taken', 'behind it', 'new']);
    const numbers = [...before.passed, ...after.passed].map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });

  it('keeps nothing for longer than a day', async () => {
    streamOfNextProcess().publish('old');
    await clock.advance(24 * 60 * 60_000);
    const after = streamOfNextProcess();
    after.publish('new');
    after.subscribe(true);
    await expect.poll(() => idsOf(after.passed)).toEqual(['new']);
  });
});
