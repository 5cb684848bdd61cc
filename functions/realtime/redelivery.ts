import pLimit from 'p-limit';
import { isSettled } from '../core/connection.ts';
import { reasonOf } from '../core/errors.ts';
import {
  hintOf,
  type Leftover,
  type LeftoverFrame,
  type LeftoverGoodbye,
  type LeftoverPush,
  redeliveryAttempts,
  textOf,
} from '../core/leftover.ts';
import type { Connection, DeadLetters, LeftoverQueue, Redelivery } from '../core/ports.ts';
import { sayGoodbye } from './connection-closer.ts';
import { createFanOut, type FanOutPorts } from './fan-out.ts';

/** What has not begun by now waits for its next attempt: a batch of dead sockets must not block the leftovers behind it. */
const deadlineMs = 20_000;

/** Goodbyes being said, and leftovers being queued, at once. */
const concurrency = { goodbyes: 8, puts: 16 };

/**
 * Tries leftovers, all of a batch in parallel but for the frames of one user, which keep their order. What is left of a leftover is queued as its next attempt; after the
 * last one, or where it cannot be queued, the whole leftover becomes a dead letter.
 */
export function createRedelivery(
  ports: FanOutPorts & { queue: LeftoverQueue; deadLetters: DeadLetters },
): Redelivery {
  const { gateway, queue, deadLetters, metrics, clock, logger } = ports;
  const fanOut = createFanOut(ports);
  const goodbyes = pLimit(concurrency.goodbyes);
  const puts = pLimit(concurrency.puts);

  /** @returns what is still to be delivered, nothing where all of it was */
  async function push(
    leftover: LeftoverPush | LeftoverFrame,
    deadline: number,
  ): Promise<LeftoverPush | undefined> {
    const hint = leftover.type === 'frame' ? hintOf(leftover) : leftover;
    const round = await fanOut.send(hint, textOf(leftover), deadline);
    if (!round) return hint;
    metrics.count('PostsRedelivered', round.posted);
    await fanOut.tidy(round);
    return round.unposted.length > 0 ? { ...hint, connections: round.unposted } : undefined;
  }

  /** @returns what is still to be said; after the last attempt a 410 is taken for a connection that is closed by itself */
  async function say(leftover: LeftoverGoodbye, deadline: number): Promise<LeftoverGoodbye | undefined> {
    const isDone = async (connection: Connection) => {
      if (clock() > deadline) return false;
      const outcome = await sayGoodbye(gateway, connection);
      const isLast = leftover.attempt >= redeliveryAttempts;
      return outcome === 'closed' || (outcome === 'gone' && (isLast || isSettled(connection, clock())));
    };
    const outcomes = await Promise.all(leftover.connections.map((each) => goodbyes(() => isDone(each))));
    const connections = leftover.connections.filter((_, index) => !outcomes[index]);
    return connections.length > 0 ? { ...leftover, connections } : undefined;
  }

  async function again(left: LeftoverPush | LeftoverGoodbye): Promise<void> {
    const { user_id, delivery_id, attempt } = left;
    if (attempt < redeliveryAttempts) {
      try {
        return await puts(() => queue.put({ ...left, attempt: attempt + 1 }));
      } catch (error) {
        logger.error('redelivery_not_queued', { user_id, delivery_id, reason: reasonOf(error) });
      }
    }
    await giveUp(left);
  }

  async function giveUp(left: LeftoverPush | LeftoverGoodbye): Promise<void> {
    const { user_id, delivery_id, attempt } = left;
    logger.error('redelivery_given_up', { user_id, delivery_id, attempt });
    try {
      await puts(() => deadLetters.keep(left));
    } catch (error) {
      logger.error('dead_letter_lost', { user_id, delivery_id, reason: reasonOf(error) });
    }
  }

  async function redeliverRow(row: readonly Leftover[], deadline: number): Promise<void> {
    for (const leftover of row) {
      const left = await (leftover.type === 'goodbye' ? say(leftover, deadline) : push(leftover, deadline));
      if (left) await again(left);
    }
  }

  return {
    async redeliver(leftovers) {
      const deadline = clock() + deadlineMs;
      await Promise.all(inOrder(leftovers).map((row) => redeliverRow(row, deadline)));
    },
  };
}

/** Rows of leftovers that must go one after the other: a client asks for all changes where a frame comes before its turn. */
function inOrder(leftovers: readonly Leftover[]): Leftover[][] {
  const rowOf = (leftover: Leftover) => (leftover.type === 'frame' ? leftover.user_id : leftover);
  return [...Map.groupBy(leftovers, rowOf).values()];
}
