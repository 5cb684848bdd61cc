import pg from 'pg';

const { DATABASE_URL } = process.env;
const client = new pg.Client({ connectionString: DATABASE_URL, application_name: 'floor' });
await client.connect();

const statement = `
  SELECT i.version AS inbox_version, i.unread_count, n.* FROM inboxes i LEFT JOIN LATERAL (
    SELECT id, user_id, actor_id, title, body, metadata, channel, status, created_at, updated_at, version
    FROM notifications x WHERE x.user_id = i.user_id AND x.status <> 'archived' AND x.id < $2
    ORDER BY x.id DESC LIMIT $3) n ON true
  WHERE i.user_id = $1 ORDER BY n.id DESC`;

interface Event {
  requestContext: { authorizer: { lambda: { user_id: string } } };
  queryStringParameters: { limit: string; cursor?: string };
}

/** Answers a page of the feed, newest first, and its inbox. A cursor is the id of the last notification before. */
export async function handler({ requestContext, queryStringParameters }: Event): Promise<object> {
  const { limit, cursor = '9223372036854775807' } = queryStringParameters;
  const values = [requestContext.authorizer.lambda.user_id, cursor, Number(limit) + 1];
  const { rows } = await client.query({ name: 'page', text: statement, values });
  return { statusCode: 200, body: JSON.stringify(rows) };
}
