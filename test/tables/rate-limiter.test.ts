import { once } from 'node:events';
import { createServer } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRateLimiter } from '../../functions/throttling/rate-limiter.ts';
import { CreatePipeline } from '../../lib/create-pipeline.ts';
import { Network } from '../../lib/network.ts';
import { testRateLimiter } from '../contracts/rate-limiter.ts';
import { createInMemoryRateLimiter } from '../fakes/in-memory-rate-limiter.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createPipelineProps } from '../lib/create-pipeline-props.ts';
import { synthesize, theResource } from '../lib/template.ts';
import { startTable } from '../support/dynamodb-table.ts';

const tableName = 'rates';
const now = Date.UTC(2026, 0, 1);

/** The table of counts as the stack defines it. */
const tableProperties = synthesizeTable();

async function synthesizeTable(): Promise<Record<string, unknown>> {
  const template = await synthesize((stack) => {
    new CreatePipeline(
      stack,
      'Pipeline',
      createPipelineProps(new Network(stack, 'Network', { mode: 'ipv6' })),
    );
  });
  return theResource(template, 'AWS::DynamoDB::Table').Properties;
}

const startRates = async () => startTable(tableName, await tableProperties);

testRateLimiter('The in-memory limiter', async () => ({
  limiter: createInMemoryRateLimiter,
  close: async () => {},
}));

testRateLimiter('The limiter in DynamoDB', async () => {
  const { dynamo, close } = await startRates();
  const logger = createRecordingLogger();
  return {
    limiter: (clock, perMinute) =>
      // The table works in the thread of the test, so a busy machine may answer late.
      createRateLimiter({ dynamo, tableName, perMinute, clock, logger, patienceMs: 20_000 }),
    close,
  };
});

describe('The limiter in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startRates();
  });
  afterAll(() => table?.close());

  function limiterOf(perMinute: number, dynamo = table.dynamo) {
    const logger = createRecordingLogger();
    table.requests.length = 0;
    return {
      logger,
      limiter: createRateLimiter({ dynamo, tableName, perMinute, clock: () => now, logger }),
    };
  }
  const operations = () => table.requests.map(({ operation }) => operation);

  it('counts by one request, whether it lets pass or not', async () => {
    const { limiter } = limiterOf(1);
    await limiter.spend('a');
    expect(operations()).toEqual(['UpdateItemCommand']);
    await expect(limiter.spend('a')).rejects.toThrow();
    expect(operations()).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
  });

  it('asks nothing if the limit is 0', async () => {
    await limiterOf(0).limiter.spend('b');
    expect(operations()).toEqual([]);
  });

  it('lets a count be deleted some minutes after its own', async () => {
    await limiterOf(3).limiter.spend('c');
    const { Items = [] } = await table.dynamo.send(new ScanCommand({ TableName: tableName }));
    const minute = now / 60_000;
    expect(Items.filter(({ subject }) => subject === 'c')).toEqual([
      { subject: 'c', minute, count: 1, ttl: now / 1_000 + 5 * 60 },
    ]);
  });

  it('lets pass what it cannot count, and says so in the log without the subject', async () => {
    const elsewhere = new DynamoDBClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      maxAttempts: 1,
    });
    const { limiter, logger } = limiterOf(1, DynamoDBDocumentClient.from(elsewhere));
    await limiter.spend('subject-1');
    await limiter.spend('subject-1');
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'rate_not_counted', fields: { error: expect.any(Error) } },
      { level: 'error', message: 'rate_not_counted' },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('subject-1');
  });

  it('does not wait long for a table that never answers', async () => {
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    onTestFinished(() => client.destroy());
    const { limiter, logger } = limiterOf(1, DynamoDBDocumentClient.from(client));
    // Without an end of its own this would last until the test's.
    await limiter.spend('d');
    expect(logger.lines).toMatchObject([{ message: 'rate_not_counted' }]);
  });
});
