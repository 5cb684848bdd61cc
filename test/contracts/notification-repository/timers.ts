import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OutgoingEvent } from '../../../functions/core/outgoing-event.ts';
import type { CreateContent } from '../../../functions/core/ports.ts';
import type { Fired } from '../../../functions/core/timers.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

const minuteMs = 60_000;

export function testTimers(suite: Suite): void {
  const { createOne, createIn, inAnHour } = suite;
  const booking = { metadata: { type: 'Booking' } };
  const createBooking = (user_id: string, changes: Partial<CreateContent> = {}) =>
    createOne(user_id, { ...booking, ...changes }, null, ruleOf({ type: 'booking' }));
  const pass = (minutes: number) => suite.under().letTimePass(minutes * minuteMs);

  /** What the tick does to a user, in as many batches as it takes. */
  async function fire(user_id: string): Promise<Fired[]> {
    const all: Fired[] = [];
    for (;;) {
      const { fired, isDone } = await suite.under().timers.fire([]);
      all.push(...fired);
      if (isDone) break;
    }
    return all.filter((one) => (one.outcome === 'skipped' ? one.user_id : one.inbox.user_id) === user_id);
  }

  /** The events about a user that nobody has taken yet, which are dropped. */
  async function events(user_id: string): Promise<OutgoingEvent[]> {
    const { timers } = suite.under();
    const taken = await timers.takeEvents();
    await timers.dropEvents(taken.map(({ outbox_id }) => outbox_id));
    return taken.filter((event) => event.user_id === user_id).map(({ outbox_id: _, ...event }) => event);
  }

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
