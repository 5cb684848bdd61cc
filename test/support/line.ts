import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line to a server that can go dead. */
export interface Line {
  /** The server's URL by way of the line. */
  url: string;
  /** From now on nothing arrives at either end, and neither is told: as when a laptop falls asleep or a mast is left. */
  goDead(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server of that URL. */
export async function createLine(serverUrl: string): Promise<Line> {
  const url = new URL(serverUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  const ends = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    client.pipe(upstream).pipe(client);
    for (const end of [client, upstream]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => ends.delete(end));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  url.port = String(address.port);
  return {
    url: url.href,
    goDead() {
      for (const end of ends) end.unpipe().pause();
    },
    async close() {
      server.close();
      for (const end of ends) end.destroy();
      await once(server, 'close');
    },
  };
}
