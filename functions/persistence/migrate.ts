import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrizzleQueryError } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import { type ConnectOptions, connect, type DatabaseConnection } from './connection.ts';
import { grantRoles, type RoleConnectionStrings, setPasswords } from './roles.ts';

/** Any number, so long as nothing else in the database takes the same advisory lock. */
const lock = 8_316_925;

/** A paused Aurora takes 15 seconds and more to wake, and a first deployment has nobody who waits. */
const wakingMs = 60_000;

export interface MigrateOptions extends ConnectOptions {
  /** Where the numbered SQL files and their journal are. */
  migrationsFolder: string;
  /** Left out: roles sign in with IAM tokens, and get no password. */
  roles?: RoleConnectionStrings;
}

/**
 * Brings the database to the newest schema and makes the roles that the functions sign in with. Safe to run again, and
 * by several processes at once: one works, the others wait for it (drizzle's migrator itself takes no lock). Migrations
 * that have not run yet run in one transaction: if one fails, none of them has happened.
 * @param connection as the owner of the schema, who may create roles
 * @throws Unavailable
 * @throws Error naming the migration that failed, or the role that cannot sign in
 */
export async function migrate(
  connection: DatabaseConnection,
  { migrationsFolder, roles, ...options }: MigrateOptions,
): Promise<void> {
  // A migration, or the wait for another process, may take longer than any statement of a request.
  const client = await connect(connection, { connectTimeoutMs: wakingMs, statementTimeoutMs: 0, ...options });
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    await applyMigrations(client, migrationsFolder);
    await grantRoles(client);
    if (roles) await setPasswords(client, roles);
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function applyMigrations(client: pg.Client, migrationsFolder: string): Promise<void> {
  try {
    await runMigrations(drizzle({ client }), { migrationsFolder });
  } catch (error) {
    if (!(error instanceof DrizzleQueryError)) throw error;
    const name = await migrationWith(error.query, migrationsFolder);
    throw new Error(
      `Migration ${name} failed and no migration of this run was kept: ${error.cause?.message}. Correct it and run again.`,
      { cause: error.cause },
    );
  }
}

/** The name of the newest migration that holds a statement; drizzle does not tell which one it was at. */
async function migrationWith(statement: string, migrationsFolder: string): Promise<string> {
  const file = await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8');
  const journal: { entries: { tag: string }[] } = JSON.parse(file);
  const index = readMigrationFiles({ migrationsFolder }).findLastIndex(({ sql }) => sql.includes(statement));
  return journal.entries[index]?.tag ?? 'bookkeeping';
}
