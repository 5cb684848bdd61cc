import type pg from 'pg';
import type { DatabaseRole } from '../core/deployment.ts';
import { contentColumns, namesOf } from './columns.ts';

/**
 * Creates the roles that functions sign in with, and grants them only what they need. Roles belong to the whole server, and
 * another database may create the same ones at this moment; the first block allows for that.
 *
 * Nothing is revoked here: a release that needs less revokes it in a migration.
 */
export async function grantRoles(client: pg.Client, signIn: SignIn): Promise<void> {
  await client.query(makeRoles(signIn));
  await client.query(grants);
}

/** How the functions sign in: with IAM tokens, or with passwords of an existing database. */
export type SignIn = 'iam' | 'password';

/**
 * The roles, and the connections that each may have at once: together they leave some of the 80 or so of the smallest
 * instance to the migration and to an operator. (RDS's formula promises 112 for 1 GiB, but counts with the memory that is
 * left beside the system.) What is beyond waits for its retry as `Unavailable`. Of the purger's, a run needs one; the
 * others are for a run by hand beside it, and for connections that were lost and not noticed yet.
 */
const connectionLimits: Record<DatabaseRole, number> = {
  belfry_reader: 30,
  belfry_writer: 30,
  belfry_purger: 5,
};

const listed = Object.entries(connectionLimits).map(([name, limit]) => `('${name}', ${limit})`);

/**
 * What a session of ours relies on, whatever the server, the database or the extensions there have made the default.
 *
 * `idle_session_timeout`: a function that waits frozen for its next request keeps its connection, which would count
 * against the limit and keep Aurora from pausing; the functions give it up themselves before (database.ts).
 */
const sessionSettings = {
  idle_session_timeout: '1min',
  DateStyle: 'ISO',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0',
  search_path: 'public',
};

const settings = Object.entries(sessionSettings).map(
  ([name, value]) => `EXECUTE format('ALTER ROLE %I SET ${name} = %L', name, '${value}');`,
);

const listedSettings = Object.entries(sessionSettings).map(([name, value]) => `'${name}=${value}'`);

/**
 * `rds_iam` is RDS's own role; its members sign in with IAM tokens, and with nothing else. A database that was restored
 * from one of our own has members of it already.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/database-authentication.html
 */
const membership = {
  iam: `IF NOT is_member THEN EXECUTE format('GRANT rds_iam TO %I', name); END IF;`,
  password: `IF is_member THEN EXECUTE format('REVOKE rds_iam FROM %I', name); END IF;`,
};

// Correct settings are left alone, because two databases of a server that alter the same role at once would collide.
const makeRoles = (signIn: SignIn) => `
  DO $$
  DECLARE name text; connections integer; role record; is_member boolean;
  BEGIN
    FOR name, connections IN VALUES ${listed.join(', ')} LOOP
      BEGIN
        IF to_regrole(name) IS NULL THEN EXECUTE format('CREATE ROLE %I LOGIN', name); END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
      SELECT * INTO role FROM pg_roles WHERE rolname = name;
      IF role.rolconnlimit <> connections THEN
        EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', name, connections);
      END IF;
      IF NOT coalesce(role.rolconfig @> ARRAY[${listedSettings}], false) THEN
        ${settings.join('\n        ')}
      END IF;
      IF to_regrole('rds_iam') IS NOT NULL THEN
        is_member := EXISTS (
          SELECT FROM pg_auth_members WHERE roleid = to_regrole('rds_iam') AND member = to_regrole(name));
        ${membership[signIn]}
      END IF;
    END LOOP;
  END $$`;

// Columns are named where a statement writes only some. SELECT of whole rows is needed by readers and writers; the purger
// sees no content. The locks that they take (FOR NO KEY UPDATE) need the right to update any column. Several statements in one text are one transaction.
const grants = `
  GRANT USAGE ON SCHEMA public TO belfry_reader, belfry_writer, belfry_purger;
  GRANT SELECT ON inboxes, notifications TO belfry_reader, belfry_writer;
  GRANT INSERT (user_id, version, unread_count, burst_started_at, burst_count),
    UPDATE (version, unread_count, burst_started_at, burst_count) ON inboxes TO belfry_writer;
  GRANT INSERT (user_id, ${namesOf(contentColumns)}, status, created_at, updated_at, version, idempotency_key),
    UPDATE (status, updated_at, version) ON notifications TO belfry_writer;
  GRANT USAGE ON SEQUENCE notifications_id_seq TO belfry_writer;
  REVOKE EXECUTE ON FUNCTION inbox_read_all(uuid, bigint) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION inbox_read_all(uuid, bigint) TO belfry_writer;
  GRANT SELECT (user_id, version, unread_count, floor_version), UPDATE (version, unread_count, floor_version)
    ON inboxes TO belfry_purger;
  GRANT SELECT (user_id, id, status, created_at), UPDATE (status, updated_at, version), DELETE
    ON notifications TO belfry_purger;
  REVOKE EXECUTE ON FUNCTION inbox_purge(uuid, bigint[], timestamptz, timestamptz) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION inbox_purge(uuid, bigint[], timestamptz, timestamptz) TO belfry_purger`;
