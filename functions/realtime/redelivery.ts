import pLimit from 'p-limit';
import { isSettled } from '../core/connection.ts';
import { reasonOf } from '../core/errors.ts';
import {
  type PendingDelivery,
  type PendingFrame,
  type PendingGoodbye,
  type PendingInboxChanged,
  type PendingPreferencesChanged,
  redeliveryAttempts,
  textOf,
  withoutFrame,
} from '../core/pending-delivery.ts';
import type { Connection, DeadLetters, DeliveryQueue, Redelivery } from '../core/ports.ts';
import { sayGoodbye } from './connection-closer.ts';
import { createFanOut, type FanOutPorts } from './fan-out.ts';

/** A post that has not begun after this time is left to the next attempt, so that dead sockets do not block other batches. */
const deadlineMs = 20_000;

/** What connections that missed a frame must still hear. */
type PendingChange = PendingInboxChanged | PendingPreferencesChanged;

/** How many goodbyes are posted, and how many pending deliveries are queued, at the same time. */
const concurrency = { goodbyes: 8, puts: 16 };

/**
 * Tries all pending deliveries of a batch in parallel, except that frames of one user are posted in order. A delivery that
 * fails is queued for its next attempt. After the last attempt, or if it cannot be queued, it becomes a dead letter.
 */
export function createRedelivery(
  ports: FanOutPorts & { queue: DeliveryQueue; deadLetters: DeadLetters },
): Redelivery {
  const { gateway, queue, deadLetters, metrics, clock, logger } = ports;
  const fanOut = createFanOut(ports);
  const goodbyes = pLimit(concurrency.goodbyes);
  const puts = pLimit(concurrency.puts);

  /** @returns what is still to be delivered; undefined if nothing is left */
  async function push(
    pending: PendingChange | PendingFrame,
    deadline: number,
  ): Promise<PendingChange | undefined> {
    const changed = pending.type === 'frame' ? withoutFrame(pending) : pending;
    const round = await fanOut.send(changed, textOf(pending), deadline);
    if (!round) return changed;
    metrics.count('PostsRedelivered', round.posted);
    await fanOut.tidy(round);
    return round.unposted.length > 0 ? { ...changed, connections: round.unposted } : undefined;
  }

  /** @returns the goodbyes that are still to be posted. At the last attempt a 410 always counts as a closed connection. */
  async function sayAll(pending: PendingGoodbye, deadline: number): Promise<PendingGoodbye | undefined> {
    const isDone = async (connection: Connection) => {
      if (clock() > deadline) return false;
      const outcome = await sayGoodbye(gateway, connection);
      const isLast = pending.attempt >= redeliveryAttempts;
      return outcome === 'closed' || (outcome === 'gone' && (isLast || isSettled(connection, clock())));
    };
    const outcomes = await Promise.all(pending.connections.map((each) => goodbyes(() => isDone(each))));
    const connections = pending.connections.filter((_, index) => !outcomes[index]);
    return connections.length > 0 ? { ...pending, connections } : undefined;
  }

  async function tryAgainLater(left: PendingChange | PendingGoodbye, deadline: number): Promise<void> {
    const { user_id, delivery_id, attempt } = left;
    if (attempt < redeliveryAttempts) {
      try {
        return await puts(() => queue.put({ ...left, attempt: attempt + 1 }, deadline));
      } catch (error) {
        logger.error('redelivery_not_queued', { user_id, delivery_id, reason: reasonOf(error) });
      }
    }
    await giveUp(left);
  }

  async function giveUp(left: PendingChange | PendingGoodbye): Promise<void> {
    const { user_id, delivery_id, attempt } = left;
    logger.error('redelivery_given_up', { user_id, delivery_id, attempt });
    try {
      await puts(() => deadLetters.keep(left));
    } catch (error) {
      logger.error('dead_letter_lost', { user_id, delivery_id, reason: reasonOf(error) });
    }
  }

  async function redeliverInOrder(sequence: readonly PendingDelivery[], deadline: number): Promise<void> {
    for (const pending of sequence) {
      const left = await (pending.type === 'goodbye' ? sayAll(pending, deadline) : push(pending, deadline));
      if (left) await tryAgainLater(left, deadline);
    }
  }

  return {
    async redeliver(deliveries) {
      const deadline = clock() + deadlineMs;
      await Promise.all(sequencesOf(deliveries).map((sequence) => redeliverInOrder(sequence, deadline)));
    },
  };
}

/** All frames of one user form a sequence, because a client that gets a later frame first must sync. Others are alone. */
function sequencesOf(deliveries: readonly PendingDelivery[]): PendingDelivery[][] {
  const sequenceOf = (pending: PendingDelivery) => (pending.type === 'frame' ? pending.user_id : pending);
  return [...Map.groupBy(deliveries, sequenceOf).values()];
}
