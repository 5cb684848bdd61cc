import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Status, statuses } from '../../../functions/core/status.ts';
import { type Suite, stateOf } from './suite.ts';

export function testList(suite: Suite): void {
  const { createOne, createIn, page, idsOf } = suite;

  describe('list', () => {
    it('is empty for a user without notifications', async () => {
      const user_id = randomUUID();
      expect(await suite.repository.list(user_id, page())).toEqual({
        ...stateOf(user_id, 0, 0),
        notifications: [],
        has_more: false,
      });
    });

    it('shows the newest first, with the inbox of the same moment', async () => {
      const user_id = randomUUID();
      const first = await createOne(user_id);
      const second = await createOne(user_id);
      expect(await suite.repository.list(user_id, page())).toEqual({
        ...stateOf(user_id, 2, 2),
        notifications: [second.notification, first.notification],
        has_more: false,
      });
    });

    it.each([
      { count: 3, limit: 4, has_more: false },
      { count: 3, limit: 3, has_more: false },
      { count: 3, limit: 2, has_more: true },
    ])('says whether older ones follow a page of $limit of $count', async ({ count, limit, has_more }) => {
      const user_id = randomUUID();
      for (let made = 0; made < count; made += 1) await createOne(user_id);
      const answer = await suite.repository.list(user_id, page({ limit }));
      expect(answer.has_more).toBe(has_more);
      expect(answer.notifications).toHaveLength(Math.min(limit, count));
    });

    it('pages through everything once, while new notifications arrive', async () => {
      const user_id = randomUUID();
      const ids = [];
      for (let made = 0; made < 8; made += 1) ids.push(await createIn(user_id, 'unread'));
      const seen: number[] = [];
      for (let before_position: number | null = null, has_more = true; has_more; ) {
        const answer = await suite.repository.list(user_id, page({ limit: 3, before_position }));
        seen.push(...idsOf(answer.notifications));
        before_position = seen.at(-1) ?? null;
        has_more = answer.has_more;
        await createOne(user_id);
      }
      expect(seen).toEqual(ids.toReversed());
    });

    it.each<{ shown: Status[] }>([
      { shown: ['unread'] },
      { shown: ['read'] },
      { shown: ['archived'] },
      { shown: ['unread', 'read'] },
      { shown: ['unread', 'archived'] },
      { shown: ['read', 'archived'] },
      { shown: ['unread', 'read', 'archived'] },
    ])('shows only $shown', async ({ shown }) => {
      const user_id = randomUUID();
      const made = [];
      for (const status of [...statuses, ...statuses])
        made.push({ status, id: await createIn(user_id, status) });
      const { notifications, unread_count } = await suite.repository.list(user_id, page({ statuses: shown }));
      const expected = made.filter(({ status }) => shown.includes(status));
      expect(idsOf(notifications)).toEqual(idsOf(expected).toReversed());
      expect(unread_count).toBe(2);
    });

    it('shows only one type, and pages within it', async () => {
      const user_id = randomUUID();
      const builds = [];
      for (let made = 0; made < 3; made += 1) {
        builds.push((await createOne(user_id, { metadata: { type: 'build' } })).notification.id);
        await createOne(user_id, { metadata: { type: 'comment' } });
        await createOne(user_id);
      }
      const first = await suite.repository.list(user_id, page({ types: ['build'], limit: 2 }));
      expect(first).toMatchObject({ has_more: true, version: 9, unread_count: 9 });
      const before_position = first.notifications.at(-1)?.id ?? null;
      const second = await suite.repository.list(
        user_id,
        page({ types: ['build'], limit: 2, before_position }),
      );
      expect(second.has_more).toBe(false);
      expect([...idsOf(first.notifications), ...idsOf(second.notifications)]).toEqual(builds.toReversed());
    });

    it('takes a type for what it says, quotes included', async () => {
      const user_id = randomUUID();
      const type = `it's "50%" _ \\ $1`;
      const { notification } = await createOne(user_id, { metadata: { type } });
      await createOne(user_id, { metadata: { type: 'its' } });
      const { notifications } = await suite.repository.list(user_id, page({ types: [type] }));
      expect(idsOf(notifications)).toEqual([notification.id]);
    });

    it('shows only some types, and pages within them by position', async () => {
      const user_id = randomUUID();
      const shown = [];
      for (let made = 0; made < 3; made += 1) {
        for (const type of ['build', 'comment', 'promo']) {
          const { notification } = await createOne(user_id, { metadata: { type } });
          if (type !== 'promo') shown.push(notification.id);
        }
        await createOne(user_id, { metadata: { type: 7 } });
      }
      const types = ['comment', 'build', 'unknown'];
      const first = await suite.repository.list(user_id, page({ types, limit: 4 }));
      const before_position = first.notifications.at(-1)?.position ?? null;
      const second = await suite.repository.list(user_id, page({ types, limit: 4, before_position }));
      expect([first.has_more, second.has_more]).toEqual([true, false]);
      expect([...idsOf(first.notifications), ...idsOf(second.notifications)]).toEqual(shown.toReversed());
    });

    it('shows with a scope what is of it or of none', async () => {
      const user_id = randomUUID();
      const own = await createIn(user_id, 'unread', { scope: 'organizer' });
      await createOne(user_id, { scope: 'attendee' });
      const shared = await createIn(user_id, 'read');
      const archived = await createIn(user_id, 'archived', { scope: 'organizer' });
      const answer = await suite.repository.list(user_id, page({ scope: 'organizer' }));
      expect(answer).toMatchObject(stateOf(user_id, 6, 2, 2, { organizer: [1, 1], attendee: [1, 1] }));
      expect(idsOf(answer.notifications)).toEqual([shared, own]);
      const all = await suite.repository.list(user_id, page({ scope: 'organizer', statuses }));
      expect(idsOf(all.notifications)).toEqual([archived, shared, own]);
    });

    it('combines status, scope and type', async () => {
      const user_id = randomUUID();
      const promo = { metadata: { type: 'promo' } };
      const query = page({ scope: 'organizer', types: ['promo'], statuses: ['unread', 'archived'] });
      const expected = [];
      for (const scope of ['organizer', 'attendee', null]) {
        for (const status of statuses) {
          const id = await createIn(user_id, status, { ...promo, scope });
          await createIn(user_id, status, { scope });
          if (scope !== 'attendee' && query.statuses.includes(status)) expected.push(id);
        }
      }
      const { notifications } = await suite.repository.list(user_id, query);
      expect(idsOf(notifications)).toEqual(expected.toReversed());
    });

    it('pages through ten types in every status and scope, by position', async () => {
      const user_id = randomUUID();
      const types = [`it's "{a},b\\"`, 'NULL', ...Array.from({ length: 8 }, (_, n) => `type-${n}`)];
      const expected = [];
      for (const scope of ['organizer', 'attendee', null]) {
        for (const status of statuses) {
          for (const type of types.slice(0, 3))
            expected.push(await createIn(user_id, status, { metadata: { type }, scope }));
          await createIn(user_id, status, { metadata: { type: 'other' }, scope });
        }
      }
      await suite.under().moveUp(user_id, expected[4] ?? 0);
      const [moved = 0] = expected.splice(4, 1);
      const seen: number[] = [];
      for (let before_position: number | null = null, has_more = true; has_more; ) {
        const query = page({ types, statuses, limit: 10, before_position });
        const answer = await suite.repository.list(user_id, query);
        seen.push(...idsOf(answer.notifications));
        before_position = answer.notifications.at(-1)?.position ?? null;
        has_more = answer.has_more;
      }
      expect(seen).toEqual([moved, ...expected.toReversed()]);
    });

    it('shows what has moved up at its new position', async () => {
      const user_id = randomUUID();
      const ids = [];
      for (let made = 0; made < 3; made += 1) ids.push(await createIn(user_id, 'read'));
      const [first = 0, second = 0, third = 0] = ids;
      await suite.under().moveUp(user_id, first);
      const { notifications } = await suite.repository.list(user_id, page());
      expect(idsOf(notifications)).toEqual([first, third, second]);
      expect(notifications[0]).toMatchObject({ id: first, status: 'unread', version: 7 });
      expect(notifications[0]?.position).toBeGreaterThan(third);
      const rest = await suite.repository.list(user_id, page({ before_position: third }));
      expect(idsOf(rest.notifications)).toEqual([second]);
    });

    it('shows no notifications of another user', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      const mine = await createOne(one);
      await createOne(other);
      const { notifications } = await suite.repository.list(one, page({ statuses }));
      expect(notifications).toEqual([mine.notification]);
    });
  });

  describe('find', () => {
    it('finds an archived notification too', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'archived');
      expect(await suite.repository.find(user_id, id)).toMatchObject({ id, status: 'archived' });
    });

    it("does not find another user's notification", async () => {
      const { notification } = await createOne(randomUUID());
      expect(await suite.repository.find(randomUUID(), notification.id)).toBeUndefined();
    });
  });

  describe('inbox', () => {
    it('is at version 0 for a user without notifications', async () => {
      const user_id = randomUUID();
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 0, 0));
    });
  });
}
