import type pg from 'pg';
import type { DatabaseConnection } from './connection.ts';

/** More changes than any inbox can have between a backup and its restore. */
const raise = 1_000_000;

/**
 * Raises the version of every inbox above any version that a client can have seen before the restore, and
 * `floor_version` too. A client that asks for the changes since an older version then gets a reset. Running it twice does
 * no harm.
 */
export async function raiseVersions(client: pg.Client): Promise<void> {
  await client.query(`UPDATE inboxes SET version = version + ${raise}, floor_version = version + ${raise},
    counted_version = counted_version + ${raise}`);
}

/**
 * The connection to the stack's database after a restore, under another identifier. Host names of RDS in one account and
 * region differ only in the identifier.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
 * @throws Error for an existing database, because its host name says nothing about a restore
 */
export function restoredDatabase(connection: DatabaseConnection, identifier: string): DatabaseConnection {
  if ('connectionString' in connection) {
    throw new Error(
      'Belfry cannot restore an existing database. Restore it yourself, then run the UPDATE of docs/deploy.md#restore.',
    );
  }
  return { ...connection, host: connection.host.replace(/^[^.]+/, identifier) };
}
