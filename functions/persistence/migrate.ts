import type pg from 'pg';
import { applyMigrations, checkBookkeeping, type Migration, ownSchema } from './apply-migrations.ts';
import { applyOutside } from './apply-outside.ts';
import { type ConnectOptions, type DatabaseConnection, messageOf, sqlState } from './connection.ts';
import { checkInstallation, claimDatabase } from './installation.ts';
import { lockMigrations } from './migration-lock.ts';
import { reachAsOwner } from './reach-as-owner.ts';
import { checkScopes, moveScopes } from './removed-scopes.ts';
import { raiseVersions } from './restore.ts';
import { type RoleLogins, type RoleUser, roleUsers } from './role-logins.ts';
import { signInAsRoles } from './role-sign-in.ts';
import { closeDatabase, prepareRoles } from './roles.ts';
import { inTransaction } from './transaction.ts';

export interface MigrateOptions extends ConnectOptions {
  /** Where the numbered SQL files and their journal are. */
  migrationsFolder: string;
  /** How functions sign in as each role. The migration makes these users, and signs in once as each. */
  roles: RoleLogins;
  /** What tells this installation from all others, and stays the same at every deployment. A database belongs to one. */
  installation: string;
  /**
   * Whether the database comes from a backup. Then its inboxes need versions that no client has seen, and it may have
   * belonged to another installation. Default: false.
   */
  isRestored?: boolean;
  /**
   * How long a migration waits for a lock on a table. All later statements on the table wait behind it. Default: 20,000 ms,
   * longer than any statement of the functions.
   */
  lockTimeoutMs?: number;
  /** How long it waits for another migration of the same database. Default: 120,000 ms, of the five minutes of a function. */
  turnTimeoutMs?: number;
  /** The scopes of the settings. */
  scopes?: readonly string[];
  /** Scopes that were taken out of the settings, and whose notifications become notifications without a scope. */
  movedScopes?: readonly string[];
  /**
   * What tells this deployment from all others. One that has migrated before is there again because a later one is undone, so
   * it refuses no scope that the later one has added. Default: an operator runs the migration by hand.
   */
  deployment?: string | undefined;
  /** How long it tries an IAM token again that is refused. Default: 60,000 ms. */
  signInPatienceMs?: number;
}

const oldestVersion = 15;

const defaultTurnTimeoutMs = 120_000;

type ChangeOptions = Omit<MigrateOptions, 'roles' | 'signInPatienceMs'>;

/** What is left to do after a transaction. */
interface Changed {
  /** The migration that runs outside of a transaction. Those behind it come in another transaction. */
  next: Migration | undefined;
  scopesToMove: string[];
}

/**
 * Brings the database to the newest schema, makes the users that the functions sign in as, and signs in as each of them. It
 * can run again, and in several processes at once: a lock lets one work while the others wait. Everything but the passwords
 * is changed in one transaction. If something fails, nothing of it takes effect. Only a migration that says so runs outside of
 * a transaction, because functions write while it makes indexes. What it has done stays.
 *
 * The transaction holds the lock and all settings, so that it also works through a pooler that gives each transaction
 * another session.
 * @param connection a login of the owner of the schema, which may create roles
 * @throws Error with one line that says what is wrong and what to do, because a deployment shows only this line: the
 * database cannot be reached or is too old, it belongs to another installation, its tables were dropped, another migration
 * does not end, a user is not ours or cannot be made, a migration failed, a scope was taken out of the settings that still has
 * notifications, or a role cannot sign in
 */
export async function migrate(
  connection: DatabaseConnection,
  { migrationsFolder, roles, signInPatienceMs = 60_000, ...options }: MigrateOptions,
): Promise<void> {
  const users = roleUsers(roles);
  const client = await reachAsOwner(connection, roles, options);
  try {
    await checkServer(client);
    const { scopesToMove } = await applyAll(client, users, { migrationsFolder, ...options }, (work) =>
      withGuard(connection, roles, options, work),
    );
    await moveScopes(client, scopesToMove);
    await signInAsRoles(client, users, { ...options, patienceMs: signInPatienceMs });
  } finally {
    await client.end();
  }
}

/** Runs one transaction after the other, and between them what runs outside of one, until nothing is left. */
async function applyAll(
  client: pg.Client,
  users: readonly RoleUser[],
  options: ChangeOptions,
  guarded: (work: (guard: pg.Client) => Promise<void>) => Promise<void>,
): Promise<Changed> {
  for (let attempt = 1; ; ) {
    try {
      const changed = await inTransaction(client, () => change(client, users, options));
      const { next } = changed;
      if (!next) return changed;
      await guarded((guard) =>
        applyOutside(client, guard, next, options.turnTimeoutMs ?? defaultTurnTimeoutMs),
      );
    } catch (error) {
      // A function and the migration have waited for each other. Nothing has taken effect.
      if (!isDeadlock(error) || attempt === deadlocks) return explain(error);
      attempt += 1;
    }
  }
}

/** A migration that changes a table waits for statements that read it, and so may be in their way. */
const deadlocks = 10;

const isDeadlock = (error: unknown): boolean =>
  sqlState(error) === '40P01' || (error instanceof Error && sqlState(error.cause) === '40P01');

/** Opens another connection for as long as `work` takes. */
async function withGuard(
  connection: DatabaseConnection,
  roles: RoleLogins,
  options: ConnectOptions,
  work: (guard: pg.Client) => Promise<void>,
): Promise<void> {
  const guard = await reachAsOwner(connection, roles, options);
  await work(guard).finally(() => guard.end());
}

async function change(
  client: pg.Client,
  users: readonly RoleUser[],
  options: ChangeOptions,
): Promise<Changed> {
  const { migrationsFolder, installation, isRestored, lockTimeoutMs = 20_000 } = options;
  // The statements name no schema, and the owner's own search path may begin with another one. A process that is frozen or
  // cut off between two statements must not keep its locks.
  await client.query(
    "SET LOCAL search_path = public; SET LOCAL idle_in_transaction_session_timeout = '1min'; SET LOCAL statement_timeout = 0",
  );
  await lockMigrations(client, options.turnTimeoutMs ?? defaultTurnTimeoutMs);
  await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  const { isNew } = await checkBookkeeping(client);
  if (!isRestored) await checkInstallation(client, installation);
  const next = await applyMigrations(client, migrationsFolder, { isNew });
  const scopesToMove = await checkScopes(
    client,
    options.scopes ?? [],
    options.movedScopes ?? [],
    options.deployment,
  );
  await claimDatabase(client, installation);
  await applyRoles(client, users);
  // A database that we sign in to by tokens was created by the stack, for this installation alone.
  if (isNew && users.every(({ signIn }) => signIn.by === 'iam')) await closeDatabase(client);
  if (isRestored) await raiseVersions(client);
  return { next, scopesToMove };
}

/** @throws Error with what to do, instead of an error of PostgreSQL */
function explain(cause: unknown): never {
  if (sqlState(cause) === undefined) throw cause;
  const remedy =
    sqlState(cause) === '42501'
      ? `Migrate as the user that owns the schema ${ownSchema} and the tables`
      : 'Correct the cause';
  throw new Error(
    `The migration failed: ${messageOf(cause)}. Nothing was migrated. ${remedy}, then run again.`,
    {
      cause,
    },
  );
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

async function applyRoles(client: pg.Client, users: readonly RoleUser[]): Promise<void> {
  try {
    await prepareRoles(client, users);
  } catch (cause) {
    const isRefusal = sqlState(cause) === undefined;
    const why = isRefusal ? messageOf(cause) : `The database users could not be made: ${messageOf(cause)}`;
    const remedy = isRefusal ? '' : ' Migrate as a user that owns the schema and has CREATEROLE.';
    throw new Error(`${why}.${remedy} Nothing was migrated. Then run again.`, { cause });
  }
}
