import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createServer, type Server as NetServer } from 'node:net';

/** The access key that signed a request with Signature Version 4, read from its header `Authorization`. */
export function accessKeyIdOf({ headers }: IncomingMessage): string | undefined {
  return /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1];
}

/** Splits a request target into its path and its query string, both still encoded. */
export function splitTarget(target: string | undefined): { path: string; query: string } {
  const [path = '/', ...query] = (target ?? '/').split('?');
  return { path, query: query.join('?') };
}

/**
 * Reads the body of a request. Undefined if it is longer than `maxBytes`. Such a body is read to its end all the same,
 * because a client does not see the answer if its connection is closed while it sends.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/**
 * Listens on this machine alone, and returns the port. The port 0 takes a free one.
 * @param host only to find out if a port is free there; our servers listen on 127.0.0.1
 * @throws Error that names the port, if another program uses it
 */
export async function listen(
  server: NetServer,
  port: number,
  host: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Error(
      `Port ${port} of ${host} is in use by another program. Choose another port with --port, or take free ports with --port 0.`,
      { cause: error },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The server does not listen on a TCP port.');
  return address.port;
}

/** A port of 127.0.0.1 that no program uses at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Stops listening, and closes the open connections. A second call does nothing. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
