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
    // By inheritance: a plain GRANT of an IAM user's role to the master makes the master an IAM user too, and it can no
    // longer sign in with its password. The membership that the master gets when it creates a role (since PostgreSQL 16,
    // without inheritance) does not: on AWS, the master creates the IAM users and still signs in with its password.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
    isIamUser: (user) =>
      exists(
        "SELECT FROM pg_roles WHERE rolname = $1 AND NOT rolsuper AND pg_has_role(oid, 'rds_iam', 'usage')",
        user,
      ),
    close: () => pool.end(),
  };
}
