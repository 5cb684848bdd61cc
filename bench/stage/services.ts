import { join } from 'node:path';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { connectionIdIndex } from '../../functions/core/deployment.ts';
import type { Connection } from '../../functions/core/ports.ts';
import { portOf, startChild } from './child.ts';

/** What functions use beside the database: tables, and the API of sockets. Each is a process of its own. */
export interface Services {
  tables: string;
  /** The `@connections` URL. */
  sockets: string;
  /** Where a socket is opened, without the id of its connection. Only a gateway holds sockets. */
  socketUrl: string;
  /** Registers sockets. */
  register(connections: readonly Connection[]): Promise<void>;
  stop(): Promise<void>;
}

export const connectionsTable = 'connections';
export const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

/**
 * Starts DynamoDB with the table of connections, and what takes the posts: a receiver that does nothing with them, or a
 * gateway that sends them to sockets.
 */
export async function startServices(posts: 'receiver' | 'gateway' = 'receiver'): Promise<Services> {
  const start = (program: string) => startChild(join(import.meta.dirname, program), []);
  const [dynamo, receiver] = await Promise.all([start('dynamodb-process.ts'), start(`${posts}-process.ts`)]);
  const tables = `http://127.0.0.1:${portOf(dynamo)}`;
  const client = new DynamoDBClient({ endpoint: tables, region: 'us-east-1', credentials });
  await createConnectionsTable(client);
  return {
    tables,
    sockets: `http://127.0.0.1:${portOf(receiver)}/live`,
    socketUrl: `ws://127.0.0.1:${portOf(receiver)}/`,
    async register(connections) {
      const documents = DynamoDBDocumentClient.from(client);
      // DynamoDB takes 25 items at once.
      for (let from = 0; from < connections.length; from += 25) {
        const requests = connections.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [connectionsTable]: requests } }));
      }
    },
    async stop() {
      client.destroy();
      await Promise.all([dynamo.stop(), receiver.stop()]);
    },
  };
}

/** The keys and the index are those of lib/connections-table.ts. */
async function createConnectionsTable(client: DynamoDBClient): Promise<void> {
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  await client.send(
    new CreateTableCommand({
      TableName: connectionsTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [text('user_id'), text('connection_id')],
      KeySchema: [
        { AttributeName: 'user_id', KeyType: 'HASH' },
        { AttributeName: 'connection_id', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: connectionIdIndex,
          KeySchema: [{ AttributeName: 'connection_id', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  const isActive = async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: connectionsTable }));
    return Table?.TableStatus === 'ACTIVE';
  };
  // dynalite makes it active one turn of the event loop later.
  while (!(await isActive()));
}
