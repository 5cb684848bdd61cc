import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { DeliveryReport } from '../core/answers.ts';
import { reasonOf } from '../core/errors.ts';
import { type PendingDelivery, toPending, toPendingFrame } from '../core/pending-delivery.ts';
import type { Clock, Connection, DeliveryQueue, Logger, Publisher } from '../core/ports.ts';
import type { Push } from '../core/push.ts';
import { createFanOut, type FanOutPorts } from './fan-out.ts';

/** A push that has not begun after this time is queued, so that a create gets its answer even if many sockets are dead. */
const pushDeadlineMs = 10_000;

/** A pending delivery that is not queued after this time is dropped, so that a create gets its answer without the table. */
const queueDeadlineMs = 15_000;

/**
 * For so long a pending delivery that the table refuses is tried again. It is short, because the caller waits, and an
 * environment that waits holds a connection to the database.
 */
const queueAgainMs = 5_000;

/** How many pending deliveries are queued at once. */
const queueConcurrency = 16;

/**
 * The publisher of a function that reaches the sockets. It finds each user's connections with one query and posts to all
 * of them in parallel. What could not be posted is queued, as one pending delivery for each user.
 */
export function createPostingPublisher(ports: FanOutPorts & { queue: DeliveryQueue }): Publisher {
  const { clock, logger } = ports;
  const fanOut = createFanOut(ports);
  const enqueue = createEnqueue(ports);

  /** @returns whether a redelivery is queued now */
  const redeliver = (push: Push, connections: Connection[] | undefined, start: number) =>
    enqueue({ ...toPending(push, randomUUID()), ...(connections && { connections }) }, start);

  async function publishOne(push: Push, start: number): Promise<DeliveryReport & { late: number }> {
    const round = await fanOut.send(
      { user_id: push.user_id },
      JSON.stringify(push.frame),
      start + pushDeadlineMs,
    );
    if (!round) {
      const late = clock() > start + pushDeadlineMs ? 1 : 0;
      await redeliver(push, undefined, start);
      return { ...emptyReport, late };
    }
    const { posted, gone, unposted, late } = round;
    const [isQueued] = await Promise.all([
      unposted.length > 0 && redeliver(push, unposted, start),
      fanOut.tidy(round),
    ]);
    return {
      connections: posted + gone.length + unposted.length,
      posted,
      gone: gone.length,
      failed: isQueued ? unposted.length : 0,
      late,
    };
  }

  return {
    async publish(pushes) {
      const start = clock();
      const reports = await Promise.all(pushes.map((push) => publishOne(push, start)));
      const late = reports.reduce((sum, report) => sum + report.late, 0);
      if (late > 0) logger.error('delivery_late', { not_tried: late });
      return reports.reduce(add, emptyReport);
    },
  };
}

/**
 * The publisher of a function that cannot reach the sockets. It queues each push in full; `deliver-notification` finds the
 * connections and posts. Its report counts no connections, because it does not look for any.
 */
export function createQueueingPublisher(ports: {
  queue: DeliveryQueue;
  clock: Clock;
  logger: Logger;
}): Publisher {
  const enqueue = createEnqueue(ports);
  return {
    async publish(pushes) {
      const start = ports.clock();
      await Promise.all(pushes.map((push) => enqueue(toPendingFrame(push, randomUUID()), start)));
      return emptyReport;
    },
  };
}

function createEnqueue({ queue, clock, logger }: { queue: DeliveryQueue; clock: Clock; logger: Logger }) {
  const limit = pLimit(queueConcurrency);

  /**
   * Queues a pending delivery, and never rejects.
   * @param start when the request began to wait, in milliseconds since the Unix epoch
   * @returns whether it is queued now
   */
  return async (pending: PendingDelivery, start: number): Promise<boolean> => {
    try {
      return await limit(async () => {
        if (clock() > start + queueDeadlineMs) {
          throw new Error(
            `The delivery was not queued: ${queueDeadlineMs} ms have passed since the change. See the deliveries table.`,
          );
        }
        await queue.put(pending, Math.min(clock() + queueAgainMs, start + queueDeadlineMs));
        return true;
      });
    } catch (error) {
      logger.error('redelivery_not_queued', { user_id: pending.user_id, reason: reasonOf(error) });
      return false;
    }
  };
}

const emptyReport: DeliveryReport = { connections: 0, posted: 0, gone: 0, failed: 0 };

const add = (a: DeliveryReport, b: DeliveryReport): DeliveryReport => ({
  connections: a.connections + b.connections,
  posted: a.posted + b.posted,
  gone: a.gone + b.gone,
  failed: a.failed + b.failed,
});
