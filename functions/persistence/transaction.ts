import type pg from 'pg';
import { sqlState } from './connection.ts';

/**
 * Runs `work` in a transaction, which is rolled back if it throws. Each of its statements sees what others have committed
 * by then, whatever isolation the database has made the default: work that has waited for others must see their changes.
 */
export async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // If the session is lost, the server rolls back by itself, and the first error says more.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Runs `work` in a part of a transaction. If it throws, this part alone is rolled back. */
export async function inSavepoint<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('SAVEPOINT part');
  try {
    const result = await work();
    await client.query('RELEASE SAVEPOINT part');
    return result;
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT part').catch(() => {});
    throw error;
  }
}

/** How often the work is done again after a collision. */
const attempts = 10;

/**
 * Runs `work`, a part of a transaction that writes to catalogs of the whole server, as other migrations do. PostgreSQL does
 * not queue two sessions there: the second one fails (“tuple concurrently updated”, or the user exists by now), and is tried
 * again here.
 */
export async function withoutCollision(client: pg.Client, work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await inSavepoint(client, work);
      return;
    } catch (error) {
      if (attempt === attempts || !isCollision(error)) throw error;
    }
  }
}

function isCollision(error: unknown): boolean {
  const state = sqlState(error);
  if (state === 'XX000') return /tuple concurrently (updated|deleted)/.test(String(error));
  // A deadlock, or a user that another session has made since we looked.
  return state === '40P01' || state === '42710' || state === '23505';
}
