import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Leftover, LeftoverPush } from '../../functions/core/leftover.ts';
import type { Connection, LeftoverQueue } from '../../functions/core/ports.ts';

/** A queue, what is in it as its reader gets it, and how to let go of it. */
export interface LeftoverQueueUnderTest {
  queue: LeftoverQueue;
  read(): Promise<Leftover[]>;
  close(): Promise<void>;
}

/** What every `LeftoverQueue` keeps to. */
export function testLeftoverQueue(name: string, open: () => Promise<LeftoverQueueUnderTest>): void {
  describe(`${name} as a queue of leftovers`, () => {
    let under: LeftoverQueueUnderTest;
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
    const push = (changes: Partial<LeftoverPush> = {}): LeftoverPush => ({
      delivery_id: randomUUID(),
      user_id: randomUUID(),
      attempt: 1,
      type: 'inbox.changed',
      version: 42,
      unread_count: 0,
      connections: [connection(), connection()],
      ...changes,
    });
    const queued = async ({ delivery_id }: Leftover) =>
      (await under.read()).filter((each) => each.delivery_id === delivery_id);

    it('hands on a push as it was put', async () => {
      const leftover = push();
      await under.queue.put(leftover);
      expect(await queued(leftover)).toEqual([leftover]);
    });

    it('hands on a push whose connections must be looked up', async () => {
      const { connections: _, ...leftover } = push();
      await under.queue.put(leftover);
      expect(await queued(leftover)).toEqual([leftover]);
    });

    it('hands on a goodbye as it was put', async () => {
      const leftover: Leftover = {
        delivery_id: randomUUID(),
        user_id: randomUUID(),
        attempt: 1,
        type: 'goodbye',
        connections: [connection()],
      };
      await under.queue.put(leftover);
      expect(await queued(leftover)).toEqual([leftover]);
    });

    it('hands on a frame letter by letter, numbers that a table has no room for included', async () => {
      const frame = '{"type":"notification.created","metadata":{"n":1e300}}';
      const { delivery_id, user_id, version, unread_count } = push();
      const leftover: Leftover = {
        delivery_id,
        user_id,
        attempt: 0,
        type: 'frame',
        version,
        unread_count,
        frame,
      };
      await under.queue.put(leftover);
      expect(await queued(leftover)).toEqual([leftover]);
    });

    it('keeps the same attempt once, and each attempt for itself', async () => {
      const leftover = push();
      await under.queue.put(leftover);
      await under.queue.put(leftover);
      await under.queue.put({ ...leftover, attempt: 2 });
      const attempts = (await queued(leftover)).map(({ attempt }) => attempt);
      expect(attempts.toSorted()).toEqual([1, 2]);
    });
  });
}
