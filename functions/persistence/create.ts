import { type SQL, sql } from 'drizzle-orm';
import { IdempotencyConflict } from '../core/errors.ts';
import type { CreateContent, CreateOutcome, CreateRule } from '../core/notification-repository.ts';
import { sqlState } from './connection.ts';
import type { Database } from './database.ts';
import { type AnswerRow, type InboxReader, toNotificationOrRetracted } from './rows.ts';

/** What functions of the database raise if a recipient has the key of another command. */
export const conflict = 'BF409';

/**
 * Creates a notification for each recipient in one statement, so all or none. Keys and preferences are looked at in the
 * same statement, under the lock on each inbox.
 * @throws IdempotencyConflict, Unavailable
 */
export async function create(
  database: Database,
  inboxes: InboxReader,
  content: CreateContent,
  rule: CreateRule,
  user_ids: readonly string[],
  idempotency_key: string | null,
): Promise<CreateOutcome[]> {
  const rows = await database
    .execute<AnswerRow>(createStatement(content, rule, user_ids, idempotency_key), {
      // With a key it is repeatable: if the first run did commit, the second one finds its notifications.
      repeatable: idempotency_key !== null,
    })
    .catch((error: unknown) => {
      throw sqlState(error) === conflict ? new IdempotencyConflict() : error;
    });
  const outcomes = new Map(
    rows.map((row): [string, CreateOutcome] => [
      row.user_id,
      {
        notification: row.outcome === 'suppressed' ? null : toNotificationOrRetracted(row),
        created: row.outcome === 'created',
        grouped: row.outcome === 'grouped',
        inbox: inboxes.changed(row.user_id, row),
      },
    ]),
  );
  return user_ids.flatMap((user_id) => outcomes.get(user_id) ?? []);
}

/** The SQL function is in the migrations. It gets the command as it was given, of which it keeps a hash beside the key. */
export function createStatement(
  content: CreateContent,
  { scope, optional, type }: CreateRule,
  user_ids: readonly string[],
  idempotency_key: string | null,
): SQL {
  return sql`
    SELECT * FROM inbox_put(${sql.param(user_ids)}::uuid[], ${idempotency_key}::text, ${commandOf(content)}::jsonb,
      ${scope ?? ''}::text, ${type}::text, ${optional?.isDefaultOn ?? null}::boolean)`;
}

/** A command as canonical JSON: an optional field of null is an absent one. Metadata has no such fields. */
const commandOf = ({ group, ...content }: CreateContent): string =>
  JSON.stringify(givenOf({ ...content, group: group && givenOf(group) }));

const givenOf = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
