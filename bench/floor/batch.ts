import pg from 'pg';

const { DATABASE_URL } = process.env;
const client = new pg.Client({ connectionString: DATABASE_URL, application_name: 'floor' });
await client.connect();

const statement = `
  WITH inbox AS (
    INSERT INTO inboxes AS i (user_id, version, unread_count)
    SELECT user_id, 1, 1 FROM unnest($1::uuid[]) AS user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET version = i.version + 1, unread_count = i.unread_count + 1
    RETURNING user_id, version, clock_timestamp() AS at)
  INSERT INTO notifications (user_id, title, body, metadata, created_at, updated_at, version, idempotency_key)
  SELECT user_id, $2, $3, $4, at, at, version, $5 FROM inbox RETURNING id, user_id`;

interface Command {
  user_ids: string[];
  title: string;
  body: string;
  metadata: object;
  idempotency_key: string;
}

/** Stores a notification for each user. */
export async function handler({
  user_ids,
  title,
  body,
  metadata,
  idempotency_key,
}: Command): Promise<object> {
  const values = [user_ids, title, body, JSON.stringify(metadata), idempotency_key];
  const { rows } = await client.query({ name: 'batch', text: statement, values });
  return { notifications: rows };
}
