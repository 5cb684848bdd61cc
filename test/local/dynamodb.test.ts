import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createDynamoDb, type DynamoDb } from '../../local/aws/dynamodb.ts';

const connections = {
  KeySchema: [
    { AttributeName: 'user_id', KeyType: 'HASH' },
    { AttributeName: 'connection_id', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'user_id', AttributeType: 'S' },
    { AttributeName: 'connection_id', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-connection',
      KeySchema: [{ AttributeName: 'connection_id', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
};

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(path?: string): Promise<DynamoDb> {
  const dynamodb = await createDynamoDb({
    ...(path && { path }),
    region: 'us-east-1',
    account: '000000000000',
  });
  closing.push(() => dynamodb.stop());
  return dynamodb;
}

/** The real SDK, speaking to `call` by way of a bare server. */
async function clientOf(dynamodb: DynamoDb): Promise<DynamoDBDocumentClient> {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await dynamodb.call(
      String(request.headers['x-amz-target']),
      await buffer(request),
    );
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  closing.push(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return DynamoDBDocumentClient.from(client);
}

const row = { user_id: 'u', connection_id: 'c' };

describe('DynamoDB', () => {
  it('makes a table of a template and serves an unchanged SDK', async () => {
    const dynamodb = await start();
    await dynamodb.createTable(connections, 'connections');
    const client = await clientOf(dynamodb);
    await client.send(new PutCommand({ TableName: 'connections', Item: row }));
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'connections',
        IndexName: 'by-connection',
        KeyConditionExpression: 'connection_id = :id',
        ExpressionAttributeValues: { ':id': 'c' },
      }),
    );
    expect(Items).toEqual([row]);
    await expect(client.send(new GetCommand({ TableName: 'nothing', Key: row }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keeps items and tables under its path', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'belfry-dynamodb-'));
    closing.push(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'tables');
    const before = await createDynamoDb({ path, region: 'us-east-1', account: '000000000000' });
    await before.createTable(connections, 'connections');
    await (await clientOf(before)).send(new PutCommand({ TableName: 'connections', Item: row }));
    await before.stop();

    const after = await start(path);
    await after.createTable(connections, 'connections');
    const { Item } = await (await clientOf(after)).send(
      new GetCommand({ TableName: 'connections', Key: row }),
    );
    expect(Item).toEqual(row);

    const [index] = connections.GlobalSecondaryIndexes;
    const renamed = { ...connections, GlobalSecondaryIndexes: [{ ...index, IndexName: 'by-id' }] };
    await expect(after.createTable(renamed, 'connections')).rejects.toThrow(/other keys or indexes.*--reset/);
  });

  it('says what it refuses in a table', async () => {
    const dynamodb = await start();
    await expect(dynamodb.createTable({ BillingMode: 'PAY_PER_REQUEST' }, 'bad')).rejects.toThrow(
      /refused the table bad/,
    );
  });

  const table = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
  it.each([
    ['Query', { TableName: 'a' }, table('a')],
    ['Query', { TableName: 'a', IndexName: 'i' }, table('a/index/i')],
    ['GetItem', { TableName: table('a') }, table('a')],
    ['PutItem', { TableName: 'a', ConditionExpression: 'attribute_not_exists(user_id)' }, table('a')],
  ])('names what %s %j needs', async (operation, input, resource) => {
    const dynamodb = await start();
    const needed = dynamodb.requiredAction(
      `DynamoDB_20120810.${operation}`,
      Buffer.from(JSON.stringify(input)),
    );
    expect(needed).toEqual({ action: `dynamodb:${operation}`, resource });
  });

  it.each(['BatchWriteItem', 'BatchGetItem', 'TransactWriteItems', 'ListTables', 'Fly'])(
    'refuses %s by its name, with the operations that there are',
    async (operation) => {
      const dynamodb = await start();
      const asking = () => dynamodb.requiredAction(`DynamoDB_20120810.${operation}`, Buffer.from('{}'));
      expect(asking).toThrow(
        `The operation DynamoDB_20120810.${operation} is not supported by the local AWS endpoint. Use one of GetItem,`,
      );
    },
  );
});
