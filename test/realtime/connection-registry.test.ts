import { once } from 'node:events';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { Duration } from 'aws-cdk-lib';
import dynalite from 'dynalite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createConnectionRegistry } from '../../functions/realtime/connection-registry.ts';
import { RealtimeApi } from '../../lib/realtime-api.ts';
import { testConnectionRegistry } from '../contracts/connection-registry.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { synthesize, theResource, tokenEnvironment } from '../lib/template.ts';

const tableName = 'connections';

/** The connections table as the stack defines it. */
const tableProperties = synthesizeTable();

async function synthesizeTable(): Promise<CreateTableCommandInput> {
  const template = await synthesize((stack) => {
    new RealtimeApi(stack, 'Realtime', {
      tokens: tokenEnvironment,
      allowedOrigins: [],
      connectionMinimumLifetime: Duration.minutes(15),
    });
  });
  // CreateTable takes no time to live, neither dynalite's nor DynamoDB's own.
  const { TimeToLiveSpecification: _, ...properties } = theResource(
    template,
    'AWS::DynamoDB::Table',
  ).Properties;
  // The cast: CloudFormation's properties of a table are those of CreateTable.
  return properties as unknown as CreateTableCommandInput;
}

testConnectionRegistry('The in-memory registry', async (clock) => ({
  registry: createInMemoryRegistry(clock),
  close: async () => {},
}));

testConnectionRegistry('The registry in DynamoDB', async (clock) => {
  const { dynamo, close } = await startTable();
  return { registry: createConnectionRegistry({ dynamo, tableName, clock }), close };
});

interface Request {
  operation: string;
  input: Record<string, unknown>;
}

/** The connections table of the stack, in a DynamoDB of its own, and what was asked of it. */
async function startTable() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('dynalite does not listen on a port.');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  await client.send(new CreateTableCommand({ ...(await tableProperties), TableName: tableName }));
  await vi.waitFor(async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  });

  const requests: Request[] = [];
  const dynamo = DynamoDBDocumentClient.from(client);
  dynamo.middlewareStack.add(
    (next, context) => (args) => {
      requests.push({ operation: String(context.commandName), input: { ...args.input } });
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    dynamo,
    requests,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('The registry in DynamoDB', () => {
  const now = Date.UTC(2026, 0, 1);
  const connection = { user_id: 'u', connection_id: 'c', connected_at: now, expires_at: now + 60_000 };
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table?.close());

  const requestsOf = async (run: () => Promise<unknown>): Promise<Request[]> => {
    table.requests.length = 0;
    await run();
    return [...table.requests];
  };
  const registry = () => createConnectionRegistry({ dynamo: table.dynamo, tableName, clock: () => now });

  it('finds by one strongly consistent query of the table itself', async () => {
    const [query, ...others] = await requestsOf(() => registry().find('u'));
    expect(others).toEqual([]);
    expect(query).toMatchObject({ operation: 'QueryCommand', input: { ConsistentRead: true } });
    expect(query?.input).not.toHaveProperty('IndexName');
  });

  it('keeps a row until the gateway has closed its socket for certain, in whole seconds', async () => {
    await registry().add({ ...connection, connected_at: now + 1 });
    const { Items } = await table.dynamo.send(new ScanCommand({ TableName: tableName }));
    expect(Items).toMatchObject([{ expires_at: now + 60_000, ttl: now / 1_000 + 2 * 60 * 60 + 1 }]);
  });

  it('asks the index only where it does not know the user', async () => {
    await registry().add(connection);
    const removing = await requestsOf(() => registry().remove('c'));
    expect(removing).toMatchObject([
      { operation: 'QueryCommand', input: { IndexName: 'by_connection_id' } },
      { operation: 'DeleteItemCommand', input: { Key: { user_id: 'u', connection_id: 'c' } } },
    ]);
    const forgetting = await requestsOf(() => registry().forget('u', 'c'));
    expect(forgetting).toMatchObject([{ operation: 'DeleteItemCommand' }]);
  });

  it('deletes nothing for a connection that nobody has', async () => {
    const removing = await requestsOf(() => registry().remove('unknown'));
    expect(removing.map(({ operation }) => operation)).toEqual(['QueryCommand']);
  });
});
