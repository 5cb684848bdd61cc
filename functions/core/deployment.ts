// What the stack and the functions must agree on. lib/ imports this file, so it runs on Node 20 too.

/** The index of the connections table that finds the owner of a connection. */
export const connectionIdIndex = 'by_connection_id';

/**
 * The database roles that functions sign in as, and for each the environment variable with its connection string. Only the
 * migration of an existing database has these variables.
 */
export const roleUrlVariables = {
  belfry_reader: 'DATABASE_READER_URL',
  belfry_writer: 'DATABASE_WRITER_URL',
  belfry_purger: 'DATABASE_PURGER_URL',
} as const;

/** A database role that functions sign in as. */
export type DatabaseRole = keyof typeof roleUrlVariables;

/**
 * Whether an issuer's keys may be fetched from this URL: https, or http on this machine, without user and password. Who
 * controls what this address answers can sign in as any user.
 */
export function isJwksUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return (
    url !== undefined && (url.protocol === 'https:' || isLocal) && url.username === '' && url.password === ''
  );
}
