import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { forgetConnection, isSettled } from '../core/connection.ts';
import { reasonOf } from '../core/errors.ts';
import { goodbye } from '../core/pending-delivery.ts';
import type {
  Clock,
  Connection,
  ConnectionCloser,
  ConnectionRegistry,
  DeliveryQueue,
  Logger,
} from '../core/ports.ts';
import type { SocketGateway } from './socket-gateway.ts';

/** How many connections are closed at the same time. */
const concurrency = 8;

/** A close that has not begun after this time is skipped, because a connect or a create waits for it. */
const deadlineMs = 2_000;

/**
 * Closes connections through the gateway. If the goodbye of a replaced connection is queued, the connection is deleted from
 * the registry at once, so that the limit holds. The pending delivery has everything that is needed to close it later.
 */
export function createConnectionCloser({
  registry,
  gateway,
  queue,
  clock,
  logger,
}: {
  registry: ConnectionRegistry;
  gateway: SocketGateway;
  queue: DeliveryQueue;
  clock: Clock;
  logger: Logger;
}): ConnectionCloser {
  const limit = pLimit(concurrency);

  const forget = (connection: Connection) => forgetConnection({ registry, logger }, connection);

  // A 410 means closed only if the connection is old enough for its $connect to have returned.
  const isEnded = (connection: Connection, outcome: 'closed' | 'gone' | 'failed') =>
    outcome === 'closed' || (outcome === 'gone' && isSettled(connection, clock()));

  /** @returns the connections that are certainly closed, and the others */
  async function endEach(
    connections: readonly Connection[],
    end: (connection: Connection) => Promise<'closed' | 'gone' | 'failed'>,
  ): Promise<{ ended: Connection[]; left: Connection[] }> {
    const deadline = clock() + deadlineMs;
    const outcomes = await Promise.all(
      connections.map((connection) =>
        limit(async () => clock() <= deadline && isEnded(connection, await end(connection))),
      ),
    );
    return {
      ended: connections.filter((_, index) => outcomes[index]),
      left: connections.filter((_, index) => !outcomes[index]),
    };
  }

  /** @returns whether the goodbyes are queued. If not, the connections must stay registered, so that they are found again. */
  async function queueGoodbyes(connections: Connection[]): Promise<boolean> {
    const [first] = connections;
    if (!first) return true;
    const { user_id } = first;
    try {
      await queue.put({ delivery_id: randomUUID(), user_id, attempt: 1, type: 'goodbye', connections });
      return true;
    } catch (error) {
      logger.error('redelivery_not_queued', { user_id, reason: reasonOf(error) });
      return false;
    }
  }

  return {
    async replace(connections) {
      const { ended, left } = await endEach(connections, (connection) => sayGoodbye(gateway, connection));
      const areQueued = await queueGoodbyes(left);
      await Promise.all([...ended, ...(areQueued ? left : [])].map(forget));
    },

    async expire(connections) {
      const { ended } = await endEach(connections, ({ connection_id }) => gateway.close(connection_id));
      await Promise.all(ended.map(forget));
    },
  };
}

/**
 * Posts `goodbye` to a connection and closes it. If the post fails, the connection stays open. A client that is closed
 * without a goodbye would connect again at once, and replace another connection.
 */
export async function sayGoodbye(
  gateway: SocketGateway,
  { connection_id }: Connection,
): Promise<'closed' | 'gone' | 'failed'> {
  const outcome = await gateway.post(connection_id, JSON.stringify(goodbye));
  return outcome === 'posted' ? gateway.close(connection_id) : outcome;
}
