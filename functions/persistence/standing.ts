import type pg from 'pg';

/** What PostgreSQL says of a session, compared with the other sessions of its role. */
export interface Standing {
  /** Whether the environment may keep the session for later statements. */
  isKept: boolean;
  /** How many sessions more than their share the user of the session has, while other users want some; 0 otherwise. */
  excess: number;
}

/**
 * Compares the session with the older ones of its role. Each session decides for itself, by what all of them see, so no
 * request to anything else is needed.
 *
 * - The oldest sessions keep two thirds of the connections that the role may have. A younger one ends after its statement.
 *   So the last third is soon free again, whatever the number of environments.
 * - While several users ask, one user's requests keep 3 sessions. A user alone may have all.
 *
 * A session is of the user in its `application_name`, and counts as another user's for 30 seconds after a statement. It calls the
 * function below `pg_stat_activity`, because a new session would spend more time on planning the view than on the rest.
 */
const standing = `
  SELECT c.connections < 0 OR o.older < c.connections * 2 / 3 AND e.excess = 0 AS is_kept, e.excess
  FROM (SELECT set_config('application_name', $1, false)) label,
    (SELECT rolconnlimit AS connections FROM pg_roles WHERE rolname = current_user) c,
    (SELECT count(*) FILTER (WHERE is_older) AS older, count(*) FILTER (WHERE is_older AND is_same) AS same,
       coalesce(bool_or(NOT is_same AND is_recent), false) AS is_shared
     FROM (SELECT (a.backend_start, a.pid) < (me.backend_start, me.pid) AS is_older,
             a.application_name = $1 AND $1 LIKE '%/%' AS is_same,
             a.application_name LIKE '%/%' AND a.state_change > clock_timestamp() - interval '30 seconds' AS is_recent
           FROM pg_stat_get_activity(pg_backend_pid()) me, pg_stat_get_activity(NULL) a
           WHERE a.usesysid = me.usesysid AND a.pid <> me.pid) s) o,
    LATERAL (SELECT CASE WHEN o.is_shared THEN greatest(0, o.same::int - 2) ELSE 0 END AS excess) e`;

/** What a client of pg sends with. Its types do not tell. */
interface Wire {
  parse(message: { name?: string; text: string; types: number[] }): void;
  bind(message: { values: string[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: object): void;
  sync(): void;
}

/**
 * Sends a query, and in the same round trip labels the session and asks for its standing. If the query fails, PostgreSQL
 * skips the rest.
 */
export async function queryWithStanding<Row extends pg.QueryResultRow>(
  client: pg.Client,
  query: pg.QueryConfig,
  label: string,
): Promise<{ rows: Row[]; standing: Standing }> {
  const wire = (client as unknown as { connection: Wire }).connection;
  const { sync } = wire;
  // PostgreSQL answers a Sync, and pg sends it behind each query. So whatever is sent before it belongs to the same round trip.
  wire.sync = () => {
    wire.sync = sync;
    wire.parse({ text: standing, types: [] });
    wire.bind({ values: [label] });
    wire.describe({ type: 'P', name: '' });
    wire.execute({});
    wire.sync();
  };
  // pg gives the results of several statements as an array.
  const [answer, own] = (await client.query(query)) as unknown as [
    pg.QueryResult<Row>,
    pg.QueryResult<{ is_kept: boolean; excess: number }>,
  ];
  const { is_kept = true, excess = 0 } = own.rows[0] ?? {};
  return { rows: answer.rows, standing: { isKept: is_kept, excess } };
}
