import type pg from 'pg';
import { Unavailable } from '../core/errors.ts';
import { connect } from './connection.ts';
import { sqlState } from './outage.ts';
import { scramVerifier } from './scram.ts';

/** The roles that functions sign in with. */
export const roles = ['belfry_reader', 'belfry_writer'] as const;

/** The connection string of each role, where roles sign in with a password. */
export type RoleConnectionStrings = Readonly<Record<(typeof roles)[number], string>>;

/**
 * Makes the roles that functions sign in with, and gives them what they need and no more. Roles belong to the whole
 * server: another database of it may make the same ones at this moment, which the first block allows for.
 *
 * Nothing is taken away here: a release that needs less revokes it in a migration.
 */
export async function grantRoles(client: pg.Client): Promise<void> {
  await client.query(makeRoles);
  await client.query(grants);
}

/**
 * Sees to it that each role can sign in by its connection string: where the database refuses its password, it is set. The
 * server gets a verifier and never the password, which would otherwise show in a log of statements.
 * @throws Error naming the role whose connection string is wrong, and what is wrong with it
 */
export async function setPasswords(client: pg.Client, strings: RoleConnectionStrings): Promise<void> {
  for (const role of roles) {
    const connectionString = strings[role];
    const password = passwordOf(role, connectionString);
    const refusal = await signIn(connectionString);
    if (!refusal) continue;
    const isUnknownPassword = sqlState(refusal) === '28P01';
    // Nothing to escape: a verifier is made of Base64, $ and colons.
    if (isUnknownPassword)
      await client.query(`ALTER ROLE ${role} PASSWORD '${await scramVerifier(password)}'`);
    const last = isUnknownPassword ? await signIn(connectionString) : refusal;
    if (last) {
      throw new Error(
        `${role} cannot sign in with its connection string: ${last.message}. Correct it in the secret.`,
        { cause: last },
      );
    }
  }
}

// No message may quote the string, which holds the password.
function passwordOf(role: string, connectionString: string): string {
  const url = URL.parse(connectionString);
  const user = decodeURIComponent(url?.username ?? '');
  // A pooler may want to be told the tenant behind the name of the role.
  if (user.split('.')[0] !== role) {
    throw new Error(
      `The connection string of ${role} must be postgres://${role}:password@host:port/database; it ${url ? `names the user ${user}` : 'is no URL'}.`,
    );
  }
  const password = decodeURIComponent(url?.password ?? '');
  if (/^[\x20-\x7e]+$/.test(password)) return password;
  throw new Error(
    `The password in the connection string of ${role} must be made of printable ASCII characters.`,
  );
}

/** @returns why it is refused; undefined where it is not */
async function signIn(connectionString: string): Promise<Error | undefined> {
  try {
    const session = await connect({ connectionString }, { connectTimeoutMs: 30_000 });
    await session.end();
    return undefined;
  } catch (error) {
    if (error instanceof Unavailable && error.cause instanceof Error) return error.cause;
    throw error;
  }
}

/**
 * Connections that each role may have at once: together they leave some of the hundred or so of the smallest instance to
 * the migration and to an operator. What is beyond waits for its retry as `Unavailable`.
 */
const connectionLimit = 40;

/**
 * A function that waits frozen for its next request keeps its connection, which would count against the limit and keep
 * Aurora from pausing; one that is ended meanwhile is made anew.
 */
const idleSessionTimeout = '5min';

// `rds_iam` is RDS's own role; its members sign in with IAM tokens instead of a password.
const makeRoles = `
  DO $$
  DECLARE name text;
  BEGIN
    FOREACH name IN ARRAY ARRAY['${roles.join("', '")}'] LOOP
      BEGIN
        IF to_regrole(name) IS NULL THEN EXECUTE format('CREATE ROLE %I LOGIN', name); END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
      EXECUTE format('ALTER ROLE %I CONNECTION LIMIT ${connectionLimit}', name);
      EXECUTE format('ALTER ROLE %I SET idle_session_timeout = %L', name, '${idleSessionTimeout}');
      IF to_regrole('rds_iam') IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_auth_members WHERE roleid = to_regrole('rds_iam') AND member = to_regrole(name)) THEN
        EXECUTE format('GRANT rds_iam TO %I', name);
      END IF;
    END LOOP;
  END $$`;

// Columns are named where a statement writes only some. SELECT of whole rows is needed by each of them, and the locks
// that they take (FOR NO KEY UPDATE) by the right to update any column. Several statements in one text are one transaction.
const grants = `
  GRANT USAGE ON SCHEMA public TO belfry_reader, belfry_writer;
  GRANT SELECT ON inboxes, notifications TO belfry_reader, belfry_writer;
  GRANT INSERT (user_id, version, unread_count, burst_started_at, burst_count),
    UPDATE (version, unread_count, burst_started_at, burst_count) ON inboxes TO belfry_writer;
  GRANT INSERT (user_id, actor_id, title, body, metadata, channel, status, created_at, updated_at, version, idempotency_key),
    UPDATE (status, updated_at, version) ON notifications TO belfry_writer;
  GRANT USAGE ON SEQUENCE notifications_id_seq TO belfry_writer;
  REVOKE EXECUTE ON FUNCTION inbox_read_all(uuid, bigint) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION inbox_read_all(uuid, bigint) TO belfry_writer`;
