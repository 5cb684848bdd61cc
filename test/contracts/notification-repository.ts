import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../functions/core/errors.ts';
import type { FeedQuery } from '../../functions/core/feed.ts';
import type { NotificationContent } from '../../functions/core/notification.ts';
import type { NotificationRepository } from '../../functions/core/ports.ts';
import { type Action, actions, type Status, statuses, transitions } from '../../functions/core/status.ts';
import { contentOf } from '../support/content.ts';

/** A repository, and what a test cannot do through its port. */
export interface RepositoryUnderTest {
  repository: NotificationRepository;
  /** Forgets what changed in an inbox up to a version, as retention does. */
  raiseFloor(user_id: string, version: number): Promise<void>;
  /** Keeps the second of a user's last change running for as long as the test needs. */
  holdSecond(user_id: string): Promise<void>;
  /** Lets the second of a user's last change be over. */
  endSecond(user_id: string): Promise<void>;
  close(): Promise<void>;
}

/** What every `NotificationRepository` keeps to. */
export function testNotificationRepository(name: string, open: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} as a notification repository`, () => {
    let under: RepositoryUnderTest;
    let repository: NotificationRepository;
    beforeAll(async () => {
      under = await open();
      repository = under.repository;
    });
    afterAll(() => under.close());

    const page = (changes: Partial<FeedQuery> = {}): FeedQuery => ({
      limit: 20,
      before_id: null,
      statuses: ['unread', 'read'],
      type: null,
      ...changes,
    });
    async function createOne(user_id: string, changes: Partial<NotificationContent> = {}, key?: string) {
      const [stored] = await repository.create(contentOf(changes), [user_id], key ?? null);
      if (!stored) throw new Error('create answered nothing');
      return stored;
    }
    async function createIn(user_id: string, status: Status) {
      const { notification } = await createOne(user_id);
      if (status !== 'unread')
        await repository.mark(user_id, notification.id, status === 'read' ? 'read' : 'archive');
      return notification.id;
    }
    const idsOf = (notifications: readonly { id: number }[]) => notifications.map(({ id }) => id);

    describe('create', () => {
      it('answers the notification as it was stored', async () => {
        const user_id = randomUUID();
        const actor_id = randomUUID();
        const metadata = { type: 'build', nested: { list: [1, 'two', null, true] }, umlaut: 'ä 😀' };
        const { notification, created } = await createOne(user_id, { actor_id, metadata, channel: 'email' });
        expect(created).toBe(true);
        expect(notification).toEqual({
          ...contentOf({ actor_id, metadata, channel: 'email' }),
          id: expect.any(Number),
          user_id,
          status: 'unread',
          created_at: expect.any(String),
          updated_at: notification.created_at,
          version: 1,
        });
        expect(await repository.find(user_id, notification.id)).toEqual(notification);
      });

      it('writes times in ISO 8601, UTC, to the millisecond', async () => {
        const user_id = randomUUID();
        const { notification } = await createOne(user_id);
        const marked = await repository.mark(user_id, notification.id, 'read');
        for (const time of [notification.created_at, marked?.notification.updated_at]) {
          expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        }
      });

      it('raises version and unread count by one for each notification', async () => {
        const user_id = randomUUID();
        for (const expected of [1, 2, 3]) {
          const { notification, inbox } = await createOne(user_id);
          expect(notification.version).toBe(expected);
          expect(inbox).toMatchObject({ user_id, version: expected, unread_count: expected });
          expect(await repository.inbox(user_id)).toEqual({
            user_id,
            version: expected,
            unread_count: expected,
          });
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
        const stored = await repository.create(contentOf(), user_ids, 'order');
        expect(stored.map(({ notification }) => notification.user_id)).toEqual(user_ids);
        expect(stored.map(({ created }) => created)).toEqual(user_ids.map((_, index) => index !== 7));
      });

      it('takes 500 recipients at once', async () => {
        const user_ids = Array.from({ length: 500 }, () => randomUUID());
        const stored = await repository.create(contentOf(), user_ids, null);
        expect(stored).toHaveLength(500);
        expect(new Set(stored.map(({ notification }) => notification.id)).size).toBe(500);
        expect(stored.every(({ inbox }) => inbox.version === 1 && inbox.unread_count === 1)).toBe(true);
      });

      it('makes a notification each time if there is no idempotency key', async () => {
        const user_id = randomUUID();
        await createOne(user_id);
        await createOne(user_id);
        expect(await repository.inbox(user_id)).toEqual({ user_id, version: 2, unread_count: 2 });
      });

      it('answers a repeated key with the first notification and changes nothing', async () => {
        const user_id = randomUUID();
        const metadata = { type: 'build', count: 1 };
        const first = await createOne(user_id, { metadata }, 'key');
        // The same content, its keys in another order.
        const again = await createOne(user_id, { metadata: { count: 1, type: 'build' } }, 'key');
        expect(again).toEqual({
          notification: first.notification,
          created: false,
          inbox: { user_id, version: 1, unread_count: 1, burst_count: 0 },
        });
        expect(await repository.inbox(user_id)).toEqual({ user_id, version: 1, unread_count: 1 });
      });

      it.each([
        ['-0', '0'],
        ['1.0', '1'],
        ['1E2', '100'],
        ['1e-7', '0.0000001'],
        ['0.1234567890123456789', '0.12345678901234568'],
        ['9007199254740991', '9007199254740991.0'],
      ])('takes %s and %s for the same number', async (first, second) => {
        const user_id = randomUUID();
        const metadataOf = (number: string) => ({ metadata: JSON.parse(`{ "number": ${number} }`) });
        await createOne(user_id, metadataOf(first), 'key');
        const again = await createOne(user_id, metadataOf(second), 'key');
        expect(again).toMatchObject({
          created: false,
          notification: { metadata: { number: Number(second) } },
        });
      });

      it('takes two numbers that differ for different content, however little they differ', async () => {
        const pairs = [
          [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1],
          [0.1, 0.1 + 2 ** -56],
          [Number.MIN_VALUE, 0],
        ];
        for (const [number, other] of pairs) {
          const user_id = randomUUID();
          await createOne(user_id, { metadata: { number } }, 'key');
          await expect(createOne(user_id, { metadata: { number: other } }, 'key')).rejects.toBeInstanceOf(
            IdempotencyConflict,
          );
        }
      });

      it('keeps a notification without a body', async () => {
        const { notification } = await createOne(randomUUID(), { body: '' });
        expect(notification.body).toBe('');
      });

      it('answers a repeated key with the row and the inbox as they are by now', async () => {
        const user_id = randomUUID();
        const { notification } = await createOne(user_id, {}, 'key');
        await repository.mark(user_id, notification.id, 'read');
        await createOne(user_id);
        const again = await createOne(user_id, {}, 'key');
        expect(again.notification).toMatchObject({ id: notification.id, status: 'read', version: 2 });
        expect(again.inbox).toMatchObject({ user_id, version: 3, unread_count: 1 });
      });

      it('keeps the keys of different users apart', async () => {
        const [one, other] = [randomUUID(), randomUUID()];
        await createOne(one, { title: 'For one' }, 'key');
        expect(await createOne(other, { title: 'For the other' }, 'key')).toMatchObject({ created: true });
      });

      it.each<[string, Partial<NotificationContent>]>([
        ['actor', { actor_id: '11111111-1111-4111-8111-111111111111' }],
        ['title', { title: 'Build failed' }],
        ['body', { body: 'One check is red.' }],
        ['metadata', { metadata: { type: 'build' } }],
        ['channel', { channel: 'email' }],
      ])('refuses a repeated key with another %s', async (_, changes) => {
        const user_id = randomUUID();
        await createOne(user_id, {}, 'key');
        await expect(createOne(user_id, changes, 'key')).rejects.toBeInstanceOf(IdempotencyConflict);
        expect(await repository.inbox(user_id)).toEqual({ user_id, version: 1, unread_count: 1 });
      });

      it('creates for the recipients of a batch that do not have the key yet', async () => {
        const user_ids = Array.from({ length: 6 }, () => randomUUID());
        const first = await repository.create(contentOf(), user_ids.slice(2, 4), 'key');
        const second = await repository.create(contentOf(), user_ids, 'key');
        expect(second.map(({ created }) => created)).toEqual([true, true, false, false, true, true]);
        expect(second.slice(2, 4).map(({ notification }) => notification)).toEqual(
          first.map(({ notification }) => notification),
        );
        for (const user_id of user_ids) {
          expect(await repository.inbox(user_id)).toEqual({ user_id, version: 1, unread_count: 1 });
        }
      });

      it('writes nothing for anybody if one recipient has the key with other content', async () => {
        const user_ids = Array.from({ length: 4 }, () => randomUUID());
        const [, known = ''] = user_ids;
        await createOne(known, { title: 'Other' }, 'key');
        await expect(repository.create(contentOf(), user_ids, 'key')).rejects.toBeInstanceOf(
          IdempotencyConflict,
        );
        for (const user_id of user_ids.filter((one) => one !== known)) {
          expect(await repository.inbox(user_id)).toEqual({ user_id, version: 0, unread_count: 0 });
        }
      });
    });

    describe('mark', () => {
      const moves = actions.flatMap((action) => statuses.map((from) => ({ action, from })));

      it.each(moves)('follows the table of transitions for $action on $from', async ({ action, from }) => {
        const user_id = randomUUID();
        const id = await createIn(user_id, from);
        const before = await repository.inbox(user_id);
        const row = await repository.find(user_id, id);
        const isChange = transitions[action].from.includes(from);
        const to = isChange ? transitions[action].to : from;

        const marked = await repository.mark(user_id, id, action);

        const version = before.version + (isChange ? 1 : 0);
        const unread_count = to === 'unread' ? 1 : 0;
        expect(marked?.changed).toBe(isChange);
        expect(marked?.inbox).toMatchObject({ user_id, version, unread_count });
        expect(marked?.notification).toEqual({
          ...row,
          status: to,
          version,
          updated_at: isChange ? expect.any(String) : row?.updated_at,
        });
        expect(await repository.find(user_id, id)).toEqual(marked?.notification);
        expect(await repository.inbox(user_id)).toEqual({ user_id, version, unread_count });
      });

      it('changes no other notification', async () => {
        const user_id = randomUUID();
        const { notification: other } = await createOne(user_id);
        const { notification } = await createOne(user_id);
        await repository.mark(user_id, notification.id, 'archive');
        expect(await repository.find(user_id, other.id)).toEqual(other);
      });

      it.each(actions)("does not find another user's notification to %s", async (action: Action) => {
        const [owner, other] = [randomUUID(), randomUUID()];
        const { notification } = await createOne(owner);
        await createOne(other);
        expect(await repository.mark(other, notification.id, action)).toBeUndefined();
        expect(await repository.find(owner, notification.id)).toEqual(notification);
        expect(await repository.inbox(other)).toEqual({ user_id: other, version: 1, unread_count: 1 });
      });

      it('finds nothing for a user without an inbox or an unknown id', async () => {
        const user_id = randomUUID();
        expect(await repository.mark(user_id, 1, 'read')).toBeUndefined();
        await createOne(user_id);
        expect(await repository.mark(user_id, Number.MAX_SAFE_INTEGER, 'read')).toBeUndefined();
      });
    });

    describe('readAll', () => {
      it('marks every unread notification as read, in one version', async () => {
        const user_id = randomUUID();
        await createIn(user_id, 'read');
        const archived = await createIn(user_id, 'archived');
        const unread = [await createIn(user_id, 'unread'), await createIn(user_id, 'unread')];
        const { version } = await repository.inbox(user_id);

        const answer = await repository.readAll(user_id, null);

        expect(answer).toMatchObject({ updated: 2, before_id: unread[1], inbox: { unread_count: 0 } });
        expect(answer.inbox.version).toBe(version + 1);
        for (const id of unread) {
          expect(await repository.find(user_id, id)).toMatchObject({ status: 'read', version: version + 1 });
        }
        expect(await repository.find(user_id, archived)).toMatchObject({ status: 'archived' });
      });

      it('leaves what is newer than before_id', async () => {
        const user_id = randomUUID();
        const ids = [];
        for (let count = 0; count < 4; count += 1) ids.push(await createIn(user_id, 'unread'));
        const bound = ids[1] ?? 0;
        expect(await repository.readAll(user_id, bound)).toMatchObject({
          updated: 2,
          before_id: bound,
          inbox: { user_id, version: 5, unread_count: 2 },
        });
        const { notifications } = await repository.list(user_id, page({ statuses: ['unread'] }));
        expect(idsOf(notifications)).toEqual(ids.slice(2).toReversed());
      });

      it('keeps a before_id that no notification has', async () => {
        const user_id = randomUUID();
        const id = await createIn(user_id, 'unread');
        expect(await repository.readAll(user_id, id + 1_000)).toMatchObject({
          updated: 1,
          before_id: id + 1_000,
        });
      });

      it('changes nothing if nothing is unread', async () => {
        const user_id = randomUUID();
        const unchanged = { user_id, version: 0, unread_count: 0, burst_count: 0 };
        expect(await repository.readAll(user_id, null)).toEqual({
          updated: 0,
          before_id: null,
          inbox: unchanged,
        });
        const id = await createIn(user_id, 'read');
        for (const before_id of [null, id]) {
          expect(await repository.readAll(user_id, before_id)).toEqual({
            updated: 0,
            before_id: null,
            inbox: { ...unchanged, version: 2 },
          });
        }
        expect(await repository.inbox(user_id)).toEqual({ user_id, version: 2, unread_count: 0 });
      });

      it("touches only the user's own notifications", async () => {
        const [owner, other] = [randomUUID(), randomUUID()];
        await createOne(owner);
        await createOne(other);
        await repository.readAll(owner, null);
        expect(await repository.inbox(other)).toEqual({ user_id: other, version: 1, unread_count: 1 });
      });
    });

    describe('list', () => {
      it('is empty for a user without notifications', async () => {
        const user_id = randomUUID();
        expect(await repository.list(user_id, page())).toEqual({
          user_id,
          notifications: [],
          has_more: false,
          version: 0,
          unread_count: 0,
        });
      });

      it('shows the newest first, with the inbox of the same moment', async () => {
        const user_id = randomUUID();
        const first = await createOne(user_id);
        const second = await createOne(user_id);
        expect(await repository.list(user_id, page())).toEqual({
          user_id,
          notifications: [second.notification, first.notification],
          has_more: false,
          version: 2,
          unread_count: 2,
        });
      });

      it.each([
        { count: 3, limit: 4, has_more: false },
        { count: 3, limit: 3, has_more: false },
        { count: 3, limit: 2, has_more: true },
      ])('says whether older ones follow a page of $limit of $count', async ({ count, limit, has_more }) => {
        const user_id = randomUUID();
        for (let made = 0; made < count; made += 1) await createOne(user_id);
        const answer = await repository.list(user_id, page({ limit }));
        expect(answer.has_more).toBe(has_more);
        expect(answer.notifications).toHaveLength(Math.min(limit, count));
      });

      it('pages through everything once, while new notifications arrive', async () => {
        const user_id = randomUUID();
        const ids = [];
        for (let made = 0; made < 8; made += 1) ids.push(await createIn(user_id, 'unread'));
        const seen: number[] = [];
        for (let before_id: number | null = null, has_more = true; has_more; ) {
          const answer = await repository.list(user_id, page({ limit: 3, before_id }));
          seen.push(...idsOf(answer.notifications));
          before_id = seen.at(-1) ?? null;
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
        const { notifications, unread_count } = await repository.list(user_id, page({ statuses: shown }));
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
        const first = await repository.list(user_id, page({ type: 'build', limit: 2 }));
        expect(first).toMatchObject({ has_more: true, version: 9, unread_count: 9 });
        const before_id = first.notifications.at(-1)?.id ?? null;
        const second = await repository.list(user_id, page({ type: 'build', limit: 2, before_id }));
        expect(second.has_more).toBe(false);
        expect([...idsOf(first.notifications), ...idsOf(second.notifications)]).toEqual(builds.toReversed());
      });

      it('takes a type for what it says, quotes included', async () => {
        const user_id = randomUUID();
        const type = `it's "50%" _ \\ $1`;
        const { notification } = await createOne(user_id, { metadata: { type } });
        await createOne(user_id, { metadata: { type: 'its' } });
        const { notifications } = await repository.list(user_id, page({ type }));
        expect(idsOf(notifications)).toEqual([notification.id]);
      });

      it('shows no notifications of another user', async () => {
        const [one, other] = [randomUUID(), randomUUID()];
        const mine = await createOne(one);
        await createOne(other);
        const { notifications } = await repository.list(one, page({ statuses }));
        expect(notifications).toEqual([mine.notification]);
      });
    });

    describe('find', () => {
      it('finds an archived notification too', async () => {
        const user_id = randomUUID();
        const id = await createIn(user_id, 'archived');
        expect(await repository.find(user_id, id)).toMatchObject({ id, status: 'archived' });
      });

      it("does not find another user's notification", async () => {
        const { notification } = await createOne(randomUUID());
        expect(await repository.find(randomUUID(), notification.id)).toBeUndefined();
      });
    });

    describe('inbox', () => {
      it('is at version 0 for a user without notifications', async () => {
        const user_id = randomUUID();
        expect(await repository.inbox(user_id)).toEqual({ user_id, version: 0, unread_count: 0 });
      });
    });

    describe('changes', () => {
      it('tells every row that changed after a version, in its present form, oldest change first', async () => {
        const user_id = randomUUID();
        const first = await createIn(user_id, 'unread');
        const second = await createIn(user_id, 'unread');
        const third = await createIn(user_id, 'unread');
        await repository.mark(user_id, first, 'archive');
        await repository.mark(user_id, third, 'read');
        await repository.mark(user_id, third, 'unread');

        const answer = await repository.changes(user_id, 1);

        expect(answer).toMatchObject({ user_id, version: 6, unread_count: 2, reset: false });
        expect(answer.notifications.map(({ id, version, status }) => ({ id, version, status }))).toEqual([
          { id: second, version: 2, status: 'unread' },
          { id: first, version: 4, status: 'archived' },
          { id: third, version: 6, status: 'unread' },
        ]);
        expect(answer.notifications[0]).toEqual(await repository.find(user_id, second));
      });

      it('tells all rows of a read-all, by id', async () => {
        const user_id = randomUUID();
        const ids = [await createIn(user_id, 'unread'), await createIn(user_id, 'unread')];
        await repository.readAll(user_id, null);
        const { notifications } = await repository.changes(user_id, 2);
        expect(idsOf(notifications)).toEqual(ids);
        expect(notifications.map(({ version }) => version)).toEqual([3, 3]);
      });

      it('has nothing for a client at the version of the inbox', async () => {
        const user_id = randomUUID();
        const nothing = { user_id, notifications: [], reset: false };
        expect(await repository.changes(user_id, 0)).toEqual({ ...nothing, version: 0, unread_count: 0 });
        await createOne(user_id);
        expect(await repository.changes(user_id, 1)).toEqual({ ...nothing, version: 1, unread_count: 1 });
      });

      it('resets a client that is ahead of the inbox', async () => {
        const user_id = randomUUID();
        const reset = { user_id, notifications: [], reset: true };
        expect(await repository.changes(user_id, 1)).toEqual({ ...reset, version: 0, unread_count: 0 });
        await createOne(user_id);
        for (const since of [2, Number.MAX_SAFE_INTEGER]) {
          expect(await repository.changes(user_id, since)).toEqual({ ...reset, version: 1, unread_count: 1 });
        }
      });

      it('resets a client that is older than what is kept', async () => {
        const user_id = randomUUID();
        for (let made = 0; made < 3; made += 1) await createOne(user_id);
        await under.raiseFloor(user_id, 2);
        expect(await repository.changes(user_id, 1)).toMatchObject({
          notifications: [],
          reset: true,
          version: 3,
        });
        expect(await repository.changes(user_id, 2)).toMatchObject({ reset: false, version: 3 });
        expect((await repository.changes(user_id, 2)).notifications).toHaveLength(1);
      });

      it('tells 1,000 rows at most, and resets if there are more', async () => {
        const user_id = randomUUID();
        for (let made = 0; made < 1_000; made += 1) await createOne(user_id);
        const all = await repository.changes(user_id, 0);
        expect(all.reset).toBe(false);
        expect(all.notifications).toHaveLength(1_000);
        await createOne(user_id);
        expect(await repository.changes(user_id, 0)).toEqual({
          user_id,
          notifications: [],
          reset: true,
          version: 1_001,
          unread_count: 1_001,
        });
        expect((await repository.changes(user_id, 1)).notifications).toHaveLength(1_000);
      });

      it("tells nothing of anybody else's inbox", async () => {
        const [one, other] = [randomUUID(), randomUUID()];
        await createOne(one);
        const { notification } = await createOne(other);
        expect(idsOf((await repository.changes(other, 0)).notifications)).toEqual([notification.id]);
      });
    });

    describe('burst_count', () => {
      it('counts the changes of an inbox within a second, whatever their kind', async () => {
        const user_id = randomUUID();
        const first = await createOne(user_id);
        await under.holdSecond(user_id);
        const second = await createOne(user_id);
        const third = await repository.mark(user_id, first.notification.id, 'read');
        const fourth = await repository.readAll(user_id, null);
        expect([first, second, third, fourth].map((change) => change?.inbox.burst_count)).toEqual([
          1, 2, 3, 4,
        ]);
      });

      it('begins anew with the first change of another second', async () => {
        const user_id = randomUUID();
        const { notification } = await createOne(user_id);
        await under.holdSecond(user_id);
        await createOne(user_id);
        await under.endSecond(user_id);
        expect((await createOne(user_id)).inbox.burst_count).toBe(1);
        await under.endSecond(user_id);
        expect((await repository.mark(user_id, notification.id, 'read'))?.inbox.burst_count).toBe(1);
        await under.endSecond(user_id);
        expect((await repository.readAll(user_id, null)).inbox.burst_count).toBe(1);
      });

      it('is 0 if nothing changed', async () => {
        const user_id = randomUUID();
        const { notification } = await createOne(user_id);
        expect((await repository.mark(user_id, notification.id, 'unread'))?.inbox.burst_count).toBe(0);
      });

      it('is counted for each inbox alone', async () => {
        await createOne(randomUUID());
        expect((await createOne(randomUUID())).inbox.burst_count).toBe(1);
      });
    });
  });
}
