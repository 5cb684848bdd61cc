import { randomUUID } from 'node:crypto';
import { toPendingFrame } from '../core/pending-delivery.ts';
import type { Clock, DeliveryQueue, Logger, Publisher } from '../core/ports.ts';
import { createDeadlinePut } from './deadline-put.ts';
import { nobody } from './delivery.ts';

/**
 * The publisher of a function that cannot reach the sockets: queues each push in full, for `deliver-notification` to look
 * the connections up and to post. The report counts nobody, since nobody has been looked for.
 */
export function createQueuedDelivery(ports: {
  queue: DeliveryQueue;
  clock: Clock;
  logger: Logger;
}): Publisher {
  const putWithin = createDeadlinePut(ports);
  return {
    async publish(pushes) {
      const start = ports.clock();
      await Promise.all(pushes.map((push) => putWithin(toPendingFrame(push, randomUUID()), start)));
      return nobody;
    },
  };
}
