import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { RetentionBounds, RetentionRepository } from '../../functions/core/retention.ts';
import { stateOf } from './notification-repository/suite.ts';

/** A repository with the inboxes that it looks after, none in the beginning. */
export interface RetentionUnderTest {
  retention: Pick<RetentionRepository, 'due' | 'purge'>;
  /** Answers the counts of the scopes of `configuredScopes`. */
  inboxes: NotificationRepository;
  /** Creates a notification as if at another time (milliseconds since 1970), and answers its id. */
  createAt(user_id: string, created_at: number, scope?: string | null, key?: string | null): Promise<number>;
  close(): Promise<void>;
}

const dayMs = 24 * 60 * 60_000;
const today = Date.UTC(2026, 0, 1);
const daysAgo = (days: number) => today - days * dayMs;
const bounds: RetentionBounds = { archive_before: daysAgo(180), delete_before: daysAgo(365) };

/** What every `RetentionRepository` keeps to, but for its counts. */
export function testRetentionRepository(name: string, open: () => Promise<RetentionUnderTest>): void {
  describe(`${name} as a retention repository`, () => {
    let under: RetentionUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    async function create(user_id: string, ...agesDays: number[]): Promise<number[]> {
      const ids: number[] = [];
      for (const days of agesDays) ids.push(await under.createAt(user_id, daysAgo(days)));
      return ids;
    }
    const dueIds = async (which = bounds) => (await under.retention.due(which, null)).map(({ id }) => id);
    const shown = async (user_id: string) => {
      const { notifications } = await under.inboxes.list(user_id, {
        limit: 100,
        before_position: null,
        statuses: ['unread', 'read', 'archived'],
        scope: null,
        types: [],
      });
      return notifications.map(({ id, status, version }) => ({ id, status, version }));
    };

    describe('due', () => {
      it('names what is old enough to be archived or deleted, and nothing younger', async () => {
        const user = randomUUID();
        const [oldest, old] = await create(user, 366, 181, 179);
        expect(await dueIds()).toEqual([oldest, old]);
      });

      it('leaves out what is archived until it is old enough to be deleted', async () => {
        const user = randomUUID();
        const [oldest = 0, old = 0] = await create(user, 366, 181);
        await under.inboxes.mark(user, oldest, 'archive');
        await under.inboxes.mark(user, old, 'archive');
        expect(await dueIds()).toEqual([oldest]);
      });

      it('leaves out what is snoozed, and what is retracted until it is old enough to be deleted', async () => {
        const user = randomUUID();
        const [snoozed = 0] = await create(user, 366);
        await under.inboxes.snooze(user, snoozed, '2096-01-01T00:00:00.000Z');
        const oldest = await under.createAt(user, daysAgo(366), null, 'oldest');
        await under.createAt(user, daysAgo(181), null, 'old');
        for (const idempotency_key of ['oldest', 'old'])
          await under.inboxes.retract({ idempotency_key }, [user], []);
        expect(await dueIds()).toEqual([oldest]);
      });

      it('begins with the oldest, whatever its id and its user', async () => {
        const [middle] = await create(randomUUID(), 300);
        const [oldest] = await create(randomUUID(), 400);
        const [youngest] = await create(randomUUID(), 200);
        expect(await dueIds()).toEqual([oldest, middle, youngest]);
      });

      it('goes on after one that was answered before, also among those of one moment', async () => {
        const ids = await create(randomUUID(), 400, 400, 400, 300);
        const [, second] = await under.retention.due(bounds, null);
        const rest = await under.retention.due(bounds, second ?? null);
        expect(rest.map(({ id }) => id)).toEqual(ids.slice(2));
      });

      it.each<[string, RetentionBounds, number[]]>([
        ['archived', { ...bounds, archive_before: null }, [366]],
        ['deleted', { ...bounds, delete_before: null }, [366, 181]],
        ['archived or deleted', { archive_before: null, delete_before: null }, []],
      ])('names nothing to be %s if that is never done', async (_, which, agesDays) => {
        const ages = [366, 181, 179];
        const ids = await create(randomUUID(), ...ages);
        expect(await dueIds(which)).toEqual(agesDays.map((days) => ids[ages.indexOf(days)]));
      });
    });

    describe('purge', () => {
      /** Purges one inbox, and returns what was done in it. */
      const purge = async (user_id: string, ids: number[]) => {
        const [purged] = await under.retention.purge([{ user_id, ids }], bounds);
        return purged && { archived: purged.archived, deleted: purged.deleted };
      };

      it('archives and deletes what is due, as one change that takes the unread among both from the count', async () => {
        const user = randomUUID();
        const [oldest = 0, old = 0, read = 0, fresh = 0] = await create(user, 366, 181, 181, 1);
        await under.inboxes.mark(user, read, 'read');
        expect(await purge(user, [oldest, old, read])).toEqual({
          archived: 2,
          deleted: 1,
        });
        expect(await under.inboxes.inbox(user)).toEqual(stateOf(user, 6, 1));
        expect(await shown(user)).toEqual([
          { id: fresh, status: 'unread', version: 4 },
          { id: read, status: 'archived', version: 6 },
          { id: old, status: 'archived', version: 6 },
        ]);
      });

      it('sends an archived row to a client that is behind, and resets a client that has not seen a deletion', async () => {
        const [archived, deleted] = [randomUUID(), randomUUID()];
        const [old = 0] = await create(archived, 181);
        const [oldest = 0] = await create(deleted, 366);
        await purge(archived, [old]);
        await purge(deleted, [oldest]);
        expect(await under.inboxes.changes(archived, 1)).toMatchObject({
          reset: false,
          notifications: [{ id: old, status: 'archived', version: 2 }],
        });
        expect(await under.inboxes.changes(deleted, 1)).toMatchObject({
          reset: true,
          notifications: [],
          version: 2,
        });
        expect(await under.inboxes.changes(deleted, 2)).toMatchObject({
          reset: false,
          notifications: [],
          version: 2,
        });
      });

      it('changes nothing a second time', async () => {
        const user = randomUUID();
        const ids = await create(user, 366, 181);
        await purge(user, ids);
        expect(await purge(user, ids)).toEqual({ archived: 0, deleted: 0 });
        expect(await under.inboxes.inbox(user)).toEqual(stateOf(user, 3, 0));
      });

      it('leaves rows alone that are not due or belong to another user', async () => {
        const [user, other] = [randomUUID(), randomUUID()];
        const [young = 0] = await create(user, 179);
        const [foreign = 0] = await create(other, 366);
        expect(await purge(user, [young, foreign])).toEqual({
          archived: 0,
          deleted: 0,
        });
        expect(await under.inboxes.inbox(user)).toEqual(stateOf(user, 1, 1));
        expect(await shown(other)).toEqual([{ id: foreign, status: 'unread', version: 1 }]);
      });

      it('deletes archived rows without a change of the count', async () => {
        const user = randomUUID();
        const [oldest = 0] = await create(user, 366, 1);
        await under.inboxes.mark(user, oldest, 'archive');
        expect(await purge(user, [oldest])).toEqual({ archived: 0, deleted: 1 });
        expect(await under.inboxes.inbox(user)).toEqual(stateOf(user, 4, 1));
      });

      it('archives and deletes in several inboxes at once, each as one change of its own', async () => {
        const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
        const ids = {
          first: await create(first, 366, 366, 181),
          second: await create(second, 181),
          third: await create(third, 1),
        };
        const purged = await under.retention.purge(
          [
            { user_id: first, ids: ids.first },
            { user_id: second, ids: ids.second },
            { user_id: third, ids: ids.third },
          ],
          bounds,
        );
        expect(new Map(purged.map(({ user_id, ...counts }) => [user_id, counts]))).toEqual(
          new Map([
            [first, { archived: 1, deleted: 2 }],
            [second, { archived: 1, deleted: 0 }],
            [third, { archived: 0, deleted: 0 }],
          ]),
        );
        expect(await under.inboxes.inbox(first)).toMatchObject({ version: 4, unread_count: 0 });
        expect(await under.inboxes.inbox(second)).toMatchObject({ version: 2, unread_count: 0 });
        expect(await under.inboxes.inbox(third)).toMatchObject({ version: 1, unread_count: 1 });
      });

      it('takes what it archives and deletes out of the counts of its scope', async () => {
        const user = randomUUID();
        const at = (days: number, scope?: string) => under.createAt(user, daysAgo(days), scope);
        const deleted = await at(366, 'organizer');
        const seen = await at(181, 'organizer');
        await under.inboxes.seen(user, seen, 'organizer');
        const archived = await at(181, 'attendee');
        await at(1, 'organizer');
        await purge(user, [deleted, seen, archived]);
        expect(await under.inboxes.inbox(user)).toEqual(stateOf(user, 6, 1, 1, { organizer: [1, 1] }));
      });

      it('leaves what it has archived seen, also when it is unread again', async () => {
        const user = randomUUID();
        const [old = 0] = await create(user, 181);
        await purge(user, [old]);
        await under.inboxes.mark(user, old, 'unarchive');
        await under.inboxes.mark(user, old, 'unread');
        expect(await under.inboxes.inbox(user)).toEqual(stateOf(user, 4, 1, 0));
      });

      it('leaves alone what is snoozed, and what is retracted until it is old enough to be deleted', async () => {
        const user = randomUUID();
        const [snoozed = 0] = await create(user, 366);
        await under.inboxes.snooze(user, snoozed, '2096-01-01T00:00:00.000Z');
        const oldest = await under.createAt(user, daysAgo(366), null, 'oldest');
        const old = await under.createAt(user, daysAgo(181), null, 'old');
        for (const idempotency_key of ['oldest', 'old'])
          await under.inboxes.retract({ idempotency_key }, [user], []);
        expect(await purge(user, [snoozed, oldest, old])).toEqual({ archived: 0, deleted: 1 });
        expect(await under.inboxes.retract({ idempotency_key: 'oldest' }, [user], [])).toEqual([]);
        expect(await under.inboxes.unsnooze(user, snoozed)).toMatchObject({ changed: true });
      });

      it('answers nothing for a user without an inbox', async () => {
        expect(await purge(randomUUID(), [1])).toBeUndefined();
      });
    });
  });
}
