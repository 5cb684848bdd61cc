import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a server. Its connections can be cut or go dead. */
export interface TcpProxy extends AsyncDisposable {
  /** The server's URL through the proxy. */
  url: string;
  /** Breaks every connection of a client. The server is not notified and continues its work. */
  cut(): Promise<void>;
  /** From now on nothing arrives at either end, and neither end is closed: as when a laptop falls asleep. */
  goDead(): void;
  /** Breaks every connection, and from now on each new one at once: as when the server is down. */
  breakOff(): Promise<void>;
  /** Ends what `breakOff` began. */
  restore(): void;
  close(): Promise<void>;
}

interface Ends {
  client: Socket;
  upstream: Socket;
  isDead: boolean;
}

/**
 * Starts a proxy between clients and the server of that URL.
 * @param watch gets the server's end of each connection
 */
export async function createTcpProxy(
  serverUrl: string,
  watch = (_upstream: Socket) => {},
): Promise<TcpProxy> {
  const url = new URL(serverUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  const open = new Set<Ends>();
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) return client.resetAndDestroy();
    const ends = { client, upstream: connect(target), isDead: false };
    const { upstream } = ends;
    open.add(ends);
    watch(upstream);
    client.pipe(upstream).pipe(client);
    client.on('error', () => {});
    upstream.on('error', () => client.destroy());
    client.on('close', () => {
      if (ends.isDead) return;
      open.delete(ends);
      upstream.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  url.port = String(address.port);
  const cut = async () => {
    await Promise.all([...open].map(({ client }) => once(client.resetAndDestroy(), 'close')));
  };
  const close = async () => {
    server.close();
    for (const { client, upstream } of open) for (const end of [client, upstream]) end.destroy();
    await once(server, 'close');
  };
  return {
    url: url.href,
    cut,
    breakOff() {
      isDown = true;
      return cut();
    },
    restore() {
      isDown = false;
    },
    goDead() {
      for (const ends of open) {
        ends.isDead = true;
        for (const end of [ends.client, ends.upstream]) end.unpipe().pause();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
