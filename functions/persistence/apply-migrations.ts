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

/** A file of drizzle-kit: SQL statements, and where it stands in the journal. */
export interface Migration {
  name: string;
  statements: readonly string[];
  hash: string;
  /** Its place in the order, as the list keeps it. */
  created_at: number;
  /** Whether its statements run one by one, each outside of a transaction: indexes are made while functions write. */
  isOutside: boolean;
}

/** The first line of a file that runs outside of a transaction. Its statements may run again after a run that died. */
const outsideMark = '-- belfry: outside of a transaction\n';

/**
 * Runs the migrations that are newer than the newest one of the list, in the transaction of the caller, up to the first one
 * that runs outside of a transaction. Drizzle's own migrator begins a transaction itself, and reads its list before that,
 * when a lock of the transaction is not yet held.
 *
 * A new database has nothing to wait for. So there they all run in the transaction.
 * @param migrationsFolder the files of drizzle-kit: SQL, and the journal that orders them
 * @returns the migration that comes next, outside of the transaction
 * @throws Error naming the migration that failed
 */
export async function applyMigrations(
  client: pg.Client,
  migrationsFolder: string,
  { isNew }: { isNew: boolean },
): Promise<Migration | undefined> {
  const newest = await naming('bookkeeping', () => newestOf(client));
  for (const migration of await readMigrations(migrationsFolder)) {
    if (migration.created_at <= newest) continue;
    if (migration.isOutside && !isNew) return migration;
    await naming(migration.name, async () => {
      for (const statement of migration.statements)
        await client.query(migration.isOutside ? statement.replaceAll(' CONCURRENTLY', '') : statement);
    });
    await enlist(client, migration);
  }
  return undefined;
}

/** Writes down that a migration has run. */
export async function enlist(client: pg.Client, { hash, created_at }: Migration): Promise<void> {
  await client.query(`INSERT INTO ${list} (hash, created_at) VALUES ($1, $2)`, [hash, created_at]);
}

/** Whether another run has written it down by now. */
export async function isListed(client: pg.Client, { created_at }: Migration): Promise<boolean> {
  return (await newestOf(client)) >= created_at;
}

async function readMigrations(migrationsFolder: string): Promise<Migration[]> {
  const names = await namesOf(migrationsFolder);
  return readMigrationFiles({ migrationsFolder }).map(({ sql, hash, folderMillis }, index) => ({
    name: names[index] ?? hash,
    statements: sql,
    hash,
    created_at: folderMillis,
    isOutside: sql[0]?.startsWith(outsideMark) ?? false,
  }));
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
