import { type SQL, sql } from 'drizzle-orm';
import { IdempotencyConflict } from '../core/errors.ts';
import type { NotificationContent } from '../core/notification.ts';
import type { CreateOutcome, CreateRule } from '../core/ports.ts';
import { sqlState } from './connection.ts';
import type { Database } from './database.ts';
import { columnsOf, type InboxReader, type InboxRow, type NotificationRow, toNotification } from './rows.ts';

type CreatedRow = InboxRow & { user_id: string; burst_count: number } & (
    | ({ outcome: 'created' | 'repeated' } & NotificationRow)
    | { outcome: 'suppressed' }
  );

/** What `inbox_put` raises if a recipient has the key of another command. */
const conflict = 'BF409';

/**
 * Creates a notification for each recipient in one statement, so all or none. Keys and preferences are looked at in the
 * same statement, under the lock on each inbox.
 * @throws IdempotencyConflict, Unavailable
 */
export async function create(
  database: Database,
  inboxes: InboxReader,
  content: NotificationContent,
  rule: CreateRule,
  user_ids: readonly string[],
  idempotency_key: string | null,
): Promise<CreateOutcome[]> {
  const rows = await database
    .execute<CreatedRow>(createStatement(content, rule, user_ids, idempotency_key), {
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
        notification: row.outcome === 'suppressed' ? null : toNotification(row),
        created: row.outcome === 'created',
        inbox: inboxes.changed(row.user_id, row),
      },
    ]),
  );
  return user_ids.flatMap((user_id) => outcomes.get(user_id) ?? []);
}

/** The SQL function is in the migrations. It gets the command as it was given, of which it keeps a hash beside the key. */
export function createStatement(
  content: NotificationContent,
  { scope, optional }: CreateRule,
  user_ids: readonly string[],
  idempotency_key: string | null,
): SQL {
  return sql`
    SELECT a.outcome, a.user_id, ${columnsOf('(a.n)')}, a.inbox_version, a.unread_count, a.unseen_count, a.scopes, a.burst_count
    FROM inbox_put(${sql.param(user_ids)}::uuid[], ${idempotency_key}::text, ${commandOf(content)}::jsonb,
      ${scope ?? ''}::text, ${optional?.type ?? null}::text, ${optional?.isDefaultOn ?? true}::boolean) a`;
}

/** A command as canonical JSON: an optional field of null is an absent one. */
const commandOf = (content: NotificationContent): string =>
  JSON.stringify(Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null)));
