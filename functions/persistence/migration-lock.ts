import type pg from 'pg';
import { sqlState } from './connection.ts';
import { inSavepoint } from './transaction.ts';

/** The number of the advisory lock. Nothing else in the database may use the same one. */
export const migrationLock = 8_316_925;

/**
 * Waits until no other migration of this database runs, and keeps others out until the transaction ends. Not until the
 * session ends: a pooler may keep a session, and with it the lock, when the migration has gone.
 * @param waitMs how long to wait at most
 * @throws Error naming the session that has the lock, if it keeps it for longer
 */
export async function lockMigrations(client: pg.Client, waitMs: number): Promise<void> {
  try {
    await inSavepoint(client, async () => {
      await client.query(`SET LOCAL lock_timeout = ${waitMs}`);
      await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    });
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error;
    throw new Error(
      `Another migration of this database has not ended in ${Math.round(waitMs / 1000)} seconds, so nothing was ` +
        `migrated. ${await describeHolder(client, migrationLock)}`,
      { cause: error },
    );
  }
}

interface Holder {
  pid: number;
  application_name: string | null;
  since: Date | null;
}

/** Says which session has an advisory lock, and what to do. */
export async function describeHolder(client: pg.Client, lock: number): Promise<string> {
  const { rows } = await client.query<Holder>(
    `SELECT pid, application_name, coalesce(xact_start, backend_start) AS since
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objid = $1 AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [lock],
  );
  const [holder] = rows;
  if (!holder) return 'It has ended by now. Run again.';
  const { pid, application_name: application, since } = holder;
  return (
    `Its session is the process ${pid}, application ${JSON.stringify(application ?? '')}` +
    `${since ? `, since ${since.toISOString()}` : ''}. If it should have ended, end it as the same user ` +
    `(SELECT pg_terminate_backend(${pid})), then run again.`
  );
}
