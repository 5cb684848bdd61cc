import {
  type AttributeValue,
  QueryCommand as LowLevelQuery,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateScan,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { maximumLifetimeMs } from '../core/connection.ts';
import { connectionIdIndex } from '../core/deployment.ts';
import type { Clock, Connection, ConnectionRegistry } from '../core/ports.ts';

/**
 * The registry in DynamoDB: partition key `user_id`, sort key `connection_id`.
 *
 * `find` is one strongly consistent query of the table. An index is eventually consistent, and could miss a connection that
 * was just registered. DynamoDB may delete an item days after its `ttl`, so `find` compares `expires_at` with the clock.
 */
export function createConnectionRegistry({
  dynamo,
  tableName,
  clock,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  clock: Clock;
}): ConnectionRegistry {
  /**
   * The chain of handlers that sends the query of `find`. For each command of a document client, the SDK makes a new chain
   * and converts every attribute: a fifth of the CPU time of a query.
   */
  const query = new LowLevelQuery({ TableName: tableName }).resolveMiddleware(
    dynamo.middlewareStack,
    dynamo.config,
    undefined,
  );

  async function forget(user_id: string, connection_id: string): Promise<void> {
    await dynamo.send(new DeleteCommand({ TableName: tableName, Key: { user_id, connection_id } }));
  }

  return {
    async add(connection) {
      // `ttl` is later than `expires_at`: an expired connection must still be found, to close it.
      const ttl = Math.ceil((connection.connected_at + maximumLifetimeMs) / 1_000);
      await dynamo.send(new PutCommand({ TableName: tableName, Item: { ...connection, ttl } }));
    },

    async remove(connection_id) {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: connectionIdIndex,
          KeyConditionExpression: 'connection_id = :connection_id',
          ExpressionAttributeValues: { ':connection_id': connection_id },
        }),
      );
      const [owner] = Items as Pick<Connection, 'user_id'>[];
      if (owner) await forget(owner.user_id, connection_id);
    },

    forget,

    async find(user_id) {
      const { output } = await query(
        new LowLevelQuery({
          TableName: tableName,
          KeyConditionExpression: 'user_id = :user_id',
          ExpressionAttributeValues: { ':user_id': { S: user_id } },
          ProjectionExpression: 'user_id, connection_id, connected_at, expires_at',
          ConsistentRead: true,
        }),
      );
      const { Items = [] }: QueryCommandOutput = output;
      const connections = Items.map(toConnection);
      const now = clock();
      return {
        live: connections.filter(({ expires_at }) => expires_at > now),
        expired: connections.filter(({ expires_at }) => expires_at <= now),
      };
    },

    // A scan costs half a read unit for each 4 kB. 100,000 connections of about 200 bytes cost 2,500 units.
    async count() {
      const pages = paginateScan(
        { client: dynamo },
        {
          TableName: tableName,
          Select: 'COUNT',
          FilterExpression: 'expires_at > :now',
          ExpressionAttributeValues: { ':now': clock() },
        },
      );
      let count = 0;
      for await (const { Count = 0 } of pages) count += Count;
      return count;
    },
  };
}

/** An item that `add` has written. */
const toConnection = (item: Record<string, AttributeValue>): Connection => ({
  user_id: item.user_id?.S ?? '',
  connection_id: item.connection_id?.S ?? '',
  connected_at: Number(item.connected_at?.N),
  expires_at: Number(item.expires_at?.N),
});
