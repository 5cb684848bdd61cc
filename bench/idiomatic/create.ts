import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { z } from 'zod';
import { inboxes, notifications } from './schema.ts';

const { DATABASE_URL, CONNECTIONS_ENDPOINT = '', CONNECTIONS_TABLE_NAME } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
const database = drizzle({ client: pool, schema: { inboxes, notifications } });
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sockets = new ApiGatewayManagementApiClient({ endpoint: CONNECTIONS_ENDPOINT });

const command = z.object({
  user_id: z.uuid(),
  title: z.string().min(1).max(255),
  body: z.string().max(4_000),
  metadata: z.record(z.string(), z.unknown()),
  idempotency_key: z.string().max(255),
});

/** Stores a notification, and posts it to every socket of its user. */
export async function handler(event: unknown): Promise<object> {
  const { user_id, ...content } = command.parse(event);
  const notification = await database.transaction(async (transaction) => {
    const [inbox] = await transaction
      .insert(inboxes)
      .values({ user_id, version: 1, unread_count: 1 })
      .onConflictDoUpdate({
        target: inboxes.user_id,
        set: { version: sql`${inboxes.version} + 1`, unread_count: sql`${inboxes.unread_count} + 1` },
      })
      .returning();
    const now = new Date().toISOString();
    const [stored] = await transaction
      .insert(notifications)
      .values({ user_id, ...content, version: inbox?.version ?? 0, created_at: now, updated_at: now })
      .returning();
    return stored;
  });
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: CONNECTIONS_TABLE_NAME,
      KeyConditionExpression: 'user_id = :user_id',
      ExpressionAttributeValues: { ':user_id': user_id },
    }),
  );
  const Data = JSON.stringify({ type: 'notification.created', notification });
  await Promise.all(
    Items.map(({ connection_id }) =>
      sockets.send(new PostToConnectionCommand({ ConnectionId: connection_id, Data })),
    ),
  );
  return { notification, posted: Items.length };
}
