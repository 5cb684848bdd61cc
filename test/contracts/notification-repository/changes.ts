import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Suite, stateOf } from './suite.ts';

export function testChanges(suite: Suite): void {
  const { createOne, createIn, idsOf, bounds } = suite;

  describe('changes', () => {
    it('tells every row that changed after a version, in its present form, oldest change first', async () => {
      const user_id = randomUUID();
      const first = await createIn(user_id, 'unread');
      const second = await createIn(user_id, 'unread');
      const third = await createIn(user_id, 'unread');
      await suite.repository.mark(user_id, first, 'archive');
      await suite.repository.mark(user_id, third, 'read');
      await suite.repository.mark(user_id, third, 'unread');

      const answer = await suite.repository.changes(user_id, 1);

      expect(answer).toMatchObject({ ...stateOf(user_id, 6, 2, 1), reset: false });
      expect(answer.notifications.map(({ id, version, status }) => ({ id, version, status }))).toEqual([
        { id: second, version: 2, status: 'unread' },
        { id: first, version: 4, status: 'archived' },
        { id: third, version: 6, status: 'unread' },
      ]);
      expect(answer.notifications[0]).toEqual(await suite.repository.find(user_id, second));
    });

    it('tells all rows of a read-all, by id', async () => {
      const user_id = randomUUID();
      const ids = [await createIn(user_id, 'unread'), await createIn(user_id, 'unread')];
      await suite.repository.readAll(user_id, bounds());
      const { notifications } = await suite.repository.changes(user_id, 2);
      expect(idsOf(notifications)).toEqual(ids);
      expect(notifications.map(({ version }) => version)).toEqual([3, 3]);
    });

    it('has nothing for a client at the version of the inbox', async () => {
      const user_id = randomUUID();
      const nothing = { notifications: [], reset: false };
      expect(await suite.repository.changes(user_id, 0)).toEqual({ ...stateOf(user_id, 0, 0), ...nothing });
      await createOne(user_id);
      expect(await suite.repository.changes(user_id, 1)).toEqual({ ...stateOf(user_id, 1, 1), ...nothing });
    });

    it('resets a client that is ahead of the inbox', async () => {
      const user_id = randomUUID();
      const reset = { notifications: [], reset: true };
      expect(await suite.repository.changes(user_id, 1)).toEqual({ ...stateOf(user_id, 0, 0), ...reset });
      await createOne(user_id);
      for (const since of [2, Number.MAX_SAFE_INTEGER]) {
        expect(await suite.repository.changes(user_id, since)).toEqual({
          ...stateOf(user_id, 1, 1),
          ...reset,
        });
      }
    });

    it('resets a client that is older than what is kept', async () => {
      const user_id = randomUUID();
      for (let made = 0; made < 3; made += 1) await createOne(user_id);
      await suite.under().raiseFloor(user_id, 2);
      expect(await suite.repository.changes(user_id, 1)).toMatchObject({
        notifications: [],
        reset: true,
        version: 3,
      });
      expect(await suite.repository.changes(user_id, 2)).toMatchObject({ reset: false, version: 3 });
      expect((await suite.repository.changes(user_id, 2)).notifications).toHaveLength(1);
    });

    it('tells 1,000 rows at most, and resets if there are more', async () => {
      const user_id = randomUUID();
      for (let made = 0; made < 1_000; made += 1) await createOne(user_id);
      const all = await suite.repository.changes(user_id, 0);
      expect(all.reset).toBe(false);
      expect(all.notifications).toHaveLength(1_000);
      await createOne(user_id);
      expect(await suite.repository.changes(user_id, 0)).toEqual({
        ...stateOf(user_id, 1_001, 1_001),
        notifications: [],
        reset: true,
      });
      expect((await suite.repository.changes(user_id, 1)).notifications).toHaveLength(1_000);
    });

    it("tells nothing of anybody else's inbox", async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await createOne(one);
      const { notification } = await createOne(other);
      expect(idsOf((await suite.repository.changes(other, 0)).notifications)).toEqual([notification.id]);
    });
  });

  describe('burst_count', () => {
    it('counts the changes of an inbox within a second, whatever their kind', async () => {
      const user_id = randomUUID();
      const first = await createOne(user_id);
      await suite.under().holdSecond(user_id);
      const second = await createOne(user_id);
      const third = await suite.repository.mark(user_id, first.notification.id, 'read');
      const fourth = await suite.repository.readAll(user_id, bounds());
      const fifth = await suite.repository.archiveRead(user_id, bounds());
      const { id, position } = (await createOne(user_id)).notification;
      const seventh = await suite.repository.seen(user_id, position, null);
      const eighth = await suite.repository.markMany(user_id, 'read', [{ id, position }]);
      const answers = [first, second, third, fourth, fifth, seventh, eighth];
      expect(answers.map((answer) => answer?.inbox.burst_count)).toEqual([1, 2, 3, 4, 5, 7, 8]);
    });

    it('begins anew with the first change of another second', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id);
      await suite.under().holdSecond(user_id);
      await createOne(user_id);
      await suite.under().endSecond(user_id);
      expect((await createOne(user_id)).inbox.burst_count).toBe(1);
      await suite.under().endSecond(user_id);
      expect((await suite.repository.mark(user_id, notification.id, 'read'))?.inbox.burst_count).toBe(1);
      await suite.under().endSecond(user_id);
      expect((await suite.repository.readAll(user_id, bounds())).inbox.burst_count).toBe(1);
    });

    it('is 0 if nothing changed', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id);
      expect((await suite.repository.mark(user_id, notification.id, 'unread'))?.inbox.burst_count).toBe(0);
    });

    it('is counted for each inbox alone', async () => {
      await createOne(randomUUID());
      expect((await createOne(randomUUID())).inbox.burst_count).toBe(1);
    });
  });
}
