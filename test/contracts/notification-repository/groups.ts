import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../../functions/core/errors.ts';
import type { CreateContent } from '../../../functions/core/notification-repository.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

export function testGroups(suite: Suite): void {
  const { createOne } = suite;
  const group = { key: 'event-7', title: null, body: null };
  const book = (user_id: string, changes: Partial<CreateContent> = {}, key: string | null = null) =>
    createOne(user_id, { group, ...changes }, key);
  const activitiesOf = (user_id: string, id: number, before: number | null = null, limit = 10) =>
    suite.repository.activities(user_id, id, before, limit);

  describe('a create of a group', () => {
    it('makes a notification if the user has no unread one of the group', async () => {
      const user_id = randomUUID();
      const actor_id = randomUUID();
      const { notification, ...made } = await book(user_id, { actor_id });
      expect(made).toMatchObject({ created: true, grouped: false, inbox: stateOf(user_id, 1, 1) });
      expect(notification).toMatchObject({ group_key: 'event-7', group_count: 1, actor_ids: [actor_id] });
    });

    it('goes into the unread one otherwise, which has its content from then on and moves up', async () => {
      const user_id = randomUUID();
      const [first, second] = [randomUUID(), randomUUID()];
      const { notification } = await book(user_id, { actor_id: first, scope: 'organizer', channel: 'email' });
      const other = await createOne(user_id);
      const changes = {
        actor_id: second,
        title: 'Another booking',
        body: 'Two seats.',
        metadata: { seats: 2 },
        actions: [{ id: 'accept', label: 'Accept' }],
        expires_at: '2096-01-01T00:00:00.000Z',
      };
      const grouped = await book(user_id, { ...changes, scope: 'admin' });
      expect(grouped).toMatchObject({
        created: false,
        grouped: true,
        inbox: stateOf(user_id, 3, 2, 2, { organizer: [1, 1] }),
      });
      expect(grouped.notification).toEqual({
        ...notification,
        ...changes,
        // The scope and the channel stay those of the first.
        scope: 'organizer',
        channel: 'email',
        group_count: 2,
        actor_ids: [first, second],
        position: grouped.notification.position,
        version: 3,
        updated_at: expect.any(String),
      });
      expect(grouped.notification.position).toBeGreaterThan(other.notification.position);
      expect(await suite.repository.find(user_id, notification.id)).toEqual(grouped.notification);
    });

    it('takes away what the last one does not say', async () => {
      const user_id = randomUUID();
      const first = {
        actor_id: randomUUID(),
        expires_at: '2096-01-01T00:00:00.000Z',
        actions: [{ id: 'a', label: 'A' }],
      };
      await book(user_id, first);
      const { notification } = await book(user_id);
      expect(notification).toMatchObject({
        actor_id: null,
        expires_at: null,
        actions: null,
        actor_ids: [first.actor_id],
      });
    });

    it('fills in how many there are, from the second on, and cuts the text at the limit of its field', async () => {
      const user_id = randomUUID();
      const texts = {
        title: '{count} people booked, {others} before',
        body: `${'😀'.repeat(3_999)}{count}{count}`,
      };
      const changes = { title: 'One booked', body: 'One.', group: { key: 'event-7', ...texts } };
      expect((await book(user_id, changes)).notification).toMatchObject({
        title: 'One booked',
        body: 'One.',
      });
      await book(user_id, changes);
      const { notification } = await book(user_id, changes);
      expect(notification.title).toBe('3 people booked, 2 before');
      expect([[...notification.body].length, notification.body.slice(-3)]).toEqual([4_000, '😀3']);
    });

    it('keeps the last five different actors, newest last', async () => {
      const user_id = randomUUID();
      const actors = Array.from({ length: 7 }, () => randomUUID());
      for (const actor_id of actors) await book(user_id, { actor_id });
      await book(user_id);
      const [, , , fourth = ''] = actors;
      const { notification } = await book(user_id, { actor_id: fourth });
      expect(notification.actor_ids).toEqual([...actors.filter((one) => one !== fourth).slice(-4), fourth]);
      expect(notification.group_count).toBe(9);
    });

    it('makes a seen one unseen again', async () => {
      const user_id = randomUUID();
      const { notification } = await book(user_id);
      await suite.repository.seen(user_id, notification.position, null);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 2, 1, 0));
      expect((await book(user_id)).inbox).toMatchObject(stateOf(user_id, 3, 1, 1));
    });

    it.each(['read', 'archive', 'snooze'] as const)(
      'starts anew after %s, also once it is unread again',
      async (action) => {
        const user_id = randomUUID();
        const { id } = (await book(user_id)).notification;
        if (action === 'snooze') {
          await suite.repository.snooze(user_id, id, '2096-01-01T00:00:00.000Z');
          await suite.repository.unsnooze(user_id, id);
        } else {
          await suite.repository.mark(user_id, id, action);
          if (action === 'archive') await suite.repository.mark(user_id, id, 'unarchive');
          await suite.repository.mark(user_id, id, 'unread');
        }
        const anew = await book(user_id);
        expect(anew).toMatchObject({ created: true, grouped: false, inbox: { unread_count: 2 } });
        expect(await book(user_id)).toMatchObject({
          grouped: true,
          notification: { id: anew.notification.id },
        });
      },
    );

    it('starts anew after a read-all', async () => {
      const user_id = randomUUID();
      await book(user_id);
      await suite.repository.readAll(user_id, suite.bounds());
      expect(await book(user_id)).toMatchObject({ created: true });
    });

    it('leaves other groups and other users alone', async () => {
      const [user_id, other] = [randomUUID(), randomUUID()];
      await book(user_id);
      expect(await book(other)).toMatchObject({ created: true });
      expect(await book(user_id, { group: { ...group, key: 'event-8' } })).toMatchObject({ created: true });
      expect(await createOne(user_id)).toMatchObject({ created: true });
    });

    it('goes into the one of each recipient who has one', async () => {
      const [has, hasNot] = [randomUUID(), randomUUID()];
      await book(has);
      const stored = await suite.repository.create(contentOf({ group }), ruleOf(), [hasNot, has], 'key');
      expect(stored.map(({ created, grouped }) => [created, grouped])).toEqual([
        [true, false],
        [false, true],
      ]);
    });
  });

  describe('a key of a group', () => {
    it('that is repeated answers the notification, and changes nothing', async () => {
      const user_id = randomUUID();
      await book(user_id, {}, 'first');
      const second = await book(user_id, { title: 'Second' }, 'second');
      for (const [key, title] of [
        ['first', contentOf().title],
        ['second', 'Second'],
      ] as const) {
        expect(await book(user_id, { title }, key)).toEqual({
          notification: second.notification,
          created: false,
          grouped: false,
          inbox: { ...stateOf(user_id, 2, 1), burst_count: 0 },
        });
      }
    });

    it.each(['first', 'second'])('refuses another command for the %s', async (key) => {
      const user_id = randomUUID();
      await book(user_id, {}, 'first');
      await book(user_id, {}, 'second');
      await expect(book(user_id, { title: 'Other' }, key)).rejects.toBeInstanceOf(IdempotencyConflict);
      await expect(createOne(user_id, {}, key)).rejects.toBeInstanceOf(IdempotencyConflict);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 2, 1));
    });

    it('answers the same one after it was read', async () => {
      const user_id = randomUUID();
      const { notification } = await book(user_id, {}, 'first');
      await book(user_id, {}, 'second');
      await suite.repository.mark(user_id, notification.id, 'read');
      expect(await book(user_id, {}, 'second')).toMatchObject({
        created: false,
        notification: { id: notification.id, status: 'read' },
      });
    });

    it('refuses the command of another group, and another text of the group', async () => {
      const user_id = randomUUID();
      await book(user_id, {}, 'key');
      for (const changed of [
        { ...group, key: 'event-8' },
        { ...group, title: '{count}' },
      ]) {
        await expect(book(user_id, { group: changed }, 'key')).rejects.toBeInstanceOf(IdempotencyConflict);
      }
    });
  });

  describe('activities', () => {
    it('are the creates that went into a group, newest first, page by page', async () => {
      const user_id = randomUUID();
      const actors = Array.from({ length: 5 }, () => randomUUID());
      for (const actor_id of actors) await book(user_id, { actor_id });
      const { notification } = await book(user_id);
      const first = await activitiesOf(user_id, notification.id, null, 4);
      expect(first).toMatchObject({
        activities: [null, ...actors.toReversed().slice(0, 3)].map((actor_id) => ({ actor_id })),
        has_more: true,
      });
      expect(first?.activities[0]).toEqual({
        actor_id: null,
        created_at: notification.updated_at,
        position: notification.position,
      });
      const rest = await activitiesOf(user_id, notification.id, first?.activities.at(-1)?.position, 4);
      expect(rest?.activities.map(({ actor_id }) => actor_id)).toEqual([actors[1], actors[0]]);
      expect(rest?.has_more).toBe(false);
    });

    it('are none of a notification that is not grouped', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id);
      expect(await activitiesOf(user_id, notification.id)).toEqual({ activities: [], has_more: false });
    });

    it('are not found for another user', async () => {
      const { notification } = await book(randomUUID());
      expect(await activitiesOf(randomUUID(), notification.id)).toBeUndefined();
    });
  });
}
