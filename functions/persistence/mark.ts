import { type SQL, sql } from 'drizzle-orm';
import type { MarkedNotification } from '../core/ports.ts';
import { type Action, transitions } from '../core/status.ts';
import { namesOf, notificationColumns } from './columns.ts';
import type { Database } from './database.ts';
import { type InboxRow, type NotificationRow, toInboxState, toNotification } from './rows.ts';

/**
 * Applies an action to one notification, in one round trip. It is not repeatable: a second run would find nothing to change,
 * and nothing would be pushed. On `Unavailable` the client asks again.
 */
export async function mark(
  database: Database,
  user_id: string,
  id: number,
  action: Action,
): Promise<MarkedNotification | undefined> {
  const [row] = await database.execute<
    NotificationRow & InboxRow & { changed: boolean; burst_count: number }
  >(markStatement(user_id, id, action), { user: user_id });
  return (
    row && {
      notification: toNotification(row),
      changed: row.changed,
      inbox: { ...toInboxState(user_id, row), burst_count: row.burst_count },
    }
  );
}

/** What a mark writes. */
const changedNames: readonly string[] = ['status', 'updated_at', 'version'];

/** The row after the mark: what it has written, or what was there before if it has written nothing. */
const columns = sql.raw(
  namesOf(notificationColumns)
    .map((name) =>
      changedNames.includes(name) ? `coalesce(upd.${name}, cur.${name}) AS ${name}` : `cur.${name}`,
    )
    .join(', '),
);

// The count is computed from the locked inbox: taken from the snapshot it could fall below 0 and violate its CHECK.
function markStatement(user_id: string, id: number, action: Action): SQL {
  const { from, to } = transitions[action];
  return sql`
    WITH inbox AS MATERIALIZED (SELECT * FROM inboxes WHERE user_id = ${user_id} FOR NO KEY UPDATE),
    cur AS MATERIALIZED (
      SELECT n.* FROM inbox JOIN notifications n ON n.user_id = inbox.user_id AND n.id = ${id}
      FOR NO KEY UPDATE OF n),
    upd AS (
      UPDATE notifications n SET status = ${to}, version = inbox.version + 1, updated_at = clock_timestamp()
      FROM cur, inbox
      WHERE n.id = cur.id AND n.user_id = cur.user_id AND cur.status = ANY (${sql.param(from)}::text[])
      RETURNING n.id, ${sql.raw(changedNames.map((name) => `n.${name}`).join(', '))}, cur.status AS was),
    bump AS (
      UPDATE inboxes i SET version = inbox.version + 1,
        unread_count = inbox.unread_count + (upd.status = 'unread')::int - (upd.was = 'unread')::int,
        burst_started_at = CASE WHEN w.open THEN inbox.burst_started_at ELSE w.t END,
        burst_count = CASE WHEN w.open THEN inbox.burst_count + 1 ELSE 1 END
      FROM upd, inbox, LATERAL (
        SELECT upd.updated_at AS t, inbox.burst_started_at > upd.updated_at - interval '1 second' AS open) w
      WHERE i.user_id = inbox.user_id RETURNING i.version, i.unread_count, i.burst_count)
    SELECT ${columns}, upd.id IS NOT NULL AS changed,
      coalesce(bump.version, inbox.version) AS inbox_version,
      coalesce(bump.unread_count, inbox.unread_count) AS unread_count, coalesce(bump.burst_count, 0) AS burst_count
    FROM cur CROSS JOIN inbox LEFT JOIN upd ON true LEFT JOIN bump ON true`;
}
