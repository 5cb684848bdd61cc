import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { enlist, isListed, type Migration } from './apply-migrations.ts';
import { messageOf, sqlState } from './connection.ts';
import { describeHolder } from './migration-lock.ts';

/** The number of the advisory lock. Nothing else in the database may use the same one. */
const outsideLock = 8_316_926;

/**
 * Ends the session of a run that was cut off without a word after about 40 seconds, or it would keep the lock for the two hours
 * of Linux. A connection without TCP ignores it.
 */
const keepAlive =
  'SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 10; SET LOCAL tcp_keepalives_count = 3';

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
    `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = 0; ${keepAlive}`,
  );
  try {
    const hasLock = async () => {
      // Without a parameter: a statement with one keeps its snapshot in an open transaction, and the index would wait for it.
      const { rows } = await guard.query<{ is_locked: boolean }>(
        `SELECT pg_try_advisory_xact_lock(${outsideLock}) AS is_locked`,
      );
      return rows[0]?.is_locked === true;
    };
    if (!(await becomesTrue(turnTimeoutMs, hasLock))) {
      throw new StillRuns('Another run', turnTimeoutMs, await describeHolder(client, outsideLock));
    }
    // A session whose client has died first finishes the index that it is at.
    const isQuiet = async () => (await sessionsThatIndex(client)).length === 0;
    if (!(await becomesTrue(turnTimeoutMs, isQuiet))) {
      const [pid] = await sessionsThatIndex(client);
      throw new StillRuns(
        'A session that makes an index of these tables',
        turnTimeoutMs,
        pid === undefined
          ? 'It has ended by now. Run again.'
          : `It may be that of a run that has died, and is the process ${pid} (see pg_stat_progress_create_index). Wait until ` +
              `it has ended, or end it as the same user (SELECT pg_terminate_backend(${pid})) and lose its work, then run again.`,
      );
    }
    if (await isListed(client, migration)) return;
    await client.query(`SET statement_timeout = 0; SET lock_timeout = ${turnTimeoutMs}`);
    await dropInvalidIndexes(client);
    for (const statement of migration.statements) await client.query(statement);
    await enlist(client, migration);
  } catch (cause) {
    throw new Error(
      `Migration ${migration.name} failed: ${messageOf(cause)}. It runs outside of a transaction, so what it has done stays. ${remedyOf(cause)}`,
      { cause },
    );
  } finally {
    await guard.query('ROLLBACK').catch(() => {});
  }
}

/** Something of an earlier run has not ended in time. */
class StillRuns extends Error {
  readonly remedy: string;

  constructor(what: string, timeoutMs: number, remedy: string) {
    super(`${what} has not ended in ${Math.round(timeoutMs / 1000)} seconds`);
    this.remedy = remedy;
  }
}

function remedyOf(cause: unknown): string {
  if (cause instanceof StillRuns) return cause.remedy;
  return sqlState(cause) === '55P03'
    ? 'Another transaction has been open for long. End it (see pg_stat_activity), then run again.'
    : 'Correct the cause, then run again.';
}

/** Whether something becomes true in time. */
async function becomesTrue(timeoutMs: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) return false;
    await wait(lookAgainMs);
  }
  return true;
}

/** The processes that make an index of our tables. Copies of a database have tables with the same numbers. */
async function sessionsThatIndex(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_progress_create_index WHERE datname = current_database() AND relid IN ${ourTables}`,
  );
  return rows.map(({ pid }) => pid);
}

async function dropInvalidIndexes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid AND indrelid IN ${ourTables}`,
  );
  // A session whose client has died may be dropping one at this moment.
  for (const { name } of rows) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}
