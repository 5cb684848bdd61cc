import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { Unavailable } from '../core/errors.ts';
import { type ConnectOptions, connect, isTokenRefusal, messageOf, sqlState } from './connection.ts';
import { findUser } from './find-user.ts';
import { adminRemedy, type RoleUser } from './role-logins.ts';
import { scramVerifier } from './scram-verifier.ts';
import { inTransaction, withoutCollision } from './transaction.ts';

/** What signing in as the roles needs. */
export interface SignInOptions extends ConnectOptions {
  /**
   * How long IAM tokens that are refused are tried again, in all. AWS says that a new policy may take a while to reach every
   * service. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
   */
  patienceMs: number;
}

const pauseMs = 2_000;

/**
 * Signs in once as each role, the way functions do, so that a mistake stops the deployment and not the functions. If the
 * database refuses the password of a user, the one of its connection string is set.
 * @throws Error naming each user that cannot sign in, why, and what to do
 */
export async function signInAsRoles(
  owner: pg.Client,
  users: readonly RoleUser[],
  options: SignInOptions,
): Promise<void> {
  const server = await serverOf(owner);
  const failures: string[] = [];
  const { patienceMs, ...connectOptions } = options;
  const attempt = { connectOptions, giveUpAt: Date.now() + patienceMs, server };
  for (const user of users) {
    const failure = await trySignIn(owner, user, attempt);
    if (failure) failures.push(`${user.name} (${user.role}) cannot sign in ${failure}`);
  }
  if (failures.length > 0) throw new Error(`The schema is up to date, but ${failures.join(' ')}`);
}

interface Attempt {
  connectOptions: ConnectOptions;
  /** When a refused token is not tried again. */
  giveUpAt: number;
  /** The database that the owner has reached. */
  server: string;
}

/** @returns how it failed and what to do; undefined if it works */
async function trySignIn(owner: pg.Client, user: RoleUser, attempt: Attempt): Promise<string | undefined> {
  if (user.signIn.by === 'iam') {
    const refusal = await signInPatiently(user, attempt);
    return refusal && `with an IAM token: ${messageOf(refusal)}. ${tokenRemedy(user)}`;
  }
  let refusal = await signIn(user, attempt);
  if (isPasswordRefusal(refusal)) {
    const other = (await findUser(owner, user.name))?.other_database;
    if (other) return `with its connection string: ${messageOf(refusal)}. ${sharedRemedy(other)}`;
    const failure = await setPassword(owner, user.name, user.signIn.password);
    if (failure) return `with its connection string: ${messageOf(refusal)}. ${failure}`;
    refusal = await signIn(user, attempt);
  }
  return refusal && `with its connection string: ${messageOf(refusal)}. ${stringRemedy(user, refusal)}`;
}

/** @returns why the server does not let us set the password, and what to do; undefined if it is set */
async function setPassword(owner: pg.Client, name: string, password: string): Promise<string | undefined> {
  // Nothing to escape: a verifier is made of Base64, $ and colons.
  const verifier = await scramVerifier(password);
  const change = `ALTER ROLE ${pg.escapeIdentifier(name)} PASSWORD '${verifier}'`;
  try {
    // Another migration of this installation may set the same password at the same time.
    await inTransaction(owner, () => withoutCollision(owner, () => owner.query(change)));
    return undefined;
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    const remedy = sqlState(error) === '42501' ? ` ${adminRemedy(name)}.` : '';
    return `Its password cannot be set: ${messageOf(error)}. Set it yourself, then run again.${remedy}`;
  }
}

// PgBouncer before 1.19 has a code of its own for it.
const isPasswordRefusal = (refusal: Error | undefined) =>
  refusal !== undefined &&
  (sqlState(refusal) === '28P01' || /^(SASL|password) authentication failed/.test(refusal.message));

const tokenRemedy = ({ name }: RoleUser) =>
  'Check that IAM database authentication is on, and that no policy of the account denies rds-db:connect for ' +
  `the user ${name}. If the database is restored from a backup, deploy with its resource id (databaseResourceIds). ` +
  'Then run again.';

function stringRemedy({ name }: RoleUser, refusal: Error): string {
  const user = pg.escapeIdentifier(name);
  if (isTokenRefusal(refusal))
    return `RDS takes only IAM tokens from it: REVOKE rds_iam FROM ${user}, or from the role through which it has it.`;
  if (sqlState(refusal) === '42501')
    return `Let it in as the owner of the database: GRANT CONNECT ON DATABASE … TO ${user}. Then run again.`;
  if (isPasswordRefusal(refusal)) {
    return (
      'The server has this password now. So the user has expired (VALID UNTIL), or a pooler has another password, or the ' +
      'string leads to another server. Correct that, then run again.'
    );
  }
  return 'Correct the string in the secret.';
}

const sharedRemedy = (database: string) =>
  `Its password is not changed, because it is used in the database ${database} of the same server too. Write its ` +
  'password into the secret, or name another user there.';

async function signInPatiently(user: RoleUser, attempt: Attempt) {
  for (;;) {
    const refusal = await signIn(user, attempt);
    if (!isTokenRefusal(refusal) || Date.now() >= attempt.giveUpAt) return refusal;
    await setTimeout(pauseMs);
  }
}

/** @returns why the sign-in is refused, or the database is a wrong one; undefined if it succeeds */
async function signIn({ login }: RoleUser, { server, connectOptions }: Attempt): Promise<Error | undefined> {
  try {
    const session = await connect(login, { ...connectOptions, connectTimeoutMs: 30_000 });
    const reached = await serverOf(session).finally(() => session.end());
    return reached === server ? undefined : new Error(`it leads to ${reached}, and the owner's to ${server}`);
  } catch (error) {
    if (!(error instanceof Unavailable && error.cause instanceof Error)) throw error;
    return isAtLimit(error.cause) ? undefined : error.cause;
  }
}

// PostgreSQL counts the connections of a user after it has let the user in. Busy functions may have all of them.
const isAtLimit = (refusal: Error) =>
  sqlState(refusal) === '53300' && refusal.message.startsWith('too many connections for role');

/** The database that a session has reached: two servers do not start in the same microsecond. */
async function serverOf(session: pg.Client): Promise<string> {
  const { rows } = await session.query<{ server: string }>(
    `SELECT current_database() || ' (server started at ' || to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC',
      'YYYY-MM-DD HH24:MI:SS.US') || ')' AS server`,
  );
  return rows[0]?.server ?? '';
}
