import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Forbidden, IdempotencyConflict } from '../../../functions/core/errors.ts';
import { statuses } from '../../../functions/core/status.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

export function testRetract(suite: Suite): void {
  const { createOne, inAnHour } = suite;
  const byKey = (user_ids: string[], forbidden: string[] = []) =>
    suite.repository.retract({ idempotency_key: 'key' }, user_ids, forbidden);
  const group = { key: 'event', title: null, body: null };
  const retractedOf = (
    { id, user_id, position }: { id: number; user_id: string; position: number },
    version: number,
  ) => ({
    id,
    user_id,
    position,
    status: 'retracted',
    version,
  });

  describe('retract', () => {
    it.each(statuses)('takes one that is %s back, and leaves its place and version alone', async (status) => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id, { scope: 'admin' }, 'key');
      const { id } = notification;
      await createOne(user_id);
      if (status === 'snoozed') await suite.repository.snooze(user_id, id, inAnHour());
      else if (status !== 'unread')
        await suite.repository.mark(user_id, id, status === 'read' ? 'read' : 'archive');
      const { version } = await suite.repository.inbox(user_id);
      const retracted = retractedOf(notification, version + 1);
      expect(await byKey([user_id])).toEqual([
        {
          ids: [id],
          notification: retracted,
          inbox: { ...stateOf(user_id, version + 1, 1), burst_count: expect.any(Number) },
        },
      ]);
      const changes = await suite.repository.changes(user_id, version);
      expect(changes.notifications).toEqual([retracted]);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, version + 1, 1));
    });

    it('shows it no more, and lets no request change it', async () => {
      const user_id = randomUUID();
      const actions = [{ id: 'accept', label: 'Accept' }];
      const { id, position } = (await createOne(user_id, { actions, group }, 'key')).notification;
      await byKey([user_id]);
      const { repository } = suite;
      const { notifications } = await repository.list(user_id, suite.page({ statuses: [...statuses] }));
      expect(notifications).toEqual([]);
      expect(await repository.find(user_id, id)).toBeUndefined();
      expect(await repository.mark(user_id, id, 'read')).toBeUndefined();
      expect(await repository.snooze(user_id, id, inAnHour())).toBeUndefined();
      expect(await repository.unsnooze(user_id, id)).toBeUndefined();
      expect(await repository.press(user_id, id, 'accept')).toBeUndefined();
      expect(await repository.unpress(user_id, id, 'accept')).toBeUndefined();
      expect(await repository.activities(user_id, id, null, 10)).toBeUndefined();
      expect(await repository.markMany(user_id, 'archive', [{ id, position }])).toMatchObject({
        updated: [],
      });
      expect(await repository.readAll(user_id, suite.bounds())).toMatchObject({ updated: 0 });
      expect(await repository.update({ title: 'New' }, true, [user_id], 'key', [])).toMatchObject([
        { changed: false, notification: { id, status: 'retracted' } },
      ]);
      expect(await repository.inbox(user_id)).toEqual(stateOf(user_id, 2, 0));
    });

    it('lets no late create of its key bring it back', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id, {}, 'key');
      await byKey([user_id]);
      const again = await suite.repository.create(contentOf(), ruleOf(), [user_id], 'key');
      expect(again).toEqual([
        {
          notification: retractedOf(notification, 2),
          created: false,
          grouped: false,
          inbox: { ...stateOf(user_id, 2, 0), burst_count: 0 },
        },
      ]);
      await expect(createOne(user_id, { title: 'Other' }, 'key')).rejects.toBeInstanceOf(IdempotencyConflict);
    });

    it('changes nothing a second time', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id, {}, 'key');
      await byKey([user_id]);
      expect(await byKey([user_id])).toEqual([
        {
          ids: [],
          notification: retractedOf(notification, 2),
          inbox: { ...stateOf(user_id, 2, 0), burst_count: 0 },
        },
      ]);
    });

    it('answers those who have it, in the order in which they were named', async () => {
      const [one, without, other] = [randomUUID(), randomUUID(), randomUUID()];
      for (const user_id of [one, other]) await createOne(user_id, {}, 'key');
      const retracted = await byKey([other, without, one]);
      expect(retracted.map(({ inbox }) => inbox.user_id)).toEqual([other, one]);
    });

    it('takes every notification of a group back, as one change', async () => {
      const user_id = randomUUID();
      const ids: number[] = [];
      for (const scope of ['admin', 'organizer', null]) {
        const { id } = (await createOne(user_id, { group, scope })).notification;
        ids.push(id);
        await createOne(user_id, { group });
        if (scope !== null) await suite.repository.mark(user_id, id, 'read');
      }
      await createOne(user_id, { group: { ...group, key: 'another' } });
      const [retracted] = await suite.repository.retract({ group_key: 'event' }, [user_id], []);
      expect(retracted?.ids.toSorted((a, b) => a - b)).toEqual(ids);
      expect(retracted).toMatchObject({ notification: null, inbox: stateOf(user_id, 10, 1) });
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 10, 1));
      expect(await createOne(user_id, { group })).toMatchObject({ created: true });
    });

    it('is told of the one notification of a group that is left', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id, { group });
      expect(await suite.repository.retract({ group_key: 'event' }, [user_id], [])).toMatchObject([
        { ids: [notification.id], notification: retractedOf(notification, 2) },
      ]);
    });

    it('keeps the keys of all creates that went into a group', async () => {
      const user_id = randomUUID();
      await createOne(user_id, { group }, 'first');
      const { notification } = await createOne(user_id, { group }, 'key');
      await byKey([user_id]);
      for (const key of ['first', 'key']) {
        const [again] = await suite.repository.create(contentOf({ group }), ruleOf(), [user_id], key);
        expect(again).toMatchObject({
          created: false,
          notification: { id: notification.id, status: 'retracted' },
        });
      }
    });

    it('is refused whole if the sender may not create the type of one', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await createOne(one, {}, 'key');
      await createOne(other, { metadata: { type: 'Payout' } }, 'key', ruleOf({ type: 'payout' }));
      await expect(byKey([one, other], ['payout'])).rejects.toBeInstanceOf(Forbidden);
      expect(await suite.repository.inbox(one)).toEqual(stateOf(one, 1, 1));
    });
  });
}
