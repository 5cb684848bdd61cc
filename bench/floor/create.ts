import pg from 'pg';
import { signedPost } from './signed.ts';

const { DATABASE_URL, AWS_ENDPOINT_URL, CONNECTIONS_ENDPOINT, CONNECTIONS_TABLE_NAME } = process.env;
const client = new pg.Client({ connectionString: DATABASE_URL, application_name: 'floor' });
await client.connect();

const statement = `
  WITH inbox AS (
    INSERT INTO inboxes AS i (user_id, version, unread_count) VALUES ($1, 1, 1)
    ON CONFLICT (user_id) DO UPDATE SET version = i.version + 1, unread_count = i.unread_count + 1
    RETURNING user_id, version, unread_count, clock_timestamp() AS at
  ), n AS (
    INSERT INTO notifications (user_id, title, body, metadata, created_at, updated_at, version, idempotency_key)
    SELECT user_id, $2, $3, $4, at, at, version, $5 FROM inbox RETURNING *)
  SELECT n.*, inbox.unread_count FROM n, inbox`;

interface Command {
  user_id: string;
  title: string;
  body: string;
  metadata: object;
  idempotency_key: string;
}

interface Item {
  connection_id: { S: string };
  expires_at: { N: string };
}

/** Stores a notification, and posts it to every socket of its user. */
export async function handler({ user_id, title, body, metadata, idempotency_key }: Command): Promise<object> {
  const values = [user_id, title, body, JSON.stringify(metadata), idempotency_key];
  const { rows } = await client.query({ name: 'create', text: statement, values });
  const { unread_count, idempotency_key: _, ...row } = rows[0];
  const notification = { ...row, id: Number(row.id), version: Number(row.version) };
  const query = {
    TableName: CONNECTIONS_TABLE_NAME,
    KeyConditionExpression: 'user_id = :user_id',
    ExpressionAttributeValues: { ':user_id': { S: user_id } },
    ProjectionExpression: 'connection_id, expires_at',
    ConsistentRead: true,
  };
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.Query' };
  const found = await signedPost('dynamodb', new URL(`${AWS_ENDPOINT_URL}/`), headers, JSON.stringify(query));
  const { Items }: { Items: Item[] } = JSON.parse(found);
  const now = Date.now();
  const live = Items.filter(({ expires_at }) => Number(expires_at.N) > now);
  const { version } = notification;
  const frame = JSON.stringify({
    type: 'notification.created',
    user_id,
    version,
    unread_count,
    notification,
  });
  await Promise.all(
    live.map(({ connection_id }) => signedPost('execute-api', socket(connection_id.S), {}, frame)),
  );
  return {
    notification,
    created: true,
    delivery: { connections: live.length, posted: live.length, gone: 0, failed: 0 },
  };
}

const socket = (id: string) => new URL(`${CONNECTIONS_ENDPOINT}/@connections/${encodeURIComponent(id)}`);
