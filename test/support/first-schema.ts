import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { root } from './cached-directory.ts';

/** The migrations of release 0.1.0: those before there were scopes. */
const firstMigrations = 3;

/** Makes the tables of release 0.1.0 in an empty database, with the list of its migrations. */
export async function makeFirstSchema(connectionString: string): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: join(root, 'migrations') }).slice(
    0,
    firstMigrations,
  );
  const entries = migrations.map(({ hash, folderMillis }) => `('${hash}', ${folderMillis})`);
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(
      `${migrations.flatMap(({ sql }) => sql).join(';\n')};
       CREATE SCHEMA belfry;
       CREATE TABLE belfry.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
       INSERT INTO belfry.__drizzle_migrations (hash, created_at) VALUES ${entries.join(', ')}`,
    );
  } finally {
    await client.end();
  }
}
