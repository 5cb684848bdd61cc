import pg from 'pg';
import type { NotificationContent } from '../../functions/core/notification.ts';
import { type Action, type Status, transitions } from '../../functions/core/status.ts';

// The statements of release 0.1.0, as its functions send them while a deployment replaces them. They know no scope, no
// position and nothing of what is seen.

type FirstContent = Omit<NotificationContent, 'scope'>;

/** A row as release 0.1.0 reads it. */
export interface FirstRow {
  id: number;
  status: Status;
  version: number;
  unread_count: number;
}

export interface FirstEdition {
  /** Answers the row of each user, and whether it is new. Undefined if the key belongs to another content. */
  create(
    content: FirstContent,
    user_ids: readonly string[],
    key: string | null,
  ): Promise<(FirstRow & { user_id: string; created: boolean })[] | undefined>;
  mark(user_id: string, id: number, action: Action): Promise<(FirstRow & { changed: boolean }) | undefined>;
  readAll(user_id: string, before_id: number | null): Promise<{ updated: number; version: number }>;
  /** The page of all that is not archived, newest first. */
  list(user_id: string, limit: number): Promise<FirstRow[]>;
  changes(user_id: string, since: number): Promise<FirstRow[]>;
  inbox(user_id: string): Promise<{ version: number; unread_count: number }>;
  /** Ends the session. */
  close(): Promise<void>;
}

const columns = [
  'id',
  'user_id',
  'actor_id',
  'title',
  'body',
  'metadata',
  'channel',
  'status',
  'created_at',
  'updated_at',
  'version',
];
const columnsOf = (alias: string, names = columns) => names.map((name) => `${alias}.${name}`).join(', ');

/** The create of several users, in one statement. */
export const firstCreate = `
  WITH inbox AS (
    INSERT INTO inboxes AS i (user_id, version, unread_count, burst_started_at, burst_count)
    SELECT t.user_id, 1, 1, clock_timestamp(), 1
    FROM (SELECT DISTINCT unnest($1::uuid[]) AS user_id) t ORDER BY t.user_id
    ON CONFLICT (user_id) DO UPDATE SET version = i.version + 1, unread_count = i.unread_count + 1,
      (burst_started_at, burst_count) = (
        SELECT CASE WHEN w.open THEN i.burst_started_at ELSE w.t END,
          CASE WHEN w.open THEN i.burst_count + 1 ELSE 1 END
        FROM (SELECT c.t, i.burst_started_at > c.t - interval '1 second' AS open
              FROM (SELECT clock_timestamp() AS t OFFSET 0) c OFFSET 0) w)
    RETURNING i.user_id, i.version, i.unread_count, i.burst_count, clock_timestamp() AS at
  ), n AS (
    INSERT INTO notifications (user_id, actor_id, title, body, metadata, channel, status, created_at, updated_at, version, idempotency_key)
    SELECT user_id, $2::uuid, $3::text, $4::text, $5::jsonb, $6::text, 'unread', at, at, version, $7
    FROM inbox RETURNING *)
  SELECT ${columnsOf('n')}, n.version AS inbox_version, inbox.unread_count, inbox.burst_count, true AS created
  FROM n JOIN inbox USING (user_id)`;

const repeated = `
  SELECT ${columnsOf('n')}, i.version AS inbox_version, i.unread_count, false AS created,
    (n.actor_id IS NOT DISTINCT FROM $2::uuid AND n.title IS NOT DISTINCT FROM $3::text AND n.body IS NOT DISTINCT FROM $4::text
      AND n.metadata IS NOT DISTINCT FROM $5::jsonb AND n.channel IS NOT DISTINCT FROM $6::text) AS same
  FROM notifications n JOIN inboxes i USING (user_id)
  WHERE n.user_id = ANY ($1::uuid[]) AND n.idempotency_key = $7`;

const mark = `
  WITH inbox AS MATERIALIZED (SELECT * FROM inboxes WHERE user_id = $1 FOR NO KEY UPDATE),
  cur AS MATERIALIZED (
    SELECT n.* FROM inbox JOIN notifications n ON n.user_id = inbox.user_id AND n.id = $2
    FOR NO KEY UPDATE OF n),
  upd AS (
    UPDATE notifications n SET status = $3, version = inbox.version + 1, updated_at = clock_timestamp()
    FROM cur, inbox
    WHERE n.id = cur.id AND n.user_id = cur.user_id AND cur.status = ANY ($4::text[])
    RETURNING n.id, n.status, n.updated_at, n.version, cur.status AS was),
  bump AS (
    UPDATE inboxes i SET version = inbox.version + 1,
      unread_count = inbox.unread_count + (upd.status = 'unread')::int - (upd.was = 'unread')::int,
      burst_started_at = CASE WHEN w.open THEN inbox.burst_started_at ELSE w.t END,
      burst_count = CASE WHEN w.open THEN inbox.burst_count + 1 ELSE 1 END
    FROM upd, inbox, LATERAL (
      SELECT upd.updated_at AS t, inbox.burst_started_at > upd.updated_at - interval '1 second' AS open) w
    WHERE i.user_id = inbox.user_id RETURNING i.version, i.unread_count, i.burst_count)
  SELECT cur.id, coalesce(upd.status, cur.status) AS status, coalesce(upd.version, cur.version) AS version,
    upd.id IS NOT NULL AS changed, coalesce(bump.version, inbox.version) AS inbox_version,
    coalesce(bump.unread_count, inbox.unread_count) AS unread_count, coalesce(bump.burst_count, 0) AS burst_count
  FROM cur CROSS JOIN inbox LEFT JOIN upd ON true LEFT JOIN bump ON true`;

const page = (filter: string, order: string) => `
  SELECT coalesce(i.version, 0) AS inbox_version, coalesce(i.unread_count, 0) AS unread_count, u.user_id, n.*
  FROM (SELECT $1::uuid AS user_id, $2::bigint AS value) u LEFT JOIN inboxes i ON i.user_id = u.user_id
  LEFT JOIN LATERAL (SELECT ${columnsOf(
    'x',
    columns.filter((name) => name !== 'user_id'),
  )} FROM notifications x
    WHERE x.user_id = u.user_id AND ${filter}) n ON true
  ORDER BY ${order}`;
const list = page(
  "x.status IN ('unread', 'read') AND x.id < 9223372036854775807 ORDER BY x.id DESC LIMIT $2",
  'n.id DESC',
);
const changes = page(
  'x.version > u.value AND u.value BETWEEN i.floor_version AND i.version ORDER BY x.version, x.id LIMIT 1001',
  'n.version, n.id',
);

const toRow = <Row extends { id: unknown; version?: unknown }>(row: Row) => ({
  ...row,
  id: Number(row.id),
  version: Number(row.version),
});

/** The functions of release 0.1.0 with one database session, named statements and all. */
export async function openFirstEdition(connectionString: string): Promise<FirstEdition> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  const run = async (name: string, text: string, values: unknown[]) =>
    (await client.query({ name: `first_${name}`, text, values })).rows;
  const found = (rows: { id: number | null; version: number }[]) =>
    rows.filter(({ id }) => id !== null).map(toRow) as FirstRow[];

  return {
    async create({ actor_id, title, body, metadata, channel }, user_ids, key) {
      const values = (missing: readonly string[]) => [
        missing,
        actor_id,
        title,
        body,
        JSON.stringify(metadata),
        channel,
        key,
      ];
      const rows = new Map<string, FirstRow & { user_id: string; created: boolean }>();
      const remember = (some: object[]) => {
        for (const row of some as (FirstRow & { user_id: string; created: boolean })[])
          rows.set(row.user_id, toRow(row));
      };
      for (let round = 1; round <= 10; round += 1) {
        const missing = user_ids.filter((user_id) => !rows.has(user_id));
        if (missing.length === 0) break;
        try {
          remember(await run('insert', firstCreate, values(missing)));
        } catch (error) {
          if (!(error instanceof pg.DatabaseError) || error.constraint !== 'notifications_user_key')
            throw error;
          const known = await run('repeated', repeated, values(missing));
          if (known.some(({ same }) => !same)) return undefined;
          remember(known);
        }
      }
      return user_ids.flatMap((user_id) => rows.get(user_id) ?? []);
    },
    async mark(user_id, id, action) {
      const { from, to } = transitions[action];
      const [row] = await run('mark', mark, [user_id, id, to, from]);
      return row && toRow(row);
    },
    async readAll(user_id, before_id) {
      const [row] = await run('read_all', 'SELECT * FROM inbox_read_all($1::uuid, $2::bigint)', [
        user_id,
        before_id,
      ]);
      return { updated: row.updated, version: Number(row.version) };
    },
    list: async (user_id, limit) => found(await run('list', list, [user_id, limit])),
    changes: async (user_id, since) => found(await run('changes', changes, [user_id, since])),
    async inbox(user_id) {
      const text = 'SELECT version AS inbox_version, unread_count FROM inboxes WHERE user_id = $1';
      const [row] = await run('inbox', text, [user_id]);
      return { version: Number(row?.inbox_version ?? 0), unread_count: row?.unread_count ?? 0 };
    },
    close: () => client.end(),
  };
}
