import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { inject } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../functions/core/deployment.ts';
import type { DatabaseConnection } from '../../functions/persistence/connection.ts';
import { type MigrateOptions, migrate } from '../../functions/persistence/migrate.ts';

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The migrated database that others are copied from. While it is copied, no session may be connected to it. */
export const templateDatabase = 'belfry_template';

/** The users of test databases sign in with a password, where the functions' would show an IAM token. */
export const rolePassword = 'belfry';

/** The users of an installation, which tests name after its database. */
export const userOf = (installation: string, role: DatabaseRole) => `${installation}_${role}`;

/** The options of a migration of the database at `url`, with users of its own that sign in with passwords. */
export function migrateOptions(url: string, installation: string) {
  const loginOf = (role: DatabaseRole) => ({
    connectionString: Object.assign(new URL(url), {
      username: userOf(installation, role),
      password: rolePassword,
    }).href,
  });
  const roles = { reader: loginOf('reader'), writer: loginOf('writer'), purger: loginOf('purger') };
  return { migrationsFolder, installation, roles };
}

/** A database of one test file, as its owner, who is a superuser. */
export interface TestDatabase {
  url: string;
  connection: DatabaseConnection;
  /** The user of a role that functions sign in as. */
  userOf(role: DatabaseRole): string;
  /** The connection of a role that functions sign in as. */
  as(role: DatabaseRole): DatabaseConnection;
  /** Migrates the database, with users of its own. */
  migrate(changes?: Partial<MigrateOptions>): Promise<void>;
  /** Runs SQL beside what is tested, on a connection of its own, and answers the rows. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Drops the database and ends all sessions on it. */
  close(): Promise<void>;
}

/** Makes a database of its own in the run's PostgreSQL: migrated, or empty. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const postgresUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runAsOwner(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : templateDatabase}`);
  const url = Object.assign(new URL(postgresUrl), { pathname: name }).href;
  const installation = empty ? name : templateDatabase;
  const options = migrateOptions(url, installation);
  return {
    url,
    connection: { connectionString: url },
    userOf: (role) => userOf(installation, role),
    as: (role) => options.roles[role],
    migrate: (changes) => migrate({ connectionString: url }, { ...options, ...changes }),
    query: (text, values) => runAsOwner(url, text, values),
    close: async () => {
      await runAsOwner(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`);
      if (!empty) return;
      const users = databaseRoles.map((role) => userOf(installation, role));
      await runAsOwner(postgresUrl, `DROP ROLE IF EXISTS ${users.join(', ')}`);
    },
  };
}

/** The database users of a system that runs, by the URL of its database. */
export async function usersOfSystem(url: string): Promise<Record<DatabaseRole, string>> {
  const rows = await runAsOwner<{ name: string }>(
    url,
    "SELECT rolname AS name FROM pg_roles WHERE rolname ~ '^belfry_[a-z]+_[0-9a-f]{8}$'",
  );
  const nameOf = (role: DatabaseRole) =>
    rows.find(({ name }) => name.startsWith(`belfry_${role}_`))?.name ?? `no user of the ${role}`;
  return { reader: nameOf('reader'), writer: nameOf('writer'), purger: nameOf('purger') };
}

/** Runs SQL on a connection of its own and answers the rows. */
export async function runAsOwner<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
