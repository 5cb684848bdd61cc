import pg from 'pg';
import type { Postgres } from './postgres.ts';

/** The owner of an instance, and its database. */
export interface Master {
  user: string;
  password: string;
  database: string;
}

/** The roles of RDS inside PostgreSQL. */
export interface RdsRoles {
  /** Whether the user signs in with a token instead of a password. */
  isIamUser(user: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * A user is asked for a token if it is a member of `rds_iam`, directly or through other roles, with inheritance or without.
 * This holds for the master too, if it is granted one of its IAM users.
 *
 * Not counted are the memberships that the superuser gives with the admin option alone. PostgreSQL (since 16) gives one to
 * the creator of a role, and the master of this runtime needs one to grant `rds_iam`. On RDS the master does both without
 * being a member, by a privilege of `rds_superuser` that PostgreSQL does not have. So it keeps its password there.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/database-authentication.html
 * https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-CREATEROLE-SELF-GRANT
 */
const memberOfRdsIam = `
  WITH RECURSIVE membership (member, role) AS (
    SELECT member, roleid FROM pg_auth_members
    WHERE NOT (admin_option AND NOT inherit_option AND NOT set_option AND grantor = 10)
  ), role (oid) AS (
    SELECT oid FROM pg_roles WHERE rolname = $1 AND NOT rolsuper
    UNION SELECT membership.role FROM role JOIN membership ON membership.member = role.oid
  )
  SELECT FROM role WHERE oid = 'rds_iam'::regrole`;

/**
 * Makes the role `rds_iam`, and the master user with its database, if they do not exist. Sets the password of the master
 * at each start. As on RDS, the master is not a superuser: it can create databases and roles, and grant `rds_iam`.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
export async function createRdsRoles(
  postgres: Pick<Postgres, 'port' | 'superuser' | 'socketDirectory'>,
  master: Master | undefined,
): Promise<RdsRoles> {
  const { port, superuser, socketDirectory } = postgres;
  const pool = new pg.Pool({
    host: socketDirectory,
    port,
    user: superuser,
    database: 'postgres',
    ssl: false,
    max: 2,
  });
  // An idle connection ends with PostgreSQL. The next query gets the error.
  pool.on('error', () => {});
  const exists = async (query: string, name: string) => (await pool.query(query, [name])).rowCount === 1;
  const makeRole = async (name: string) => {
    if (await exists('SELECT FROM pg_roles WHERE rolname = $1', name)) return;
    await pool.query(`CREATE ROLE ${pg.escapeIdentifier(name)}`);
  };

  await makeRole('rds_iam');
  if (master) {
    await makeRole(master.user);
    const user = pg.escapeIdentifier(master.user);
    const database = pg.escapeIdentifier(master.database);
    const password = pg.escapeLiteral(master.password);
    await pool.query(`ALTER ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD ${password}`);
    await pool.query(`GRANT rds_iam TO ${user} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
    if (!(await exists('SELECT FROM pg_database WHERE datname = $1', master.database))) {
      await pool.query(`CREATE DATABASE ${database}`);
    }
    await pool.query(`ALTER DATABASE ${database} OWNER TO ${user}`);
  }

  return {
    isIamUser: (user) => exists(memberOfRdsIam, user),
    close: () => pool.end(),
  };
}
