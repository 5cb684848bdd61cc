import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

export function testCreate(suite: Suite): void {
  const { createOne } = suite;

  describe('create', () => {
    it('answers the notification as it was stored', async () => {
      const user_id = randomUUID();
      const actor_id = randomUUID();
      const metadata = { type: 'build', nested: { list: [1, 'two', null, true] }, umlaut: 'ä 😀' };
      const { notification, created } = await createOne(user_id, { actor_id, metadata, channel: 'email' });
      expect(created).toBe(true);
      const {
        group: _group,
        alert_after: _alert,
        ...content
      } = contentOf({ actor_id, metadata, channel: 'email' });
      expect(notification).toEqual({
        ...content,
        id: expect.any(Number),
        position: notification.id,
        user_id,
        status: 'unread',
        snoozed_until: null,
        group_key: null,
        group_count: 1,
        actor_ids: [],
        action_id: null,
        action_at: null,
        created_at: expect.any(String),
        updated_at: notification.created_at,
        version: 1,
      });
      expect(await suite.repository.find(user_id, notification.id)).toEqual(notification);
    });

    it('writes times in ISO 8601, UTC, to the millisecond', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id);
      const marked = await suite.repository.mark(user_id, notification.id, 'read');
      for (const time of [notification.created_at, marked?.notification.updated_at]) {
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }
    });

    it('raises version, unread and unseen count by one for each notification', async () => {
      const user_id = randomUUID();
      for (const expected of [1, 2, 3]) {
        const { notification, inbox } = await createOne(user_id);
        expect(notification.version).toBe(expected);
        expect(inbox).toMatchObject(stateOf(user_id, expected, expected));
        expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, expected, expected));
      }
    });

    it('gives later notifications of an inbox greater ids', async () => {
      const user_id = randomUUID();
      const first = await createOne(user_id);
      const second = await createOne(user_id);
      expect(second.notification.id).toBeGreaterThan(first.notification.id);
    });

    it('answers many recipients in the order in which they were named', async () => {
      const user_ids = Array.from({ length: 20 }, () => randomUUID());
      await createOne(user_ids[7] ?? '', {}, 'order');
      const stored = await suite.repository.create(contentOf(), ruleOf(), user_ids, 'order');
      expect(stored.map(({ notification }) => notification?.user_id)).toEqual(user_ids);
      expect(stored.map(({ inbox }) => inbox.user_id)).toEqual(user_ids);
      expect(stored.map(({ created }) => created)).toEqual(user_ids.map((_, index) => index !== 7));
    });

    it('takes 500 recipients at once', async () => {
      const user_ids = Array.from({ length: 500 }, () => randomUUID());
      const stored = await suite.repository.create(contentOf(), ruleOf(), user_ids, null);
      expect(stored).toHaveLength(500);
      expect(new Set(stored.map(({ notification }) => notification?.id)).size).toBe(500);
      expect(stored.every(({ inbox }) => inbox.version === 1 && inbox.unread_count === 1)).toBe(true);
    });

    it('makes a notification each time if there is no idempotency key', async () => {
      const user_id = randomUUID();
      await createOne(user_id);
      await createOne(user_id);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 2, 2));
    });

    it('keeps a notification without a body', async () => {
      const { notification } = await createOne(randomUUID(), { body: '' });
      expect(notification.body).toBe('');
    });

    it('puts a notification into the scope that the settings give it', async () => {
      const user_id = randomUUID();
      const rule = ruleOf({ scope: 'organizer' });
      const { notification } = await createOne(user_id, { scope: null }, null, rule);
      expect(notification.scope).toBe('organizer');
      expect(await suite.repository.find(user_id, notification.id)).toMatchObject({ scope: 'organizer' });
    });

    it('counts a notification of a scope in the whole and in its scope alone', async () => {
      const user_id = randomUUID();
      await createOne(user_id, { scope: 'organizer' });
      await createOne(user_id, { scope: 'organizer' });
      const { inbox } = await createOne(user_id, { scope: 'attendee' });
      const counts = { organizer: [2, 2], attendee: [1, 1] } as const;
      expect(inbox).toMatchObject(stateOf(user_id, 3, 3, 3, counts));
    });

    it('counts a notification without a scope in every scope', async () => {
      const user_id = randomUUID();
      await createOne(user_id);
      const { inbox } = await createOne(user_id, { scope: 'admin' });
      expect(inbox.scopes).toEqual({
        attendee: { unread_count: 1, unseen_count: 1 },
        organizer: { unread_count: 1, unseen_count: 1 },
        admin: { unread_count: 2, unseen_count: 2 },
      });
    });

    it('answers the counts of each recipient of a batch', async () => {
      const [first, second] = [randomUUID(), randomUUID()];
      await createOne(first, { scope: 'admin' });
      await createOne(second);
      const rule = ruleOf({ scope: 'attendee' });
      const stored = await suite.repository.create(contentOf(), rule, [second, first], null);
      expect(stored.map(({ inbox }) => inbox)).toMatchObject([
        stateOf(second, 2, 2, 2, { attendee: [1, 1] }),
        stateOf(first, 2, 2, 2, { attendee: [1, 1], admin: [1, 1] }),
      ]);
    });
  });
}
