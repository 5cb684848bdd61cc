import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { enlist, isListed, type Migration } from './apply-migrations.ts';
import { messageOf, sqlState } from './connection.ts';

/** The number of the advisory lock. Nothing else in the database may use the same one. */
const outsideLock = 8_316_926;

/** How often it looks whether another session has ended. */
const lookAgainMs = 250;

const ourTables = "('public.notifications'::regclass, 'public.inboxes'::regclass)";

/**
 * Runs the statements of a migration one by one, each outside of a transaction, while functions read and write. If it dies in
 * between, another run begins again: an index that is invalid is dropped, and what is done already is found to be done.
 * @param guard another connection, which keeps other migrations out. Its transaction holds the lock, so that it also works
 *   through a pooler. Nothing waits in line for this lock: to make an index PostgreSQL waits for all statements that have
 *   begun, and one that waits for the lock would wait for the index
 * @param turnTimeoutMs how long to wait for another migration, for an index that a run that died is still making, and for each
 *   transaction that an index has to wait for
 * @throws Error naming the migration, and what to do
 */
export async function applyOutside(
  client: pg.Client,
  guard: pg.Client,
  migration: Migration,
  turnTimeoutMs: number,
): Promise<void> {
  // With another isolation it would keep a snapshot, and the index would wait for it.
  await guard.query(
    'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = 0',
  );
  try {
    await waitUntil(turnTimeoutMs, async () => {
      // Without a parameter: a statement with one keeps its snapshot in an open transaction, and the index would wait for it.
      const { rows } = await guard.query<{ is_locked: boolean }>(
        `SELECT pg_try_advisory_xact_lock(${outsideLock}) AS is_locked`,
      );
      return rows[0]?.is_locked === true;
    });
    await waitUntil(turnTimeoutMs, async () => (await sessionsThatIndex(client)) === 0);
    if (await isListed(client, migration)) return;
    await client.query(`SET statement_timeout = 0; SET lock_timeout = ${turnTimeoutMs}`);
    await dropInvalidIndexes(client);
    for (const statement of migration.statements) await client.query(statement);
    await enlist(client, migration);
  } catch (cause) {
    const remedy =
      sqlState(cause) === '55P03'
        ? 'Another transaction has been open for long. End it (see pg_stat_activity), then run again.'
        : 'Correct the cause, then run again.';
    throw new Error(
      `Migration ${migration.name} failed: ${messageOf(cause)}. It runs outside of a transaction, so what it has done stays. ${remedy}`,
      { cause },
    );
  } finally {
    await guard.query('ROLLBACK').catch(() => {});
  }
}

async function waitUntil(timeoutMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) {
      throw new Error(
        `another session has been making the indexes for ${Math.round(timeoutMs / 1000)} seconds ` +
          '(see pg_stat_progress_create_index)',
      );
    }
    await wait(lookAgainMs);
  }
}

async function sessionsThatIndex(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_stat_progress_create_index WHERE relid IN ${ourTables}`,
  );
  return rowCount ?? 0;
}

async function dropInvalidIndexes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid AND indrelid IN ${ourTables}`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX CONCURRENTLY ${name}`);
}
