import pLimit from 'p-limit';
import { forgetConnection, isSettled } from '../core/connection.ts';
import { reasonOf } from '../core/errors.ts';
import type {
  Clock,
  Connection,
  ConnectionCloser,
  ConnectionRegistry,
  Logger,
  Metrics,
} from '../core/ports.ts';
import type { PostOutcome, SocketGateway } from './socket-gateway.ts';

/**
 * How many requests of each kind run at once. The kinds have separate limits, so that slow sockets do not delay queries, and
 * a slow table does not delay posts. The limits fit the numbers of sockets that the AWS clients keep.
 */
const concurrency = { queries: 32, posts: 32, deletions: 16 };

/** The outcome of one frame for one user. */
export interface Round {
  posted: number;
  /** Connections that the gateway does not know any more, or does not know yet. */
  gone: Connection[];
  /** Connections that did not get the frame: the post failed, or was not tried. */
  unposted: Connection[];
  /** How many posts were not tried, because the deadline had passed. */
  late: number;
  /** Connections that have expired. They got no frame, and `tidy` closes them. */
  expired: Connection[];
}

/** Posts one frame to all connections of one user. Neither method rejects. */
export interface FanOut {
  /**
   * Posts a text to the given connections, or looks up all connections of the user. A request that has not begun by the
   * deadline (in milliseconds since the Unix epoch) is skipped.
   * @returns undefined if the connections could not be looked up
   */
  send(
    to: { user_id: string; connections?: readonly Connection[] | undefined },
    text: string,
    deadline: number,
  ): Promise<Round | undefined>;
  /** Deletes the connections that were found closed from the registry, and closes the expired ones. */
  tidy(round: Round): Promise<void>;
}

/** What a fan-out needs. */
export interface FanOutPorts {
  registry: ConnectionRegistry;
  gateway: SocketGateway;
  closer: ConnectionCloser;
  metrics: Metrics;
  clock: Clock;
  logger: Logger;
}

/** Posts in parallel, at most 32 at once over all users, so that a slow socket does not delay the others. */
export function createFanOut({ registry, gateway, closer, metrics, clock, logger }: FanOutPorts): FanOut {
  const queries = pLimit(concurrency.queries);
  const posts = pLimit(concurrency.posts);
  const deletions = pLimit(concurrency.deletions);

  async function lookUp(user_id: string, deadline: number) {
    try {
      return await queries(() => (clock() > deadline ? undefined : registry.find(user_id)));
    } catch (error) {
      logger.error('connections_not_found', { user_id, reason: reasonOf(error) });
      return undefined;
    }
  }

  // The clock is read when the post starts, because it may have waited for seconds behind other posts.
  const post = (
    { connection_id, expires_at }: Connection,
    text: string,
    deadline: number,
  ): Promise<PostOutcome | 'late' | 'expired'> =>
    posts(() => {
      const now = clock();
      if (now >= expires_at) return 'expired';
      return now > deadline ? 'late' : gateway.post(connection_id, text);
    });

  // If the delete fails, the next 410 or the time to live deletes the connection.
  const forget = (connection: Connection) =>
    deletions(() => forgetConnection({ registry, logger }, connection));

  return {
    async send({ user_id, connections }, text, deadline) {
      const found = connections ? { live: connections, expired: [] } : await lookUp(user_id, deadline);
      if (!found) return undefined;
      const { live, expired } = found;
      const outcomes = await Promise.all(live.map((connection) => post(connection, text, deadline)));
      const having = (...wanted: (typeof outcomes)[number][]) =>
        live.filter((_, index) => wanted.some((outcome) => outcome === outcomes[index]));
      const [posted, gone, unposted] = [having('posted').length, having('gone'), having('failed', 'late')];
      metrics.count('Posts', posted);
      metrics.count('PostsGone', gone.length);
      metrics.count('PostsFailed', unposted.length);
      const late = having('late').length;
      return { posted, gone, unposted, late, expired: [...expired, ...having('expired')] };
    },

    async tidy({ gone, expired }) {
      const closed = gone.filter((connection) => isSettled(connection, clock()));
      await Promise.all([...closed.map(forget), closer.expire(expired)]);
    },
  };
}
