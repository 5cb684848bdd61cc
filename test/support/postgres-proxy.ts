import { readyForQueryListener } from '../../local/database/postgres-wire.ts';
import { createLine, type Line } from './line.ts';

/** A line to PostgreSQL that can be watched. */
export interface PostgresProxy extends Line {
  /** How many round trips there were since the last time this was asked; logging in counts none. */
  takeRoundTrips(): number;
}

/** Stands between a client without TLS and the database, and counts ReadyForQuery: one ends each round trip. */
export async function createPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  let roundTrips = 0;
  const line = await createLine(databaseUrl, (upstream) => {
    let isLoggedIn = false;
    const listen = readyForQueryListener(() => {
      if (isLoggedIn) roundTrips += 1;
      isLoggedIn = true;
    });
    upstream.on('data', listen);
  });
  return {
    ...line,
    takeRoundTrips() {
      const count = roundTrips;
      roundTrips = 0;
      return count;
    },
  };
}
