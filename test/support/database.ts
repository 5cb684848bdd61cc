import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseConnection } from '../../functions/persistence/connection.ts';

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The migrated database that others are copied from. While it is copied, no session may be connected to it. */
export const templateDatabase = 'belfry_template';

/** Test roles sign in with a password, where the functions' would show an IAM token. */
export const rolePassword = 'belfry';

/** A database of one test file, as its owner, who is a superuser. */
export interface TestDatabase {
  url: string;
  connection: DatabaseConnection;
  /** The connection of a role that functions sign in with. */
  as(role: 'belfry_reader' | 'belfry_writer' | 'belfry_purger'): DatabaseConnection;
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
  return {
    url,
    connection: { connectionString: url },
    as: (role) => ({
      connectionString: Object.assign(new URL(url), { username: role, password: rolePassword }).href,
    }),
    query: (text, values) => runAsOwner(url, text, values),
    close: async () => {
      await runAsOwner(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
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
