import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentOf, ruleOf } from '../../support/content.ts';
import { clockworkOf, minuteMs } from './clockwork.ts';
import { type Suite, stateOf } from './suite.ts';

export function testTimers(suite: Suite): void {
  const { createOne, createIn, inAnHour } = suite;
  const { createBooking, pass, fire, events } = clockworkOf(suite);

  describe('an expiry', () => {
    it.each(['unread', 'read'] as const)('archives one that is %s, once and not before', async (status) => {
      const user_id = randomUUID();
      const id = await createIn(user_id, status, { expires_at: inAnHour(), scope: 'admin' });
      const { version } = await suite.repository.inbox(user_id);
      await pass(59);
      expect(await fire(user_id)).toEqual([]);
      await pass(2);
      const [archived, ...more] = await fire(user_id);
      expect(more).toEqual([]);
      expect(archived).toMatchObject({
        outcome: 'archived',
        ids: [id],
        notification: { id, status: 'archived', version: version + 1 },
        inbox: stateOf(user_id, version + 1, 0),
      });
      expect(await suite.repository.find(user_id, id)).toEqual(Object(archived).notification);
      expect(await fire(user_id)).toEqual([]);
    });

    it('archives several of one inbox as one change', async () => {
      const user_id = randomUUID();
      const ids = [];
      for (const status of ['unread', 'read', 'snoozed'] as const)
        ids.push(await createIn(user_id, status, { expires_at: inAnHour() }));
      await createOne(user_id);
      const { version } = await suite.repository.inbox(user_id);
      // The snoozed one wakes at the same moment, and is archived.
      await pass(61);
      const fired = await fire(user_id);
      expect(fired).toMatchObject([
        { outcome: 'archived', notification: null, inbox: stateOf(user_id, version + 1, 1) },
      ]);
      expect(Object(fired[0]).ids.toSorted((a: number, b: number) => a - b)).toEqual(ids);
    });

    it('passes silently for one that is archived, which has none any more once it is unarchived', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'archived', { expires_at: inAnHour() });
      await pass(61);
      expect(await fire(user_id)).toEqual([]);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 2, 0));
      expect(await suite.repository.mark(user_id, id, 'unarchive')).toMatchObject({
        notification: { status: 'read', expires_at: null },
      });
      expect(await fire(user_id)).toEqual([]);
    });

    it('stays to come for one that is unarchived before', async () => {
      const user_id = randomUUID();
      const expires_at = inAnHour();
      const id = await createIn(user_id, 'archived', { expires_at });
      expect(await suite.repository.mark(user_id, id, 'unarchive')).toMatchObject({
        notification: { expires_at },
      });
      await pass(61);
      expect(await fire(user_id)).toMatchObject([{ outcome: 'archived', ids: [id] }]);
    });

    it('can be moved by an update, also after it has passed', async () => {
      const user_id = randomUUID();
      const { id } = (await createOne(user_id, { expires_at: inAnHour() }, 'key')).notification;
      const expires = (expires_at: string | null, realert = false) =>
        suite.repository.update({ expires_at }, realert, [user_id], 'key', []);
      await expires(null);
      await pass(61);
      expect(await fire(user_id)).toEqual([]);
      await expires(inAnHour());
      await pass(61);
      expect(await fire(user_id)).toMatchObject([{ outcome: 'archived' }]);
      await expires(inAnHour(), true);
      expect(await suite.repository.find(user_id, id)).toMatchObject({ status: 'unread' });
      await pass(61);
      expect(await fire(user_id)).toMatchObject([{ outcome: 'archived', ids: [id] }]);
    });

    it('is taken away by a realert that gives no other', async () => {
      const user_id = randomUUID();
      await createOne(user_id, { expires_at: inAnHour() }, 'key');
      await pass(61);
      await fire(user_id);
      const realert = suite.repository.update({ title: 'Back' }, true, [user_id], 'key', []);
      expect(await realert).toMatchObject([{ notification: { status: 'unread', expires_at: null } }]);
      expect(await fire(user_id)).toEqual([]);
    });

    it('does nothing to one that is retracted', async () => {
      const user_id = randomUUID();
      await createOne(user_id, { expires_at: inAnHour(), alert_after: 60 }, 'key');
      await suite.repository.retract({ idempotency_key: 'key' }, [user_id], []);
      await pass(61);
      expect(await fire(user_id)).toEqual([]);
      expect(await events(user_id)).toEqual([]);
    });
  });

  describe('a snooze that ends', () => {
    it.each(['unread', 'read'] as const)(
      'brings one that was %s back unread, unseen, at the top',
      async (status) => {
        const user_id = randomUUID();
        const id = await createIn(user_id, status, { scope: 'organizer' });
        const other = await createOne(user_id);
        await suite.repository.snooze(user_id, id, inAnHour());
        const { version } = await suite.repository.inbox(user_id);
        await pass(59);
        expect(await fire(user_id)).toEqual([]);
        await pass(2);
        const [woken, ...more] = await fire(user_id);
        expect(more).toEqual([]);
        expect(woken).toMatchObject({
          outcome: 'woken',
          notification: { id, status: 'unread', snoozed_until: null, version: version + 1 },
          inbox: stateOf(user_id, version + 1, 2, 2, { organizer: [1, 1] }),
        });
        expect(Object(woken).notification.position).toBeGreaterThan(other.notification.position);
        expect(await fire(user_id)).toEqual([]);
      },
    );

    it('wakes each as a change of its own', async () => {
      const user_id = randomUUID();
      const ids = [await createIn(user_id, 'snoozed'), await createIn(user_id, 'snoozed')];
      await pass(61);
      const fired = await fire(user_id);
      expect(fired.map((one) => Object(one).notification.id)).toEqual(ids);
      expect(fired.map((one) => Object(one).inbox.version)).toEqual([5, 6]);
    });

    it('wakes nothing that was unsnoozed or archived before', async () => {
      const user_id = randomUUID();
      await suite.repository.unsnooze(user_id, await createIn(user_id, 'snoozed'));
      await suite.repository.mark(user_id, await createIn(user_id, 'snoozed'), 'archive');
      await pass(61);
      expect(await fire(user_id)).toEqual([]);
    });
  });

  describe('what is due', () => {
    it('is fired in batches, and leaves out the users that are named', async () => {
      const user_ids = Array.from({ length: 120 }, () => randomUUID());
      const { timers } = suite.under();
      await suite.repository.create(contentOf({ expires_at: inAnHour() }), ruleOf(), user_ids, null);
      await pass(61);
      const leftOut = user_ids.slice(0, 10);
      const first = await timers.fire(leftOut);
      expect(first).toMatchObject({ isDone: false });
      expect(first.fired).toHaveLength(100);
      const rest = await timers.fire(leftOut);
      expect(rest).toMatchObject({ isDone: true });
      expect(rest.fired).toHaveLength(10);
      const last = await timers.fire([]);
      expect(last.fired.map((one) => Object(one).inbox.user_id).sort()).toEqual(leftOut.toSorted());
    });

    it('stands for the earliest time, and for how late it is', async () => {
      const { timers, schedules } = suite.under();
      const user_id = randomUUID();
      await fire(user_id);
      await events(user_id);
      const before = await timers.standing();
      const { notification } = await createBooking(user_id, { expires_at: inAnHour() });
      const command = { ...contentOf(), user_ids: [user_id], is_batch: false, idempotency_key: null };
      const { id, deliver_at } = await schedules.schedule(
        command,
        new Date(suite.under().now() + 7_200_000).toISOString(),
        null,
      );
      const standing = await timers.standing();
      expect(standing).toMatchObject({ timers_late_ms: 0, scheduled_late_ms: 0, events_late_ms: 0 });
      expect(standing.scheduled).toBe(before.scheduled + 1);
      const own = [notification.expires_at ?? '', deliver_at].map((at) => Date.parse(at));
      expect(standing.next_due).toBe(Math.min(...own, before.next_due ?? Number.POSITIVE_INFINITY));
      await pass(90);
      expect((await timers.standing()).timers_late_ms).toBeGreaterThanOrEqual(29 * minuteMs);
      await fire(user_id);
      expect(await timers.standing()).toMatchObject({ timers_late_ms: 0 });
      // The archived one is an event.
      await pass(5);
      const later = await timers.standing();
      expect(later.events_late_ms).toBeGreaterThanOrEqual(5 * minuteMs);
      await events(user_id);
      expect(await timers.standing()).toMatchObject({ events_late_ms: 0 });
      await schedules.cancel(id, null);
      expect((await timers.standing()).scheduled).toBe(before.scheduled);
    });
  });
}
