import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryQueue } from '../../functions/core/ports.ts';
import { type Push, preferencesChanged } from '../../functions/core/push.ts';
import { createQueueingPublisher } from '../../functions/realtime/publisher.ts';
import {
  createInMemoryDeliveryQueue,
  type InMemoryDeliveryQueue,
} from '../fakes/in-memory-delivery-queue.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { nobodyConnected } from '../fakes/recording-publisher.ts';
import { inboxState } from '../support/inbox-state.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
let queue: InMemoryDeliveryQueue;
let logger: RecordingLogger;
beforeEach(() => {
  queue = createInMemoryDeliveryQueue();
  logger = createRecordingLogger();
});

const push = (version: number) => {
  const user_id = randomUUID();
  const frame = {
    type: 'inbox.read_all',
    ...inboxState(user_id, version, 3, 2),
    before_position: 9,
  } as const;
  return { user_id, frame };
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
        attempt: 0,
        ...inboxState(user_id, frame.version, 3, 2),
        type: 'frame',
        frame: JSON.stringify(frame),
      })),
    );
  });

  it('of changed preferences is queued without a state of the inbox', async () => {
    const user_id = randomUUID();
    await publish([{ user_id, frame: preferencesChanged(user_id) }]);
    expect(queue.deliveries).toEqual([
      { delivery_id: expect.any(String), user_id, attempt: 0, type: 'preferences.changed' },
    ]);
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
