import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Forbidden, IdempotencyConflict } from '../../../functions/core/errors.ts';
import type { Patch } from '../../../functions/core/notification-repository.ts';
import { ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

export function testUpdate(suite: Suite): void {
  const { createOne, inAnHour } = suite;
  const update = (user_ids: string[], patch: Patch, realert = false, forbidden: string[] = []) =>
    suite.repository.update(patch, realert, user_ids, 'key', forbidden);

  describe('update', () => {
    it.each<[string, Patch]>([
      ['title', { title: 'Moved to Friday' }],
      ['body', { body: '' }],
      ['metadata', { metadata: { room: null, seats: 2 } }],
      ['actor', { actor_id: '11111111-1111-4111-8111-111111111111' }],
      ['buttons', { actions: [{ id: 'accept', label: 'Accept', route: '/accept' }] }],
      ['expiry', { expires_at: '2096-01-01T00:00:00.000Z' }],
    ])('edits the %s in place, as one change', async (_, patch) => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id, {}, 'key');
      await createOne(user_id);
      const [updated] = await update([user_id], patch);
      expect(updated).toMatchObject({ changed: true, inbox: stateOf(user_id, 3, 2) });
      expect(updated?.notification).toEqual({
        ...notification,
        ...patch,
        version: 3,
        updated_at: expect.any(String),
      });
      expect(await suite.repository.find(user_id, notification.id)).toEqual(updated?.notification);
      // Once more it is so already.
      expect(await update([user_id], patch, true)).toEqual([
        { ...updated, changed: false, inbox: { ...updated?.inbox, burst_count: 0 } },
      ]);
    });

    it('removes an actor, buttons and an expiry by null', async () => {
      const user_id = randomUUID();
      const full = { actor_id: randomUUID(), actions: [{ id: 'a', label: 'A' }], expires_at: inAnHour() };
      await createOne(user_id, full, 'key');
      const nothing = { actor_id: null, actions: null, expires_at: null };
      expect(await update([user_id], nothing)).toMatchObject([{ changed: true, notification: nothing }]);
    });

    it('answers those who have the key, in the order in which they were named', async () => {
      const [one, without, other] = [randomUUID(), randomUUID(), randomUUID()];
      for (const user_id of [one, other]) await createOne(user_id, {}, 'key');
      await createOne(without, {}, 'another key');
      const updated = await update([other, without, randomUUID(), one], { title: 'New' });
      expect(updated.map(({ notification }) => notification.user_id)).toEqual([other, one]);
      expect(await suite.repository.inbox(without)).toEqual(stateOf(without, 1, 1));
    });

    it('finds a notification by the key of a later create of its group', async () => {
      const user_id = randomUUID();
      const group = { key: 'event', title: null, body: null };
      const { notification } = await createOne(user_id, { group }, 'first');
      await createOne(user_id, { group }, 'key');
      expect(await update([user_id], { title: 'New' })).toMatchObject([
        { changed: true, notification: { id: notification.id, title: 'New' } },
      ]);
    });

    it('leaves status, place and counts as they are', async () => {
      const user_id = randomUUID();
      const { id } = (await createOne(user_id, {}, 'key')).notification;
      await suite.repository.mark(user_id, id, 'archive');
      expect(await update([user_id], { title: 'New' })).toMatchObject([
        { notification: { status: 'archived', position: id }, inbox: stateOf(user_id, 3, 0) },
      ]);
    });

    it('does not change what the key means', async () => {
      const user_id = randomUUID();
      await createOne(user_id, {}, 'key');
      await update([user_id], { title: 'New' });
      expect(await createOne(user_id, {}, 'key')).toMatchObject({
        created: false,
        notification: { title: 'New' },
      });
      await expect(createOne(user_id, { title: 'New' }, 'key')).rejects.toBeInstanceOf(IdempotencyConflict);
    });

    it('is refused whole if the sender may not create the type of one', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await createOne(one, {}, 'key');
      await createOne(other, { metadata: { type: 'Payout' } }, 'key', ruleOf({ type: 'payout' }));
      await expect(update([one, other], { title: 'New' }, false, ['payout'])).rejects.toBeInstanceOf(
        Forbidden,
      );
      expect(await suite.repository.inbox(one)).toEqual(stateOf(one, 1, 1));
      expect(await update([one, other], { title: 'New' }, false, ['promo'])).toHaveLength(2);
    });

    it('knows the type that it has given', async () => {
      const user_id = randomUUID();
      await createOne(user_id, {}, 'key');
      await update([user_id], { metadata: { type: 'PAYOUT' } });
      await expect(update([user_id], { title: 'New' }, false, ['payout'])).rejects.toBeInstanceOf(Forbidden);
      await update([user_id], { metadata: { type: 'other' } });
      expect(await update([user_id], { title: 'New' }, false, ['payout'])).toHaveLength(1);
    });
  });

  describe('a realert', () => {
    it.each(['unread', 'read', 'archived', 'snoozed'] as const)(
      'makes one that is %s unread and unseen, and moves it up',
      async (status) => {
        const user_id = randomUUID();
        const { id } = (await createOne(user_id, { scope: 'admin' }, 'key')).notification;
        const other = await createOne(user_id);
        await suite.repository.seen(user_id, other.notification.position, null);
        if (status === 'snoozed') await suite.repository.snooze(user_id, id, inAnHour());
        else if (status !== 'unread')
          await suite.repository.mark(user_id, id, status === 'read' ? 'read' : 'archive');
        const { version } = await suite.repository.inbox(user_id);
        const [updated] = await update([user_id], { title: 'New' }, true);
        expect(updated).toMatchObject({
          changed: true,
          notification: { id, status: 'unread', title: 'New', snoozed_until: null, version: version + 1 },
          inbox: stateOf(user_id, version + 1, 2, 1, { admin: [1, 1] }),
        });
        expect(updated?.notification.position).toBeGreaterThan(other.notification.position);
      },
    );

    it.each([
      ['promo', 'off'],
      ['digest', 'on'],
    ] as const)('edits %s alone as long as the user has it switched off', async (type, wanted) => {
      const user_id = randomUUID();
      const { id } = (await createOne(user_id, { metadata: { type } }, 'key', ruleOf({ type }))).notification;
      await suite.repository.mark(user_id, id, 'read');
      if (type === 'promo') await suite.repository.choose(user_id, { off: [type], on: [] });
      expect(await update([user_id], { title: 'New' }, true)).toMatchObject([
        { changed: true, notification: { status: 'read', position: id, title: 'New' } },
      ]);
      const choices = wanted === 'off' ? { off: [], on: ['promo'] } : { off: [], on: ['digest'] };
      await suite.repository.choose(user_id, choices);
      expect(await update([user_id], { title: 'Newer' }, true)).toMatchObject([
        { notification: { status: 'unread' } },
      ]);
    });

    it('takes no notice of a choice about a critical type', async () => {
      const user_id = randomUUID();
      const metadata = { type: 'payout' };
      const { id } = (await createOne(user_id, { metadata }, 'key', ruleOf({ type: 'payout' }))).notification;
      await suite.repository.mark(user_id, id, 'read');
      await suite.repository.choose(user_id, { off: ['payout'], on: [] });
      expect(await update([user_id], { title: 'New' }, true)).toMatchObject([
        { notification: { status: 'unread' } },
      ]);
    });
  });
}
