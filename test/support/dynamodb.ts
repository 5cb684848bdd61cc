import { once } from 'node:events';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Duration } from 'aws-cdk-lib';
import dynalite from 'dynalite';
import { expect, vi } from 'vitest';
import { RealtimeApi } from '../../lib/realtime-api.ts';
import { synthesize, theResource } from '../lib/template.ts';

/** A request that was sent to DynamoDB. */
export interface DynamoDbRequest {
  operation: string;
  input: Record<string, unknown>;
}

/** The tables of the stack by their names here, told apart by their partition keys. */
const partitionKeys = { connections: 'user_id', deliveries: 'delivery_id' };
export type TableName = keyof typeof partitionKeys;

/** A table as the stack defines it. */
async function synthesizeTable(tableName: TableName): Promise<CreateTableCommandInput> {
  const template = await synthesize((stack) => {
    new RealtimeApi(stack, 'Realtime', {
      tokens: { JWT_ALGORITHM: 'HS256', JWT_SECRET: 'secret', JWT_ISSUERS: '', JWT_AUDIENCES: '' },
      allowedOrigins: [],
      connectionMinimumLifetime: Duration.minutes(15),
      connectionLimit: 10,
    });
  });
  // CreateTable takes no time to live, neither dynalite's nor DynamoDB's own; and dynalite has no streams.
  const {
    TimeToLiveSpecification: _,
    StreamSpecification: __,
    ...properties
  } = theResource(template, 'AWS::DynamoDB::Table', ({ Properties }) =>
    JSON.stringify(Properties.KeySchema).includes(`"${partitionKeys[tableName]}","KeyType":"HASH"`),
  ).Properties;
  // The cast: CloudFormation's properties of a table are those of CreateTable.
  return { ...(properties as unknown as CreateTableCommandInput), TableName: tableName };
}

/** A table of the stack, in a DynamoDB of its own, and what was asked of it. */
export async function startTable(tableName: TableName) {
  const properties = await synthesizeTable(tableName);
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
  await client.send(new CreateTableCommand(properties));
  await vi.waitFor(async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  });

  const requests: DynamoDbRequest[] = [];
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
