import pg from 'pg';

/** What is in a database: users with a hundred notifications each, and perhaps one user with very many. */
export interface Content {
  /** Notifications of ordinary users, a multiple of 100. */
  rows: number;
  /** Notifications of `largeUser`, all unread. */
  largeInbox: number;
}

/**
 * The content for benches that write: a session that plans for empty tables keeps its plans, and takes up to twice as long as
 * later ones.
 */
export const contentToWriteTo: Content = { rows: 100_000, largeInbox: 0 };

/** Gives users an empty inbox each (`$1`): the first notification of a user costs more than all later ones. */
export const makeInboxes = 'INSERT INTO inboxes (user_id, counted_version) SELECT unnest($1::uuid[]), 0';

/** The content for benches that only read. */
export const contentOf = (isQuick: boolean): Content => ({
  rows: isQuick ? 100_000 : 10_000_000,
  largeInbox: 100_000,
});

const rowsOfUser = 100;
/** So many rows take some seconds: often enough to say how far it is. */
const rowsAtOnce = 250_000;

/** The id of an ordinary user, from 0 on. */
export const userId = (index: number): string =>
  `0b5e55ed-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;

/** How many ordinary users there are. */
export const usersIn = ({ rows }: Content): number => rows / rowsOfUser;

/** The user with the large inbox. */
export const largeUser = '0b5e55ed-0000-4000-8000-ffffffffffff';

/** A user beside it with 10 notifications, all unread. */
export const smallUser = '0b5e55ed-0000-4000-8000-fffffffffffe';

const idOfUser = (index: string) => `('0b5e55ed-0000-4000-8000-' || lpad(to_hex(${index}), 12, '0'))::uuid`;

/**
 * Fills the tables. The users take turns, so that the rows of one user are as far apart on disk as if they had come over
 * months. Three of ten notifications are unread, six are read and one is archived.
 */
export async function fill(client: pg.Client, content: Content, say: (text: string) => void): Promise<void> {
  const total = content.rows + content.largeInbox;
  if (total === 0) return;
  const restore = await dropIndexes(client);
  await client.query('BEGIN');
  const users = usersIn(content);
  for (let from = 0; from < content.rows; from += rowsAtOnce) {
    say(`writing rows: ${from.toLocaleString('en')} of ${total.toLocaleString('en')}`);
    const to = Math.min(from + rowsAtOnce, content.rows) - 1;
    await insert(client, { from, to, user: idOfUser(`g % ${users}`), number: `g / ${users}` });
  }
  if (content.largeInbox > 0) {
    const unread = { from: 0, number: 'g', status: "'unread'" };
    await insert(client, { ...unread, to: content.largeInbox - 1, user: `'${largeUser}'::uuid` });
    await insert(client, { ...unread, to: 9, user: `'${smallUser}'::uuid` });
  }
  await client.query(`
    INSERT INTO inboxes (user_id, version, unread_count)
    SELECT user_id, max(version), count(*) FILTER (WHERE status = 'unread') FROM notifications GROUP BY user_id`);
  await client.query('COMMIT');
  await restore(say);
  say('vacuuming');
  await client.query('VACUUM (ANALYZE, FREEZE)');
}

async function insert(
  client: pg.Client,
  rows: { from: number; to: number; user: string; number: string; status?: string },
): Promise<void> {
  const { from, to, user, number } = rows;
  const status =
    rows.status ??
    `CASE WHEN ${number} % 10 < 3 THEN 'unread' WHEN ${number} % 10 < 9 THEN 'read' ELSE 'archived' END`;
  const at = `now() - interval '80 days' + (${number}) * interval '1 minute'`;
  await client.query(`
    INSERT INTO notifications (user_id, title, body, metadata, status, created_at, updated_at, version, idempotency_key)
    SELECT ${user}, 'Booking confirmed ' || g, 'Your booking for tomorrow at noon is confirmed. We look forward to your visit.',
      jsonb_build_object('type', 'booking.confirmed', 'route', '/bookings/' || g), ${status}, ${at}, ${at}, ${number} + 1, 'key-' || g
    FROM generate_series(${from}::bigint, ${to}) g`);
}

/** Indexes are made much faster over all rows at once than row by row. */
async function dropIndexes(client: pg.Client): Promise<(say: (text: string) => void) => Promise<void>> {
  const constraints = await client.query<{ name: string; definition: string }>(`
    SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = 'notifications'::regclass AND contype IN ('p', 'u')`);
  for (const { name } of constraints.rows)
    await client.query(`ALTER TABLE notifications DROP CONSTRAINT ${pg.escapeIdentifier(name)}`);
  const indexes = await client.query<{ name: string; definition: string }>(
    "SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'notifications'",
  );
  for (const { name } of indexes.rows) await client.query(`DROP INDEX ${pg.escapeIdentifier(name)}`);

  return async (say) => {
    await client.query("SET maintenance_work_mem = '512MB'");
    for (const { name, definition } of constraints.rows) {
      say(`making the index ${name}`);
      await client.query(
        `ALTER TABLE notifications ADD CONSTRAINT ${pg.escapeIdentifier(name)} ${definition}`,
      );
    }
    for (const { name, definition } of indexes.rows) {
      say(`making the index ${name}`);
      await client.query(definition);
    }
  };
}
