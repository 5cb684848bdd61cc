import { once } from 'node:events';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { expect, vi } from 'vitest';
import { patience } from './patience.ts';

/** A request as the client made it. */
export interface TableRequest {
  operation: string;
  input: Record<string, unknown>;
}

/**
 * A table in a DynamoDB of its own, a client for it, and what was asked of it.
 * @param properties of the `AWS::DynamoDB::Table` in a template
 */
export async function startTable(tableName: string, properties: Record<string, unknown>) {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('dynalite does not listen on a port.');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
  });
  // CreateTable takes no time to live, neither dynalite's nor DynamoDB's own; and dynalite has no streams.
  const { TimeToLiveSpecification: _, StreamSpecification: __, ...taken } = properties;
  // The cast: CloudFormation's other properties of a table are those of CreateTable.
  await client.send(new CreateTableCommand({ ...taken, TableName: tableName } as CreateTableCommandInput));
  await vi.waitFor(async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  }, patience);

  const requests: TableRequest[] = [];
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
