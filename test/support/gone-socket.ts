import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OwnSystem } from './own-system.ts';

/** Registers a connection of the user whose socket ended a minute ago without a $disconnect. Its row is still there. */
export async function leaveGoneSocket({ system, belfry, clock }: OwnSystem, user_id: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const now = clock.now();
  const Item = {
    user_id,
    connection_id: 'gone=',
    connected_at: now - 60_000,
    expires_at: now + 600_000,
    ttl: Math.ceil(now / 1_000) + 7_200,
  };
  const TableName = belfry.outputs.ConnectionsTableName;
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName, Item }));
  client.destroy();
}
