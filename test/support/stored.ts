import { runAsOwner } from './database.ts';

/** A row as it is in the table. */
export interface StoredRow {
  id: number;
  user_id: string;
  title: string;
  version: number;
}

/** All notifications in a database, in the order in which they were created. */
export async function storedIn(databaseUrl: string | undefined): Promise<StoredRow[]> {
  const text = 'SELECT id::int, user_id, title, version::int FROM notifications ORDER BY notifications.id';
  return runAsOwner<StoredRow>(databaseUrl ?? '', text);
}
