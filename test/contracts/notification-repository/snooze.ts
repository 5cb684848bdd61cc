import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Suite, stateOf } from './suite.ts';

export function testSnooze(suite: Suite): void {
  const { createOne, createIn, inAnHour } = suite;
  const until = '2096-01-01T00:00:00.000Z';

  describe('snooze', () => {
    it.each(['unread', 'read'] as const)(
      'takes one that is %s out of the feed, as one change',
      async (status) => {
        const user_id = randomUUID();
        const id = await createIn(user_id, status, { scope: 'admin' });
        const row = await suite.repository.find(user_id, id);
        const { version } = await suite.repository.inbox(user_id);
        const snoozed = await suite.repository.snooze(user_id, id, until);
        expect(snoozed).toEqual({
          changed: true,
          notification: {
            ...row,
            status: 'snoozed',
            snoozed_until: until,
            version: version + 1,
            updated_at: expect.any(String),
          },
          inbox: { ...stateOf(user_id, version + 1, 0), burst_count: expect.any(Number) },
        });
        expect((await suite.repository.list(user_id, suite.page())).notifications).toEqual([]);
        const { notifications } = await suite.repository.list(user_id, suite.page({ statuses: ['snoozed'] }));
        expect(notifications).toEqual([snoozed?.notification]);
      },
    );

    it('until another time is a change, until the same time is none', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'unread');
      await suite.repository.snooze(user_id, id, until);
      // The same instant, written otherwise.
      expect(await suite.repository.snooze(user_id, id, '2096-01-01T02:00:00+02:00')).toMatchObject({
        changed: false,
        inbox: { version: 2, burst_count: 0 },
      });
      expect(await suite.repository.snooze(user_id, id, inAnHour())).toMatchObject({
        changed: true,
        inbox: stateOf(user_id, 3, 0),
      });
    });

    it('does nothing to one that is archived', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'archived');
      expect(await suite.repository.snooze(user_id, id, until)).toMatchObject({
        changed: false,
        notification: { status: 'archived', snoozed_until: null },
      });
    });

    it("does not find another user's", async () => {
      const id = await createIn(randomUUID(), 'unread');
      expect(await suite.repository.snooze(randomUUID(), id, until)).toBeUndefined();
      expect(await suite.repository.unsnooze(randomUUID(), id)).toBeUndefined();
    });
  });

  describe('unsnooze', () => {
    it.each(['unread', 'read'] as const)(
      'puts one that was %s back at its old place, and counts it as seen',
      async (status) => {
        const user_id = randomUUID();
        const id = await createIn(user_id, status);
        await createOne(user_id);
        await suite.repository.snooze(user_id, id, until);
        await suite.repository.snooze(user_id, id, inAnHour());
        const { version } = await suite.repository.inbox(user_id);
        expect(await suite.repository.unsnooze(user_id, id)).toMatchObject({
          changed: true,
          notification: { status, position: id, snoozed_until: null },
          inbox: stateOf(user_id, version + 1, status === 'unread' ? 2 : 1, 1),
        });
      },
    );

    it('does nothing to one that is not snoozed', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'read');
      expect(await suite.repository.unsnooze(user_id, id)).toMatchObject({
        changed: false,
        notification: { status: 'read' },
        inbox: { version: 2, burst_count: 0 },
      });
    });
  });
}
