import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { jwtVerify } from 'jose';
import { z } from 'zod';

const { CONNECTIONS_ENDPOINT = '', CONNECTIONS_TABLE_NAME, CONNECTION_LIMIT, JWT_SECRET } = process.env;
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sockets = new ApiGatewayManagementApiClient({ endpoint: CONNECTIONS_ENDPOINT });
const secret = new TextEncoder().encode(JWT_SECRET);

const payload = z.object({ sub: z.uuid(), exp: z.number() });

interface Event {
  queryStringParameters?: { token?: string };
  requestContext: { connectionId: string; connectedAt: number };
}

/** Registers a socket for the user of its token, and closes the oldest one above the limit. */
export async function handler({ queryStringParameters, requestContext }: Event): Promise<object> {
  const verified = await jwtVerify(queryStringParameters?.token ?? '', secret, { algorithms: ['HS256'] });
  const { sub: user_id, exp } = payload.parse(verified.payload);
  const { connectionId: connection_id, connectedAt: connected_at } = requestContext;
  const Item = { user_id, connection_id, connected_at, expires_at: exp * 1_000 };
  await documents.send(new PutCommand({ TableName: CONNECTIONS_TABLE_NAME, Item }));
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: CONNECTIONS_TABLE_NAME,
      KeyConditionExpression: 'user_id = :user_id',
      ExpressionAttributeValues: { ':user_id': user_id },
    }),
  );
  const tooMany = Items.sort((a, b) => a.connected_at - b.connected_at).slice(0, -Number(CONNECTION_LIMIT));
  for (const { connection_id: ConnectionId } of tooMany)
    await sockets.send(new DeleteConnectionCommand({ ConnectionId }));
  return { statusCode: 200 };
}
