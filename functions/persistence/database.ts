import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import type { SQL } from 'drizzle-orm';
import { Unavailable } from '../core/errors.ts';
import {
  type ConnectOptions,
  type DatabaseConnection,
  defaultStatementTimeoutMs,
  endsSession,
  isOutage,
  isRolledBack,
  longestWaitMs,
  namesStatements,
  outcomeUnknown,
  sqlState,
} from './connection.ts';
import { driverQuery, remedyForName } from './driver-query.ts';
import { createSessions, drop, type Session } from './sessions.ts';

export type { DatabaseConnection } from './connection.ts';

/** One connection to PostgreSQL. The first statement opens it, and the next statement after a loss opens it again. */
export interface Database {
  /**
   * Runs one statement in one round trip, after all earlier statements have ended.
   *
   * - If the connection was lost before the statement is sent, the statement runs on a new connection.
   * - If the connection breaks during the statement, we cannot know whether it was carried out. A `repeatable` statement
   *   is then sent once more. Any other throws `Unavailable`.
   * - If PostgreSQL has rolled the statement back because of another transaction, as after a deadlock, it is sent again, up
   *   to 4 times in all, after growing random pauses. Then it throws `Unavailable`.
   * - A statement has a name, so that PostgreSQL parses it once for each connection. If the name is
   *   refused, as by a pooler that gives each transaction another session, the statement is sent again, and from then on
   *   without a name.
   * - It waits up to 15 s for earlier statements, and for a connection if the role has as many as it may have. Then it is not
   *   sent and throws `Unavailable`. How the environments share the connections is in standing.ts.
   * @throws Unavailable, pg.DatabaseError
   */
  execute<Row extends Record<string, unknown>>(statement: SQL, options?: StatementOptions): Promise<Row[]>;
  /** Closes the connection after all statements have ended. */
  close(): Promise<void>;
}

interface StatementOptions {
  /** Whether it may be sent again if we do not know whether it was carried out; false when left out. */
  repeatable?: boolean;
  /** The user whose request it is. When left out, it is not one user's, and no user's share of the connections limits it. */
  user?: string | undefined;
}

/** How often a statement is sent that PostgreSQL rolls back because of another transaction. */
const mostAttempts = 4;

/** The mean pause before the second attempt. It doubles with each further one. */
const pauseMs = 25;

/** The place of a statement in the order of the calls. */
interface Turn {
  number: number;
  askedAt: number;
  user: string | undefined;
}

/** How long PostgreSQL may take to report its own time-out, before we drop the connection. */
const graceMs = 1_000;

/**
 * A session that was idle for longer is replaced by a new one. The server ends an idle session after a minute (roles.ts),
 * and Lambda drops idle connections without notice: https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
 * A statement on such a connection would be lost, and only a repeatable one could be sent again.
 */
const longestIdleMs = 45_000;

/**
 * The database of one Lambda environment, which serves one request at a time. It has a single client and not a pool,
 * because a pool drops the connection after each error. Then every repeated idempotency key would cost a new connection.
 */
export function createDatabase(connection: DatabaseConnection, options: ConnectOptions = {}): Database {
  const { statementTimeoutMs = defaultStatementTimeoutMs, clock = Date.now } = options;
  const sessions = createSessions(connection, options);
  let session: Session | undefined;
  let isNamed = namesStatements(connection);
  let asked = 0;
  let refusal: { upTo: number; error: unknown } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function openSession(turn: Turn): Promise<Session> {
    if (clock() - turn.askedAt > longestWaitMs)
      throw new Unavailable('The database', { cause: waitedTooLong() });
    if (session && clock() - session.usedAt > longestIdleMs) drop(session);
    // An environment is frozen between requests. If its socket was closed meanwhile, Node reports it in the next turn of
    // the event loop. So we wait for one turn before we send: then even a statement that is not repeatable can still use a
    // new connection.
    if (session) await setImmediate();
    if (!session || session.isLost) session = await startSession(turn);
    return session;
  }

  async function startSession({ number, askedAt, user }: Turn): Promise<Session> {
    // All statements that waited for one failed connect get its error. They do not connect again one by one.
    if (refusal && number <= refusal.upTo) throw refusal.error;
    try {
      return await sessions.open(askedAt + longestWaitMs, user);
    } catch (error) {
      refusal = { upTo: asked, error };
      throw error;
    }
  }

  async function run<Row extends Record<string, unknown>>(
    statement: SQL,
    options: StatementOptions,
    turn: Turn,
  ): Promise<Row[]> {
    const { repeatable = false } = options;
    const current = await openSession(turn);
    let isTimedOut = false;
    const abandon = () => {
      isTimedOut = true;
      drop(current);
    };
    const timer = statementTimeoutMs > 0 ? setTimeout(abandon, statementTimeoutMs + graceMs) : undefined;
    try {
      // The caller declares the type of the rows.
      return await sessions.query<Row>(current, driverQuery(statement, isNamed), turn.user);
    } catch (cause) {
      clearTimeout(timer);
      if (isNamed && isNameRefused(cause, current)) return await run(statement, options, turn);
      const state = sqlState(cause);
      if (endsSession(state)) drop(current);
      const isUnknown = current.isLost || state === outcomeUnknown;
      if (isUnknown && repeatable && !isTimedOut) {
        return await run(statement, { ...options, repeatable: false }, turn);
      }
      throw current.isLost || isOutage(state) ? new Unavailable('The database', { cause }) : cause;
    } finally {
      clearTimeout(timer);
      current.isNew = false;
      current.usedAt = clock();
      // With other statements behind it, it would be opened anew.
      if (!current.isKept && asked === turn.number) drop(current);
    }
  }

  /** Whether a statement was not executed because of its name. Its next attempt then avoids the cause. */
  function isNameRefused(error: unknown, current: Session): boolean {
    const remedy = remedyForName(error);
    // Behind a pooler, a new connection may lead to the same session of the server, with the same old plan.
    if (remedy === 'reconnect' && !current.isNew) drop(current);
    else if (remedy !== undefined) isNamed = false;
    return remedy !== undefined;
  }

  /** Sends a statement again if another transaction has made PostgreSQL roll it back. */
  async function runAgain<Row extends Record<string, unknown>>(
    statement: SQL,
    options: StatementOptions,
    turn: Turn,
  ): Promise<Row[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run(statement, options, turn);
      } catch (error) {
        const wasRolledBack = error instanceof Unavailable && isRolledBack(sqlState(error.cause));
        if (!wasRolledBack || attempt === mostAttempts) throw error;
      }
      await wait(Math.random() * pauseMs * 2 ** attempt);
    }
  }

  /** Runs tasks one after the other. A statement that waits here has not been sent. */
  function enqueue<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = queue.then(task);
    queue = result.catch(() => {});
    return result;
  }

  return {
    execute(statement, options = {}) {
      asked += 1;
      const turn = { number: asked, askedAt: clock(), user: options.user };
      return enqueue(() => runAgain(statement, options, turn));
    },
    close: () =>
      enqueue(async () => {
        const open = session;
        session = undefined;
        await open?.client.end();
      }),
  };
}

const waitedTooLong = () =>
  new Error(`Waited ${longestWaitMs} ms for earlier statements on the same connection.`);
