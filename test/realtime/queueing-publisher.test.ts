import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryQueue } from '../../functions/core/ports.ts';
import type { Push } from '../../functions/core/push.ts';
import { createQueueingPublisher } from '../../functions/realtime/publisher.ts';
import {
  createInMemoryDeliveryQueue,
  type InMemoryDeliveryQueue,
} from '../fakes/in-memory-delivery-queue.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { nobodyConnected } from '../fakes/recording-publisher.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
let queue: InMemoryDeliveryQueue;
let logger: RecordingLogger;
beforeEach(() => {
  queue = createInMemoryDeliveryQueue();
  logger = createRecordingLogger();
});

const push = (version: number): Push => {
  const user_id = randomUUID();
  return { user_id, frame: { type: 'inbox.read_all', user_id, version, unread_count: 0, before_id: 9 } };
};
const publish = (pushes: Push[], over: DeliveryQueue = queue) =>
  createQueueingPublisher({ queue: over, clock: () => clock.now(), logger }).publish(pushes);

describe('A push by a function that cannot reach the sockets', () => {
  it('is queued in full, one for each user, and counts no connection', async () => {
    const pushes = [push(1), push(7)];
    expect(await publish(pushes)).toEqual(nobodyConnected);
    expect(queue.deliveries).toEqual(
      pushes.map(({ user_id, frame }) => ({
        delivery_id: expect.any(String),
        user_id,
        attempt: 0,
        type: 'frame',
        version: frame.version,
        unread_count: 0,
        frame: JSON.stringify(frame),
      })),
    );
  });

  it('fails no change if it cannot be queued', async () => {
    const put = async () => {
      throw new Error('The table does not answer.');
    };
    expect(await publish([push(1)], { put })).toEqual(nobodyConnected);
    expect(logger.lines.map(({ message }) => message)).toEqual(['redelivery_not_queued']);
  });

  it('is not queued any more if the table has taken too long', async () => {
    const slow: DeliveryQueue = {
      async put(pending) {
        await clock.advance(15_001);
        await queue.put(pending);
      },
    };
    // The first sixteen have begun, and what waits for them is too late.
    await publish(
      Array.from({ length: 17 }, () => push(1)),
      slow,
    );
    expect(queue.deliveries).toHaveLength(16);
    expect(logger.lines).toHaveLength(1);
  });
});
