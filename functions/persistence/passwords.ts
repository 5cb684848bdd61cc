import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type pg from 'pg';
import type { DatabaseRole } from '../core/deployment.ts';
import { Unavailable } from '../core/errors.ts';
import { connect, sqlState } from './connection.ts';

/** The connection string of each role, if roles sign in with passwords. */
export type RoleConnectionStrings = Readonly<Record<DatabaseRole, string>>;

/**
 * Makes sure that each role can sign in by its connection string. If the database refuses the password, it is set. The server
 * gets a verifier and not the password, because statements may be logged.
 * @throws Error naming the role whose connection string is wrong, and what is wrong with it
 */
export async function setPasswords(client: pg.Client, strings: RoleConnectionStrings): Promise<void> {
  for (const [role, connectionString] of Object.entries(strings)) {
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
        `${role} cannot sign in with its connection string: ${last.message}. Correct the connection string in the secret.`,
        { cause: last },
      );
    }
  }
}

// No message may quote the string, which holds the password.
function passwordOf(role: string, connectionString: string): string {
  const url = URL.parse(connectionString);
  const user = decodeURIComponent(url?.username ?? '');
  // Some poolers expect the tenant after the name of the role, separated by a dot.
  if (user.split('.')[0] !== role) {
    throw new Error(
      `The connection string of ${role} must be postgres://${role}:password@host:port/database; it ${url ? `names the user ${user}` : 'is not a URL'}.`,
    );
  }
  const password = decodeURIComponent(url?.password ?? '');
  if (/^[\x20-\x7e]+$/.test(password)) return password;
  throw new Error(
    `The password in the connection string of ${role} must be made of printable ASCII characters.`,
  );
}

/** @returns why the sign-in is refused; undefined if it succeeds */
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

/** PostgreSQL's own default. */
const iterations = 4096;

/**
 * What PostgreSQL stores of a password: a SCRAM-SHA-256 verifier with its own salt. It cannot be used to sign in.
 * @param password printable ASCII; other text would have to be normalized first (SASLprep)
 * @see https://www.rfc-editor.org/rfc/rfc5802#section-3 and https://www.postgresql.org/docs/18/catalog-pg-authid.html
 */
async function scramVerifier(password: string): Promise<string> {
  const salt = randomBytes(16);
  const salted = await promisify(pbkdf2)(password, salt, iterations, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64');
  const serverKey = key('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
