import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type pg from 'pg';
import { messageOf, sqlState } from './connection.ts';

/**
 * The schema of the list of migrations that have run, which drizzle's migrator began. By default all applications that use
 * drizzle share one list in a database, and an entry of another application would hide ours.
 */
export const ownSchema = 'belfry';

const list = `${ownSchema}.__drizzle_migrations`;

/**
 * Checks that the list of migrations and the tables fit together. A migration reads only the list.
 * @returns whether the database is still without Belfry
 * @throws Error saying what is there, and what to do
 */
export async function checkBookkeeping(client: pg.Client): Promise<{ isNew: boolean }> {
  const { rows } = await client.query<{ is_listed: boolean; is_there: boolean }>(
    `SELECT to_regclass('${list}') IS NOT NULL AS is_listed, to_regclass('public.inboxes') IS NOT NULL AS is_there`,
  );
  const [{ is_listed, is_there } = { is_listed: false, is_there: false }] = rows;
  if (is_there && !is_listed) {
    throw new Error(
      `There is a table inboxes, but no list of migrations in ${list}, so nothing was migrated. If the table belongs to ` +
        'another application, or to an old Belfry that kept its list in the schema drizzle, use a new database ' +
        '(on a laptop: npm start -- --reset).',
    );
  }
  // The listed migrations would not run again, and the next one would fail on a missing table.
  const { rowCount } =
    is_listed && !is_there ? await client.query(`SELECT FROM ${list} LIMIT 1`) : { rowCount: 0 };
  if (rowCount === 0) return { isNew: !is_there };
  throw new Error(
    `The table ${list} lists migrations that have run, but there is no table inboxes, so nothing was migrated. ` +
      `If the tables were dropped on purpose, DROP SCHEMA ${ownSchema} CASCADE, then run again.`,
  );
}

/**
 * Runs the migrations that are newer than the newest one of the list, in the transaction of the caller. Drizzle's own
 * migrator begins a transaction itself, and reads its list before that, when a lock of the transaction is not yet held.
 * @param migrationsFolder the files of drizzle-kit: SQL, and the journal that orders them
 * @throws Error naming the migration that failed
 */
export async function applyMigrations(client: pg.Client, migrationsFolder: string): Promise<void> {
  const names = await namesOf(migrationsFolder);
  const newest = await naming('bookkeeping', () => newestOf(client));
  for (const [index, { sql, hash, folderMillis }] of readMigrationFiles({ migrationsFolder }).entries()) {
    if (folderMillis <= newest) continue;
    await naming(names[index] ?? hash, async () => {
      for (const statement of sql) await client.query(statement);
    });
    await client.query(`INSERT INTO ${list} (hash, created_at) VALUES ($1, $2)`, [hash, folderMillis]);
  }
}

async function newestOf(client: pg.Client): Promise<number> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${ownSchema}`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${list} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
  );
  const { rows } = await client.query<{ newest: string | null }>(
    `SELECT max(created_at) AS newest FROM ${list}`,
  );
  return Number(rows[0]?.newest ?? -1);
}

async function namesOf(migrationsFolder: string): Promise<string[]> {
  const file = await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8');
  const journal: { entries: { tag: string }[] } = JSON.parse(file);
  return journal.entries.map(({ tag }) => tag);
}

async function naming<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const remedy =
      sqlState(cause) === '55P03'
        ? 'Another session locks the table. End it (see pg_stat_activity), then run again.'
        : 'Correct the cause, then run again.';
    throw new Error(
      `Migration ${name} failed: ${messageOf(cause)}. No migration of this run took effect. ${remedy}`,
      { cause },
    );
  }
}
