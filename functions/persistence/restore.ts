import type pg from 'pg';
import type { DatabaseConnection } from './connection.ts';

/** More than any inbox changes between a backup and its restore. */
const raise = 1_000_000;

/**
 * Raises the version of every inbox of a database that comes from a backup beyond any that a client can have seen, and the
 * floor with it: whoever asks for changes since such a version is told to load anew. Raising twice does no harm.
 */
export async function raiseVersions(client: pg.Client): Promise<void> {
  await client.query(`UPDATE inboxes SET version = version + ${raise}, floor_version = version + ${raise}`);
}

/**
 * A database of the stack's own under another identifier. Hosts of RDS differ in that alone, within an account and region.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
 * @throws Error for an existing database, whose host is nothing to go by
 */
export function restoredDatabase(connection: DatabaseConnection, identifier: string): DatabaseConnection {
  if ('connectionString' in connection) {
    throw new Error(
      'An existing database is not restored by its identifier. Restore it where it is kept, and raise the versions as ' +
        'docs/deploy.md says.',
    );
  }
  return { ...connection, host: connection.host.replace(/^[^.]+/, identifier) };
}
