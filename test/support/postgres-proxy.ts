import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { readyForQueryListener } from '../../local/database/postgres-wire.ts';

/** A wire to PostgreSQL that can be watched and cut. */
export interface PostgresProxy {
  /** The database's URL by way of the proxy. */
  url: string;
  /** How many round trips there were since the last time this was asked; logging in counts none. */
  takeRoundTrips(): number;
  /** Breaks every connection without a word; the server goes on with what it is at. */
  cut(): Promise<void>;
  /** From now on passes nothing on in either direction. */
  freeze(): void;
  close(): Promise<void>;
}

/** Stands between a client without TLS and the database, and counts ReadyForQuery: one ends each round trip. */
export async function createPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  const clients = new Set<Socket>();
  let roundTrips = 0;
  const server = createServer((client) => {
    const upstream = connect(target);
    let isLoggedIn = false;
    const listen = readyForQueryListener(() => {
      if (isLoggedIn) roundTrips += 1;
      isLoggedIn = true;
    });
    upstream.on('data', listen);
    client.pipe(upstream).pipe(client);
    clients.add(client);
    client.on('close', () => {
      clients.delete(client);
      upstream.destroy();
    });
    client.on('error', () => {});
    upstream.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  url.port = String(address.port);

  return {
    url: url.href,
    takeRoundTrips() {
      const count = roundTrips;
      roundTrips = 0;
      return count;
    },
    async cut() {
      await Promise.all([...clients].map((client) => once(client.resetAndDestroy(), 'close')));
    },
    freeze() {
      for (const client of clients) client.unpipe().pause();
    },
    async close() {
      server.close();
      for (const client of clients) client.destroy();
      await once(server, 'close');
    },
  };
}
