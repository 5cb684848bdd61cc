import { forgetConnection } from './connection.ts';
import { reasonOf } from './errors.ts';
import type { Connection, ConnectionCloser, ConnectionRegistry, Logger, Metrics } from './ports.ts';

/** Connections that one connect replaces at most: who connects must not wait for a crowd to leave. The next takes more. */
const replacedPerConnect = 100;

/** Lets connections in. */
export interface Admission {
  /**
   * Registers a connection; where its user has more than the limit now, the newest stay, by `connected_at` and
   * `connection_id`. The others are told `goodbye`, closed and forgotten, and what has expired is closed and forgotten.
   * Failures on the way to that refuse nobody.
   * @returns false where the connection itself is beyond the limit; it is forgotten then
   * @throws where the connection cannot be registered
   */
  admit(connection: Connection): Promise<boolean>;
}

/**
 * Keeps each user to `connectionLimit` connections, at least 1.
 *
 * A connection is registered before the others are looked up: of those that connect at once, the last to register sees
 * all of them, so that nothing gets past the limit. Looking before registering would let every one of them in.
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

  // A row that stays is the oldest of its user's soon, and goes by their next connect.
  const forget = (connection: Connection) => forgetConnection({ registry, logger }, connection);

  /** @returns whether the connection itself is within the limit */
  async function makeRoom(own: Connection): Promise<boolean> {
    const found = await find(own);
    if (!found) return true;
    const { live, expired } = found;
    const isOwn = ({ connection_id }: Connection) => connection_id === own.connection_id;
    // A newer connection that found this one beyond the limit has forgotten it already.
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
