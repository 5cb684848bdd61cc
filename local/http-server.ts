import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';

/** Splits a request target into its path and its query string, both still encoded. */
export function splitTarget(target: string | undefined): { path: string; query: string } {
  const [path = '/', ...query] = (target ?? '/').split('?');
  return { path, query: query.join('?') };
}

/**
 * Reads a request's body, or answers undefined where it is longer than `maxBytes`. A body that is too long is still
 * read to its end and dropped: a client that is cut off while it sends does not see the answer.
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

/** Starts listening (0 takes a free port) and answers the port; throws with the remedy where the port is taken. */
export async function listen(server: Server, port: number, host = '127.0.0.1'): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Error(
      `Port ${port} is in use by another program; choose another with --port, or --port 0 for free ones.`,
      { cause: error },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${host}:${port} is no TCP address.`);
  return address.port;
}

/** Stops listening and cuts the connections that are still open; a second call changes nothing. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
