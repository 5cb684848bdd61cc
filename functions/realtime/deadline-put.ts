import pLimit from 'p-limit';
import { reasonOf } from '../core/errors.ts';
import type { PendingDelivery } from '../core/pending-delivery.ts';
import type { Clock, DeliveryQueue, Logger } from '../core/ports.ts';

/** A pending delivery that has not been queued by now is not: where the table does not answer, the create still must. */
const deadlineMs = 15_000;

/** Pending deliveries being queued at once. */
const concurrency = 16;

/** Queues pending deliveries for somebody who waits; never rejects. */
export function createDeadlinePut({
  queue,
  clock,
  logger,
}: {
  queue: DeliveryQueue;
  clock: Clock;
  logger: Logger;
}) {
  const puts = pLimit(concurrency);

  /**
   * @param start when the waiting began, in milliseconds since the Unix epoch
   * @returns whether it is queued now
   */
  return async (pending: PendingDelivery, start: number): Promise<boolean> => {
    try {
      return await puts(async () => {
        if (clock() > start + deadlineMs) throw new Error('It is too late; the table takes too long.');
        await queue.put(pending);
        return true;
      });
    } catch (error) {
      logger.error('redelivery_not_queued', { user_id: pending.user_id, reason: reasonOf(error) });
      return false;
    }
  };
}
