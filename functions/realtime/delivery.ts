import pLimit from 'p-limit';
import type {
  Clock,
  Connection,
  ConnectionRegistry,
  DeliveryReport,
  Logger,
  Publisher,
} from '../core/ports.ts';
import type { SocketGateway } from './socket-gateway.ts';

/** Requests under way at once; as many as the management client keeps sockets open. */
const concurrency = 32;

/**
 * A socket is posted to before its `$connect` has returned, and the gateway then answers 410 as for a closed one. Only
 * a row of this age is taken for dead.
 */
const settledAfterMs = 30_000;

/** A push that has not begun by now does not begin: whoever waits for the create must not wait for a crowd of dead sockets. */
const deadlineMs = 10_000;

/** `late` was not tried. */
type Outcome = 'posted' | 'gone' | 'failed' | 'late';

/**
 * The publisher over the gateway's sockets: finds each user's connections with one query and posts to all of them in
 * parallel, so that a slow socket holds up no other. Forgets connections that are gone, logs what failed, never rejects.
 */
export function createDelivery({
  registry,
  gateway,
  clock,
  logger,
}: {
  registry: ConnectionRegistry;
  gateway: SocketGateway;
  clock: Clock;
  logger: Logger;
}): Publisher {
  const limit = pLimit(concurrency);

  async function post(connection: Connection, text: string, deadline: number): Promise<Outcome> {
    const { connection_id, connected_at } = connection;
    try {
      const outcome = await limit(() => (clock() > deadline ? 'late' : gateway.post(connection_id, text)));
      if (outcome === 'gone' && clock() - connected_at > settledAfterMs) await forget(connection);
      return outcome;
    } catch (error) {
      logger.error('delivery_failed', { connection_id, reason: reasonOf(error) });
      return 'failed';
    }
  }

  // The connection is gone all the same; the next 410 or the row's time to live forgets it.
  async function forget({ user_id, connection_id }: Connection): Promise<void> {
    try {
      await limit(() => registry.forget(user_id, connection_id));
    } catch (error) {
      logger.error('connection_not_forgotten', { connection_id, reason: reasonOf(error) });
    }
  }

  async function publishOne(user_id: string, text: string, deadline: number): Promise<Outcome[]> {
    try {
      const connections = await limit(() => (clock() > deadline ? undefined : registry.find(user_id)));
      if (!connections) return ['late'];
      return await Promise.all(connections.map((connection) => post(connection, text, deadline)));
    } catch (error) {
      logger.error('connections_not_found', { user_id, reason: reasonOf(error) });
      return [];
    }
  }

  return {
    async publish(pushes) {
      const deadline = clock() + deadlineMs;
      const outcomes = await Promise.all(
        pushes.map(({ user_id, frame }) => publishOne(user_id, JSON.stringify(frame), deadline)),
      );
      const late = count(outcomes.flat(), 'late');
      if (late > 0) logger.error('delivery_late', { not_tried: late });
      return toReport(outcomes.flat());
    },
  };
}

const count = (outcomes: readonly Outcome[], outcome: Outcome): number =>
  outcomes.filter((each) => each === outcome).length;

function toReport(outcomes: readonly Outcome[]): DeliveryReport {
  return {
    connections: outcomes.length,
    posted: count(outcomes, 'posted'),
    gone: count(outcomes, 'gone'),
    failed: count(outcomes, 'failed') + count(outcomes, 'late'),
  };
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
