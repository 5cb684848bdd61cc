import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PendingDelivery, PendingInboxChanged } from '../../functions/core/pending-delivery.ts';
import type { Connection, DeliveryQueue } from '../../functions/core/ports.ts';

/** A queue, what is in it as its reader gets it, and how to let go of it. */
export interface DeliveryQueueUnderTest {
  queue: DeliveryQueue;
  read(): Promise<PendingDelivery[]>;
  close(): Promise<void>;
}

/** What every `DeliveryQueue` keeps to. */
export function testDeliveryQueue(name: string, open: () => Promise<DeliveryQueueUnderTest>): void {
  describe(`${name} as a queue of pending deliveries`, () => {
    let under: DeliveryQueueUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    const connection = (): Connection => ({
      connection_id: randomUUID(),
      user_id: randomUUID(),
      connected_at: 1_767_225_600_123,
      expires_at: 1_767_225_660_123,
    });
    const push = (changes: Partial<PendingInboxChanged> = {}): PendingInboxChanged => ({
      delivery_id: randomUUID(),
      user_id: randomUUID(),
      attempt: 1,
      type: 'inbox.changed',
      version: 42,
      unread_count: 3,
      unseen_count: 2,
      scopes: { attendee: { unread_count: 1, unseen_count: 0 } },
      connections: [connection(), connection()],
      ...changes,
    });
    const queued = async ({ delivery_id }: PendingDelivery) =>
      (await under.read()).filter((each) => each.delivery_id === delivery_id);

    it('hands on a push as it was put', async () => {
      const pending = push();
      await under.queue.put(pending);
      expect(await queued(pending)).toEqual([pending]);
    });

    it('hands on a push whose connections must be looked up', async () => {
      const { connections: _, ...pending } = push();
      await under.queue.put(pending);
      expect(await queued(pending)).toEqual([pending]);
    });

    it('hands on a goodbye as it was put', async () => {
      const pending: PendingDelivery = {
        delivery_id: randomUUID(),
        user_id: randomUUID(),
        attempt: 1,
        type: 'goodbye',
        connections: [connection()],
      };
      await under.queue.put(pending);
      expect(await queued(pending)).toEqual([pending]);
    });

    it('hands on that preferences have changed', async () => {
      const { delivery_id, user_id } = push();
      const pending: PendingDelivery = { delivery_id, user_id, attempt: 0, type: 'preferences.changed' };
      await under.queue.put(pending);
      expect(await queued(pending)).toEqual([pending]);
    });

    it('hands on a frame letter by letter, numbers that a table has no room for included', async () => {
      const frame = '{"type":"notification.created","metadata":{"n":1e300}}';
      const { connections: _, ...state } = push();
      const pending: PendingDelivery = { ...state, attempt: 0, type: 'frame', frame };
      await under.queue.put(pending);
      expect(await queued(pending)).toEqual([pending]);
    });

    it('keeps the same attempt once, and each attempt for itself', async () => {
      const pending = push();
      await under.queue.put(pending);
      await under.queue.put(pending);
      await under.queue.put({ ...pending, attempt: 2 });
      const attempts = (await queued(pending)).map(({ attempt }) => attempt);
      expect(attempts.toSorted()).toEqual([1, 2]);
    });
  });
}
