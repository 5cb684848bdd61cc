import pg from 'pg';
import { type DatabaseRole, databaseRoles } from '../core/deployment.ts';
import { type DatabaseConnection, parseConnectionString } from './connection.ts';

/** How functions sign in as each role. */
export type RoleLogins = Readonly<Record<DatabaseRole, DatabaseConnection>>;

/** The database user of a role. */
export interface RoleUser {
  role: DatabaseRole;
  /** What the user is called, not quoted. It may have any letters. */
  name: string;
  login: DatabaseConnection;
  /** With an IAM token, or with the password of its connection string. */
  signIn: { by: 'iam' } | { by: 'password'; password: string };
}

/**
 * What to do if the migration may not change a user. From PostgreSQL 16 on, x an upgrade of the server.
 */
export const adminRemedy = (name: string): string =>
  'To let the migration change this user, run as a superuser: ALTER ROLE … CREATEROLE; ' +
  `GRANT ${pg.escapeIdentifier(name)} TO … WITH ADMIN OPTION (… is the user that migrates)`;

/** PostgreSQL cuts a longer name off, so two of them could become one. */
const longestNameBytes = 63;

/**
 * The database users of the roles. A connection string names its user.
 * @throws Error naming the role whose connection string is wrong, and what is wrong with it; never the password
 */
export function roleUsers(logins: RoleLogins): RoleUser[] {
  const users = databaseRoles.map((role) => userOf(role, logins[role]));
  const names = new Set(users.map(({ name }) => name));
  if (names.size === users.length) return users;
  throw new Error(
    `The connection strings of ${databaseRoles.join(', ')} name ${[...names].join(', ')}. Each role needs a user of its ` +
      'own, because each may do something else. Correct the connection strings in the secret.',
  );
}

function userOf(role: DatabaseRole, login: DatabaseConnection): RoleUser {
  if ('connectionString' in login) return { role, login, ...credentialsIn(role, login.connectionString) };
  const { user: name, auth } = login;
  return { role, login, name, signIn: auth.kind === 'iam' ? { by: 'iam' } : { ...auth, by: 'password' } };
}

// No message may quote the string, which holds the password.
function credentialsIn(role: DatabaseRole, connectionString: string): Pick<RoleUser, 'name' | 'signIn'> {
  const refuse = (problem: string): never => {
    throw new Error(
      `The connection string of the ${role} must be postgres://user:password@host:port/database; ${problem}.`,
    );
  };
  const { url, problem } = parseConnectionString(connectionString);
  if (!url) return refuse(problem);
  // Some poolers expect the tenant after the name of the user, separated by a dot.
  const [name = ''] = decodeURIComponent(url.username).split('.');
  if (name === '') refuse('it names no user');
  const bytes = Buffer.byteLength(name);
  if (bytes > longestNameBytes)
    refuse(`its user has ${bytes} bytes, and PostgreSQL takes ${longestNameBytes}`);
  const password = decodeURIComponent(url.password);
  if (!/^[\x20-\x7e]+$/.test(password)) refuse('its password must be made of printable ASCII characters');
  return { name, signIn: { by: 'password', password } };
}
