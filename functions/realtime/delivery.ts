import { randomUUID } from 'node:crypto';
import type { DeliveryReport } from '../core/answers.ts';
import { toPendingInboxChanged } from '../core/pending-delivery.ts';
import type { Connection, DeliveryQueue, Publisher } from '../core/ports.ts';
import type { Push } from '../core/push.ts';
import { createDeadlinePut } from './deadline-put.ts';
import { createFanOut, type FanOutPorts } from './fan-out.ts';

/** A push that has not begun by now does not begin: whoever waits for the create must not wait for a crowd of dead sockets. */
const deadlineMs = 10_000;

/**
 * The publisher over the gateway's sockets: finds each user's connections with one query and posts to all of them in
 * parallel. What could not be posted, for whatever reason, is queued as one pending delivery for each user.
 */
export function createDelivery(ports: FanOutPorts & { queue: DeliveryQueue }): Publisher {
  const { queue, clock, logger } = ports;
  const fanOut = createFanOut(ports);
  const putWithin = createDeadlinePut({ queue, clock, logger });

  /** @returns whether a redelivery is queued now */
  const enqueue = (push: Push, connections: Connection[] | undefined, start: number) =>
    putWithin({ ...toPendingInboxChanged(push, randomUUID()), ...(connections && { connections }) }, start);

  async function publishOne(push: Push, start: number): Promise<DeliveryReport & { late: number }> {
    const round = await fanOut.send(
      { user_id: push.user_id },
      JSON.stringify(push.frame),
      start + deadlineMs,
    );
    if (!round) {
      const late = clock() > start + deadlineMs ? 1 : 0;
      await enqueue(push, undefined, start);
      return { ...nobody, late };
    }
    const { posted, gone, unposted, late } = round;
    const [isQueued] = await Promise.all([
      unposted.length > 0 && enqueue(push, unposted, start),
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
      return reports.reduce(add, nobody);
    },
  };
}

/** The report of a round that reached nobody. */
export const nobody: DeliveryReport = { connections: 0, posted: 0, gone: 0, failed: 0 };

const add = (a: DeliveryReport, b: DeliveryReport): DeliveryReport => ({
  connections: a.connections + b.connections,
  posted: a.posted + b.posted,
  gone: a.gone + b.gone,
  failed: a.failed + b.failed,
});
