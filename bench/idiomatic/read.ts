import { and, desc, eq, lt, ne } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { z } from 'zod';
import { inboxes, notifications } from './schema.ts';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const database = drizzle({ client: pool, schema: { inboxes, notifications } });

const query = z.object({
  limit: z.coerce.number().int().min(1).max(100),
  cursor: z.coerce.number().optional(),
});

interface Event {
  requestContext: { authorizer: { lambda: { user_id: string } } };
  queryStringParameters: unknown;
}

/** Answers a page of the feed, newest first. */
export async function handler({ requestContext, queryStringParameters }: Event): Promise<object> {
  const { limit, cursor } = query.parse(queryStringParameters);
  const { user_id } = requestContext.authorizer.lambda;
  const isShown = and(eq(notifications.user_id, user_id), ne(notifications.status, 'archived'));
  const data = await database
    .select()
    .from(notifications)
    .where(cursor === undefined ? isShown : and(isShown, lt(notifications.id, cursor)))
    .orderBy(desc(notifications.id))
    .limit(limit);
  const [inbox] = await database.select().from(inboxes).where(eq(inboxes.user_id, user_id));
  return { statusCode: 200, body: JSON.stringify({ data, inbox }) };
}
