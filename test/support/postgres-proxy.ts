import { readyForQueryListener } from '../../local/database/postgres-wire.ts';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A proxy in front of PostgreSQL that counts round trips. */
export interface PostgresProxy extends TcpProxy {
  /** How many round trips there were since the last time this was asked; logging in counts none. */
  takeRoundTrips(): number;
}

/** Stands between a client without TLS and the database, and counts ReadyForQuery: one ends each round trip. */
export async function createPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  let roundTrips = 0;
  const proxy = await createTcpProxy(databaseUrl, (upstream) => {
    let isLoggedIn = false;
    const listen = readyForQueryListener(() => {
      if (isLoggedIn) roundTrips += 1;
      isLoggedIn = true;
    });
    upstream.on('data', listen);
  });
  return {
    ...proxy,
    takeRoundTrips() {
      const count = roundTrips;
      roundTrips = 0;
      return count;
    },
  };
}
