import { setImmediate } from 'node:timers/promises';
import { DrizzleQueryError, type SQL } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { Unavailable } from '../core/errors.ts';
import {
  type ConnectOptions,
  connect,
  type DatabaseConnection,
  defaultStatementTimeoutMs,
  endsSession,
  isOutage,
  sqlState,
} from './connection.ts';

export type { DatabaseConnection } from './connection.ts';

/** One connection to PostgreSQL. It is opened when it is first needed, and again after it was lost. */
export interface Database {
  /**
   * Runs one statement in one round trip, after the earlier ones have ended.
   *
   * If the connection was lost before the statement is sent, it runs on a new one. If the connection breaks during the
   * statement, we cannot know whether it was carried out. Then a `repeatable` statement is sent once more, and any other
   * ends as `Unavailable`. A statement that has waited more than 10 s for earlier ones is not sent, and ends so too.
   * @throws Unavailable, pg.DatabaseError
   */
  execute<Row extends Record<string, unknown>>(
    statement: SQL,
    options?: { repeatable?: boolean },
  ): Promise<Row[]>;
  /** Closes the connection after all statements have ended. */
  close(): Promise<void>;
}

interface Session {
  client: pg.Client;
  orm: NodePgDatabase;
  isLost: boolean;
  /** When its last statement ended. */
  usedAt: number;
}

/** A statement's place among all that were asked for. */
interface Turn {
  number: number;
  askedAt: number;
}

/** How long PostgreSQL may take to report its own time-out, before we drop the connection. */
const graceMs = 1_000;

/**
 * A session that was idle for longer is given up for a fresh one. The server ends it after a minute (roles.ts), and Lambda
 * takes idle connections away as well, without a word: https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
 * An environment that wakes up at that moment would send a statement into a dead connection, and might not repeat it.
 */
const longestIdleMs = 45_000;

/** With a connect and a statement after it, this stays within the 30 s of the functions that ask for several at once. */
const longestWaitMs = 10_000;

/**
 * The database of one Lambda environment. A single client, not a pool: an environment serves one request at a time, and
 * a pool throws the connection away at each error, so that every repeated idempotency key would cost a reconnect.
 */
export function createDatabase(connection: DatabaseConnection, options: ConnectOptions = {}): Database {
  const { statementTimeoutMs = defaultStatementTimeoutMs, clock = Date.now } = options;
  let session: Session | undefined;
  let asked = 0;
  let refusal: { upTo: number; error: unknown } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function openSession(turn: Turn): Promise<Session> {
    if (clock() - turn.askedAt > longestWaitMs)
      throw new Unavailable('The database', { cause: waitedTooLong() });
    if (session && clock() - session.usedAt > longestIdleMs) drop(session);
    // An environment is frozen between requests. What became of its socket meanwhile is known only after the event loop
    // has turned once; then the statement has not been sent, and any may run on a fresh connection.
    if (session) await setImmediate();
    if (!session || session.isLost) session = await startSession(turn);
    return session;
  }

  async function startSession({ number }: Turn): Promise<Session> {
    // Statements that waited for a connection that then failed do not each try again: they get the same error.
    if (refusal && number <= refusal.upTo) throw refusal.error;
    try {
      return watch(await connect(connection, options), clock());
    } catch (error) {
      refusal = { upTo: asked, error };
      throw error;
    }
  }

  async function run<Row extends Record<string, unknown>>(
    statement: SQL,
    isRepeatable: boolean,
    turn: Turn,
  ): Promise<Row[]> {
    const current = await openSession(turn);
    let isTimedOut = false;
    const abandon = () => {
      isTimedOut = true;
      drop(current);
    };
    const timer = statementTimeoutMs > 0 ? setTimeout(abandon, statementTimeoutMs + graceMs) : undefined;
    try {
      const { rows } = await current.orm.execute<Row>(statement);
      // The caller says what its statement answers.
      return rows as Row[];
    } catch (error) {
      // drizzle's own error quotes the statement and its parameters, which must not get into a log.
      const cause = error instanceof DrizzleQueryError ? error.cause : error;
      const state = sqlState(cause);
      if (endsSession(state)) drop(current);
      if (current.isLost && isRepeatable && !isTimedOut) return await run(statement, false, turn);
      throw current.isLost || isOutage(state) ? new Unavailable('The database', { cause }) : cause;
    } finally {
      clearTimeout(timer);
      current.usedAt = clock();
    }
  }

  /** Runs tasks one after the other. So a statement that waits here has certainly not been sent. */
  function enqueue<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = queue.then(task);
    queue = result.catch(() => {});
    return result;
  }

  return {
    execute(statement, { repeatable = false } = {}) {
      asked += 1;
      const turn = { number: asked, askedAt: clock() };
      return enqueue(() => run(statement, repeatable, turn));
    },
    close: () =>
      enqueue(async () => {
        const open = session;
        session = undefined;
        await open?.client.end();
      }),
  };
}

function watch(client: pg.Client, usedAt: number): Session {
  const session: Session = { client, orm: drizzle({ client }), isLost: false, usedAt };
  const lose = () => {
    session.isLost = true;
  };
  client.on('error', lose);
  client.on('end', lose);
  return session;
}

const waitedTooLong = () => new Error(`waited ${longestWaitMs} ms for the statements before it`);

function drop(session: Session): void {
  session.isLost = true;
  session.client.end().catch(() => {});
}
