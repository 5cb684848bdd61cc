import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ruleOf } from '../../support/content.ts';
import { clockworkOf } from './clockwork.ts';
import type { Suite } from './suite.ts';

export function testEvents(suite: Suite): void {
  const { createOne, inAnHour } = suite;
  const { createBooking, pass, fire, events } = clockworkOf(suite);

  describe('an unread-after', () => {
    it('is told once, and changes nothing', async () => {
      const user_id = randomUUID();
      const { notification } = await createBooking(user_id, { alert_after: 3_600, scope: 'admin' });
      await pass(59);
      await fire(user_id);
      expect(await events(user_id)).toEqual([]);
      await pass(2);
      expect(await fire(user_id)).toEqual([]);
      expect(await events(user_id)).toEqual([
        {
          id: `${user_id}:1:${notification.id}:notification.unread_after`,
          event: 'notification.unread_after',
          user_id,
          notification_id: notification.id,
          version: 1,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          type: 'Booking',
          notification,
        },
      ]);
      await fire(user_id);
      expect(await events(user_id)).toEqual([]);
      expect(await suite.repository.inbox(user_id)).toMatchObject({ version: 1 });
    });

    it.each(['read', 'archive', 'snooze'] as const)(
      'is not told after %s, also if it is unread again',
      async (action) => {
        const user_id = randomUUID();
        const { id } = (await createOne(user_id, { alert_after: 3_600 })).notification;
        if (action === 'snooze') {
          await suite.repository.snooze(user_id, id, inAnHour());
          await suite.repository.unsnooze(user_id, id);
        } else {
          await suite.repository.mark(user_id, id, action);
          await suite.repository.mark(user_id, id, action === 'read' ? 'unread' : 'unarchive');
        }
        await pass(61);
        await fire(user_id);
        expect(await events(user_id)).toEqual([]);
      },
    );

    it('is told of the content of the last create of a group, and at the time of the first', async () => {
      const user_id = randomUUID();
      const group = { key: 'event', title: '{count} booked', body: null };
      await createOne(user_id, { group, alert_after: 3_600 });
      await pass(30);
      await createOne(user_id, { group, alert_after: 3_600 });
      await pass(31);
      await fire(user_id);
      expect(await events(user_id)).toMatchObject([{ version: 2, notification: { title: '2 booked' } }]);
      await pass(31);
      await fire(user_id);
      expect(await events(user_id)).toEqual([]);
    });

    it.each([
      ['is told of one that expires later, if the tick is late', 1_800, ['notification.unread_after']],
      ['is not told of one that has expired before', 5_400, []],
    ])('%s', async (_, alert_after, expected) => {
      const user_id = randomUUID();
      await createOne(user_id, { alert_after, expires_at: inAnHour() });
      await pass(120);
      expect(await fire(user_id)).toMatchObject([{ outcome: 'archived' }]);
      expect((await events(user_id)).map(({ event }) => event)).toEqual(expected);
    });
  });

  describe('an event', () => {
    const named = async (user_id: string) =>
      (await events(user_id)).map(({ event, version, type, action_id }) => ({
        event,
        version,
        type,
        action_id,
      }));
    const expected = (event: string, version: number, action_id?: string) => ({
      event: `notification.${event}`,
      version,
      type: 'Booking',
      action_id,
    });

    it('is written when one of a type with events is read and archived, and for nothing else', async () => {
      const user_id = randomUUID();
      const { id } = (await createBooking(user_id)).notification;
      for (const action of ['read', 'unread', 'archive', 'archive', 'unarchive'] as const)
        await suite.repository.mark(user_id, id, action);
      await suite.repository.snooze(user_id, id, inAnHour());
      await suite.repository.unsnooze(user_id, id);
      expect(await named(user_id)).toEqual([expected('read', 2), expected('archived', 4)]);
    });

    it('is written by each change of many', async () => {
      const user_id = randomUUID();
      const marks = [];
      for (let count = 0; count < 3; count += 1) {
        const { id } = (await createBooking(user_id)).notification;
        marks.push({ id, position: null });
      }
      await createOne(user_id);
      await suite.repository.markMany(user_id, 'archive', marks.slice(0, 1));
      await suite.repository.readAll(user_id, suite.bounds());
      await suite.repository.archiveRead(user_id, suite.bounds());
      expect(await named(user_id)).toEqual([
        expected('archived', 5),
        expected('read', 6),
        expected('read', 6),
        expected('archived', 7),
        expected('archived', 7),
      ]);
    });

    it('is one when a button is pressed, and none when it is taken back', async () => {
      const user_id = randomUUID();
      const { id } = (await createBooking(user_id, { actions: [{ id: 'accept', label: 'Accept' }] }))
        .notification;
      await suite.repository.press(user_id, id, 'accept');
      await suite.repository.press(user_id, id, 'accept');
      await suite.repository.unpress(user_id, id, 'accept');
      expect(await named(user_id)).toEqual([expected('action', 2, 'accept')]);
    });

    it('is written when one expires', async () => {
      const user_id = randomUUID();
      await createBooking(user_id, { expires_at: inAnHour() });
      await pass(61);
      await fire(user_id);
      expect(await named(user_id)).toEqual([expected('archived', 2)]);
    });

    it('is not written for other types', async () => {
      const user_id = randomUUID();
      for (const type of ['promo', 'other', undefined]) {
        const rule = ruleOf({ type: type === 'promo' ? 'promo' : null });
        const { id } = (await createOne(user_id, { metadata: type ? { type } : {} }, null, rule))
          .notification;
        await suite.repository.mark(user_id, id, 'read');
      }
      expect(await named(user_id)).toEqual([]);
    });

    it('that was taken is taken again after a while, unless it was dropped', async () => {
      const user_id = randomUUID();
      const { timers } = suite.under();
      await events(user_id);
      for (const action of ['read', 'archive'] as const) {
        const { id } = (await createBooking(user_id)).notification;
        await suite.repository.mark(user_id, id, action);
      }
      const [first, second] = await timers.takeEvents();
      expect(await timers.takeEvents()).toEqual([]);
      await timers.dropEvents([first?.outbox_id ?? 0]);
      await pass(10);
      const again = await timers.takeEvents();
      expect(again).toMatchObject([{ outbox_id: second?.outbox_id, id: second?.id }]);
      await timers.dropEvents([second?.outbox_id ?? 0]);
    });
  });
}
