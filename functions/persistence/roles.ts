import type pg from 'pg';
import type { DatabaseRole } from '../core/deployment.ts';
import { contentColumns, namesOf } from './columns.ts';

/**
 * Creates the roles that the functions sign in with, and grants them only what they need. Roles belong to the whole
 * server, so a migration of another database may create the same role at the same time. `makeRoles` allows for that.
 *
 * Nothing is revoked here. If a release needs less, a migration revokes the grant.
 */
export async function grantRoles(client: pg.Client, signIn: SignIn): Promise<void> {
  await client.query(makeRoles(signIn));
  await client.query(grants);
}

/** How the functions sign in: with IAM tokens, or with passwords of an existing database. */
export type SignIn = 'iam' | 'password';

/**
 * The roles, and how many connections each may have at once. The smallest instance has about 80. (RDS's formula gives 112
 * for 1 GiB, but the system uses a part of this memory.) The limits leave some to the migration and to an operator. A
 * connection beyond the limit is refused as `Unavailable`, and the caller tries again. A run of the purger needs one
 * connection. Its others are for a second run that an operator starts, and for lost connections that the server still counts.
 */
const connectionLimits: Record<DatabaseRole, number> = {
  belfry_reader: 30,
  belfry_writer: 30,
  belfry_purger: 5,
};

const listed = Object.entries(connectionLimits).map(([name, limit]) => `('${name}', ${limit})`);

/**
 * The settings that our statements rely on. The server, the database or an extension may have other defaults.
 *
 * `idle_session_timeout`: a frozen function keeps its connection. Without a time-out the connection would count against the
 * limit, and Aurora could not pause. The functions stop using an idle session earlier (database.ts).
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
 * `rds_iam` is a role that RDS creates. Its members can sign in with IAM tokens only. In a database that was restored from a
 * managed one, our roles are already members.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/database-authentication.html
 */
const membership = {
  iam: `IF NOT is_member THEN EXECUTE format('GRANT rds_iam TO %I', name); END IF;`,
  password: `IF is_member THEN EXECUTE format('REVOKE rds_iam FROM %I', name); END IF;`,
};

// A role with correct settings is not altered, because two migrations that alter one role at the same time would fail.
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

// If a role writes only some columns, the grant names them. Readers and writers select whole rows. The purger may not read
// the content. A lock (FOR NO KEY UPDATE) needs the right to update at least one column. PostgreSQL runs several statements
// in one text as one transaction.
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
