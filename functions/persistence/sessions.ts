import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import {
  type ConnectOptions,
  connect,
  type DatabaseConnection,
  isCrowded,
  namesStatements,
} from './connection.ts';
import { queryWithStanding } from './standing.ts';

/** An open connection of one Lambda environment. */
export interface Session {
  client: pg.Client;
  /** Whether it can serve no further statement. */
  isLost: boolean;
  /** Whether no statement has ended on it yet. */
  isNew: boolean;
  /** When its last statement ended, in milliseconds since the epoch. */
  usedAt: number;
  /** When it was compared with the other sessions of its role; undefined before. */
  comparedAt: number | undefined;
  /** Whether the environment keeps it for the next request. */
  isKept: boolean;
}

/** The sessions of one environment, which has one at a time. */
export interface Sessions {
  /**
   * Opens a session. If PostgreSQL has no connection left for the role, it tries again after random pauses.
   * @param giveUpAt the time of the last attempt, which may still take 3 s
   * @param user whose request it is; undefined if it is not one user's
   * @throws Unavailable if there is no connection by then, or if the database cannot be reached
   */
  open(giveUpAt: number, user: string | undefined): Promise<Session>;
  /** Sends a statement. Once a second it compares the session with the others of its role, in the same round trip. */
  query<Row extends pg.QueryResultRow>(
    session: Session,
    query: pg.QueryConfig,
    user: string | undefined,
  ): Promise<Row[]>;
}

/** How long a comparison holds. Then other users may have come. */
const comparedForMs = 1_000;

/** How long an environment remembers that a user has more than their share. */
const pacedForMs = 5_000;

/** The bound of the pause with one session too many. It doubles with each further one. */
const pacedBoundMs = 4_000;

/** How long the server may take to accept a connection. If it takes longer, it is not busy but out of reach. */
const reachTimeoutMs = 3_000;

/** The pause before an attempt is random, up to a bound. It is at least this long after a refusal. */
const shortestBoundMs = 100;
const longestBoundMs = 4_000;

/**
 * The environments of a burst know nothing of each other, and an attempt to sign in costs the server much, also if it is
 * refused. So each environment finds out by itself how often it can try, as TCP does. The pause grows with each refusal, is
 * longer if the server takes long to refuse, and shrinks a little with each success. The next request begins with it, so
 * that the second wave of a burst does not try all at once. An environment that keeps its session has no pause.
 */
export function createSessions(
  connection: DatabaseConnection,
  { clock = Date.now, pause = wait, applicationName = 'belfry', ...options }: ConnectOptions,
): Sessions {
  // A pooler keeps sessions of its own, and lends each for a statement.
  const areCompared = !options.isPooled && namesStatements(connection);
  let boundMs = 0;
  let paced: { label: string; boundMs: number; until: number } | undefined;

  const labelOf = (user: string | undefined) =>
    user === undefined || !areCompared
      ? applicationName
      : `${applicationName}/${hash('sha256', user).slice(0, 8)}`;

  async function attempt(label: string, giveUpAt: number): Promise<pg.Client> {
    const startedAt = clock();
    const connectTimeoutMs = Math.max(giveUpAt - startedAt, reachTimeoutMs);
    try {
      const client = await connect(connection, {
        connectTimeoutMs,
        reachTimeoutMs,
        ...options,
        applicationName: label,
      });
      boundMs = boundMs < shortestBoundMs ? 0 : boundMs * 0.8;
      return client;
    } catch (error) {
      if (isCrowded(error)) {
        const signInMs = clock() - startedAt;
        boundMs = Math.min(longestBoundMs, Math.max(shortestBoundMs, 2 * boundMs, 8 * signInMs));
      }
      throw error;
    }
  }

  return {
    async open(giveUpAt, user) {
      const label = labelOf(user);
      // Other users go first, if this one has more than their share.
      if (paced?.label === label && clock() < paced.until)
        await pause(Math.random() * Math.min(paced.boundMs, 0.8 * (giveUpAt - clock())));
      for (;;) {
        // A request that has little time left tries more often.
        const longestMs = Math.min(boundMs, (giveUpAt - clock()) / 3);
        if (longestMs > 0) await pause(Math.random() * longestMs);
        try {
          return watch(await attempt(label, giveUpAt), clock());
        } catch (error) {
          if (!isCrowded(error) || clock() >= giveUpAt) throw error;
        }
      }
    },

    async query<Row extends pg.QueryResultRow>(
      session: Session,
      query: pg.QueryConfig,
      user: string | undefined,
    ) {
      const { client, comparedAt } = session;
      const isCompared = comparedAt !== undefined && clock() - comparedAt < comparedForMs;
      if (isCompared || !areCompared) return (await client.query<Row>(query)).rows;
      const label = labelOf(user);
      const { rows, standing } = await queryWithStanding<Row>(client, query, label);
      session.comparedAt = clock();
      session.isKept = standing.isKept;
      if (standing.isKept) boundMs = 0;
      const { excess } = standing;
      paced =
        excess > 0
          ? { label, boundMs: pacedBoundMs * 2 ** (excess - 1), until: clock() + pacedForMs }
          : undefined;
      return rows;
    },
  };
}

function watch(client: pg.Client, usedAt: number): Session {
  const session: Session = {
    client,
    isLost: false,
    isNew: true,
    usedAt,
    comparedAt: undefined,
    isKept: true,
  };
  const lose = () => {
    session.isLost = true;
  };
  client.on('error', lose);
  client.on('end', lose);
  return session;
}

/** Closes a session at once. PostgreSQL rolls back what it still does in it. */
export function drop(session: Session): void {
  session.isLost = true;
  session.client.end().catch(() => {});
}
