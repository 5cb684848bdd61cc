import { reasonOf } from './errors.ts';
import type { Connection, ConnectionRegistry, Logger } from './ports.ts';

/** The gateway closes every socket after 2 hours (API Gateway quotas, "Connection duration for WebSocket API"). */
export const maximumLifetimeMs = 2 * 60 * 60 * 1_000;

/**
 * When pushes to a connection end, in milliseconds since the Unix epoch. They end with its token, but not before
 * `minimumLifetimeMs` have passed (0: exactly with the token), and never later than the gateway closes the socket.
 */
export function connectionExpiry(
  connectedAt: number,
  tokenExpiresAt: number,
  minimumLifetimeMs: number,
): number {
  return Math.min(connectedAt + maximumLifetimeMs, Math.max(tokenExpiresAt, connectedAt + minimumLifetimeMs));
}

/**
 * Whether a browser page of this origin may use the APIs.
 * @param allowedOrigins origins such as `https://app.example.com`. `*` allows all origins and `https://*` all of that
 * scheme, as in the CORS settings of an HTTP API. A port `*` allows every port, and also no port
 */
export function isOriginAllowed(origin: string, allowedOrigins: readonly string[]): boolean {
  return allowedOrigins.some((allowed) => {
    if (allowed === '*') return true;
    if (allowed.endsWith('://*')) return origin.startsWith(allowed.slice(0, -1));
    if (!allowed.endsWith(':*')) return origin === allowed;
    const host = allowed.slice(0, -2);
    return origin === host || (origin.startsWith(`${host}:`) && /^\d+$/.test(origin.slice(host.length + 1)));
  });
}

/** How long after its start a connection may get a 410 although it is about to open. */
const settledAfterMs = 30_000;

/**
 * Whether a 410 means that the connection is closed. The gateway also answers 410 while `$connect` has not returned, and
 * the connection is registered by then. So only a connection of some age counts as closed.
 */
export const isSettled = ({ connected_at }: Connection, now: number): boolean =>
  now - connected_at > settledAfterMs;

/**
 * Deletes a connection from the registry. If the delete fails, we only log it: the next post to this connection returns
 * 410 again, and the registry deletes it at the end of its time to live.
 */
export async function forgetConnection(
  { registry, logger }: { registry: Pick<ConnectionRegistry, 'forget'>; logger: Logger },
  { user_id, connection_id }: Connection,
): Promise<void> {
  try {
    await registry.forget(user_id, connection_id);
  } catch (error) {
    logger.error('connection_not_forgotten', { connection_id, reason: reasonOf(error) });
  }
}
