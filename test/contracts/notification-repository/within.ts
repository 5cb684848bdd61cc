import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../../functions/core/feed.ts';
import type { Status } from '../../../functions/core/status.ts';
import { type Suite, stateOf } from './suite.ts';

/** What changes many notifications within bounds: the name of its method, and the statuses that it leads from and to. */
const changes: { method: 'readAll' | 'archiveRead'; from: Status; to: Status }[] = [
  { method: 'readAll', from: 'unread', to: 'read' },
  { method: 'archiveRead', from: 'read', to: 'archived' },
];

export function testWithin(suite: Suite): void {
  const { createIn, createOne, bounds } = suite;

  describe.each(changes)('$method', ({ method, from, to }) => {
    const change = (user_id: string, changed: Partial<Bounds> = {}) =>
      suite.repository[method](user_id, bounds(changed));
    const isUnread = from === 'unread' ? 1 : 0;
    const statusOf = async (user_id: string, id: number) =>
      (await suite.repository.find(user_id, id))?.status;

    it(`makes everything ${to} that is ${from}, in one version`, async () => {
      const user_id = randomUUID();
      const others = [];
      for (const status of (['unread', 'read', 'archived'] as const).filter((one) => one !== from))
        others.push({ status, id: await createIn(user_id, status) });
      const ids = [await createIn(user_id, from), await createIn(user_id, from)];
      const { version } = await suite.repository.inbox(user_id);

      const answer = await change(user_id);

      const unread = 1 - isUnread;
      expect(answer).toMatchObject({
        updated: 2,
        before_position: ids[1],
        inbox: stateOf(user_id, version + 1, unread),
      });
      for (const id of ids) {
        expect(await suite.repository.find(user_id, id)).toMatchObject({ status: to, version: version + 1 });
      }
      for (const { id, status } of others) expect(await statusOf(user_id, id)).toBe(status);
    });

    it('leaves what is newer than before_position', async () => {
      const user_id = randomUUID();
      const ids = [];
      for (let count = 0; count < 4; count += 1) ids.push(await createIn(user_id, from));
      const bound = ids[1] ?? 0;
      const { version } = await suite.repository.inbox(user_id);
      expect(await change(user_id, { before_position: bound })).toMatchObject({
        updated: 2,
        before_position: bound,
        inbox: stateOf(user_id, version + 1, 2 * isUnread),
      });
      const { notifications } = await suite.repository.list(user_id, suite.page({ statuses: [from] }));
      expect(suite.idsOf(notifications)).toEqual(ids.slice(2).toReversed());
    });

    it('goes by position, and not by id', async () => {
      const user_id = randomUUID();
      const [moved, still] = [await createIn(user_id, 'unread'), await createIn(user_id, 'unread')];
      await suite.under().moveUp(user_id, moved);
      if (from === 'read') for (const id of [moved, still]) await suite.repository.mark(user_id, id, 'read');
      expect(await change(user_id, { before_position: still })).toMatchObject({ updated: 1 });
      expect(await statusOf(user_id, moved)).toBe(from);
      const { position } = (await suite.repository.find(user_id, moved)) ?? {};
      expect(await change(user_id)).toMatchObject({ updated: 1, before_position: position });
    });

    it('keeps a before_position that no notification has', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, from);
      expect(await change(user_id, { before_position: id + 1_000 })).toMatchObject({
        updated: 1,
        before_position: id + 1_000,
      });
    });

    it(`changes nothing if nothing is ${from}`, async () => {
      const user_id = randomUUID();
      const nothing = { updated: 0, before_position: null };
      expect(await change(user_id)).toEqual({
        ...nothing,
        inbox: { ...stateOf(user_id, 0, 0), burst_count: 0 },
      });
      const id = await createIn(user_id, 'archived');
      for (const before_position of [null, id]) {
        expect(await change(user_id, { before_position })).toEqual({
          ...nothing,
          inbox: { ...stateOf(user_id, 2, 0), burst_count: 0 },
        });
      }
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 2, 0));
    });

    it("touches only the user's own notifications", async () => {
      const [owner, other] = [randomUUID(), randomUUID()];
      await createIn(owner, from);
      const id = await createIn(other, from);
      await change(owner);
      expect(await statusOf(other, id)).toBe(from);
    });

    it('takes with a scope what is of it or of none', async () => {
      const user_id = randomUUID();
      const ids = {
        own: await createIn(user_id, from, { scope: 'organizer' }),
        other: await createIn(user_id, from, { scope: 'attendee' }),
        shared: await createIn(user_id, from),
      };
      const { version } = await suite.repository.inbox(user_id);
      const answer = await change(user_id, { scope: 'organizer' });
      expect(answer).toMatchObject({
        updated: 2,
        before_position: ids.shared,
        inbox: stateOf(user_id, version + 1, isUnread, isUnread, { attendee: [isUnread, isUnread] }),
      });
      expect(await statusOf(user_id, ids.own)).toBe(to);
      expect(await statusOf(user_id, ids.other)).toBe(from);
    });

    it('takes with types only those', async () => {
      const user_id = randomUUID();
      const ids: number[] = [];
      for (const metadata of [{ type: 'build' }, { type: 'comment' }, { type: 'promo' }, {}, { type: 7 }])
        ids.push(await createIn(user_id, from, { metadata, scope: 'admin' }));
      const answer = await change(user_id, { types: ['promo', 'build'] });
      expect(answer).toMatchObject({ updated: 2, before_position: ids[2] });
      const left = 3 * isUnread;
      expect(answer.inbox).toMatchObject(
        stateOf(user_id, answer.inbox.version, left, left, { admin: [left, left] }),
      );
      const { notifications } = await suite.repository.list(user_id, suite.page({ statuses: [from] }));
      expect(suite.idsOf(notifications).toSorted()).toEqual([ids[1], ids[3], ids[4]].toSorted());
    });

    it('combines position, scope and types', async () => {
      const user_id = randomUUID();
      const promo = { metadata: { type: 'promo' } };
      const first = await createIn(user_id, from, { ...promo, scope: 'organizer' });
      await createIn(user_id, from, { ...promo, scope: 'attendee' });
      await createIn(user_id, from, { scope: 'organizer' });
      const last = await createIn(user_id, from, promo);
      await createIn(user_id, from, promo);
      expect(
        await change(user_id, { before_position: last, scope: 'organizer', types: ['promo'] }),
      ).toMatchObject({ updated: 2, before_position: last });
      expect(await statusOf(user_id, first)).toBe(to);
    });
  });

  it('what a read-all has read is never unseen again, also when it is marked unread', async () => {
    const user_id = randomUUID();
    const id = await createIn(user_id, 'unread');
    await createOne(user_id, { scope: 'admin' });
    await suite.repository.readAll(user_id, bounds());
    const marked = await suite.repository.mark(user_id, id, 'unread');
    expect(marked?.inbox).toMatchObject(stateOf(user_id, 4, 1, 0));
  });
}
