import { forgetConnection } from './connection.ts';
import { reasonOf } from './errors.ts';
import type { Connection, ConnectionCloser, ConnectionRegistry, Logger, Metrics } from './ports.ts';

/**
 * How many connections one connect replaces at most. A new connection must not wait until many others are closed; the
 * next connect closes more.
 */
const replacedPerConnect = 100;

/** Lets connections in. */
export interface Admission {
  /**
   * Registers a connection. If its user now has more than the limit, the newest stay, by `connected_at` and
   * `connection_id`. The others get `goodbye`, are closed and deleted. Expired connections are closed and deleted too.
   * If any of that fails, the connection is still admitted.
   * @returns false if the connection itself is beyond the limit; it is deleted then
   * @throws if the connection cannot be registered
   */
  admit(connection: Connection): Promise<boolean>;
}

/**
 * Keeps each user to `connectionLimit` connections, at least 1.
 *
 * It registers a connection before it looks up the others. If several connect at the same time, the last one to register
 * sees all of them, so the limit holds. With the lookup first, all of them would be admitted.
 */
export function createAdmission(
  {
    registry,
    closer,
    metrics,
    logger,
  }: { registry: ConnectionRegistry; closer: ConnectionCloser; metrics: Metrics; logger: Logger },
  { connectionLimit }: { connectionLimit: number },
): Admission {
  async function find({ user_id }: Connection) {
    try {
      return await registry.find(user_id);
    } catch (error) {
      logger.error('connections_not_found', { user_id, reason: reasonOf(error) });
      return undefined;
    }
  }

  // If the delete fails, the connection is soon the oldest of its user, and a later connect deletes it.
  const forget = (connection: Connection) => forgetConnection({ registry, logger }, connection);

  /** @returns whether the connection itself is within the limit */
  async function makeRoom(own: Connection): Promise<boolean> {
    const found = await find(own);
    if (!found) return true;
    const { live, expired } = found;
    const isOwn = ({ connection_id }: Connection) => connection_id === own.connection_id;
    // If it is not in the registry any more, a newer connection has found it beyond the limit and deleted it.
    const isReplaced = ![...live, ...expired].some(isOwn);
    const newer = live.filter((other) => newestFirst(other, own) < 0);
    if (isReplaced || newer.length >= connectionLimit) {
      await forget(own);
      return false;
    }
    const beyond = live.toSorted(newestFirst).slice(connectionLimit);
    await Promise.all([
      closer.replace(beyond.slice(0, replacedPerConnect)),
      closer.expire(expired.filter((other) => !isOwn(other))),
    ]);
    return true;
  }

  return {
    async admit(own) {
      await registry.add(own);
      const isAdmitted = await makeRoom(own);
      if (isAdmitted) metrics.count('ConnectionsOpened');
      return isAdmitted;
    },
  };
}

function newestFirst(a: Connection, b: Connection): number {
  if (a.connected_at !== b.connected_at) return b.connected_at - a.connected_at;
  if (a.connection_id === b.connection_id) return 0;
  return a.connection_id > b.connection_id ? -1 : 1;
}
