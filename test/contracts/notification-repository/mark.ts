import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Action, actions, statuses, transitions } from '../../../functions/core/status.ts';
import { type Suite, stateOf } from './suite.ts';

export function testMark(suite: Suite): void {
  const { createOne, createIn } = suite;
  const anywhere = (...ids: number[]) => ids.map((id) => ({ id, position: null }));

  describe('mark', () => {
    const moves = actions.flatMap((action) => statuses.map((from) => ({ action, from })));

    it.each(moves)('follows the table of transitions for $action on $from', async ({ action, from }) => {
      const user_id = randomUUID();
      const id = await createIn(user_id, from);
      const before = await suite.repository.inbox(user_id);
      const row = await suite.repository.find(user_id, id);
      const isChange = transitions[action].from.includes(from);
      const to = isChange ? transitions[action].to : from;

      const marked = await suite.repository.mark(user_id, id, action);

      const version = before.version + (isChange ? 1 : 0);
      // Back to unread is never unseen.
      const expected = stateOf(
        user_id,
        version,
        to === 'unread' ? 1 : 0,
        from === 'unread' && !isChange ? 1 : 0,
      );
      expect(marked?.changed).toBe(isChange);
      expect(marked?.inbox).toMatchObject(expected);
      expect(marked?.notification).toEqual({
        ...row,
        status: to,
        snoozed_until: to === 'snoozed' ? row?.snoozed_until : null,
        version,
        updated_at: isChange ? expect.any(String) : row?.updated_at,
      });
      expect(await suite.repository.find(user_id, id)).toEqual(marked?.notification);
      expect(await suite.repository.inbox(user_id)).toEqual(expected);
    });

    it('changes no other notification', async () => {
      const user_id = randomUUID();
      const { notification: other } = await createOne(user_id);
      const { notification } = await createOne(user_id);
      await suite.repository.mark(user_id, notification.id, 'archive');
      expect(await suite.repository.find(user_id, other.id)).toEqual(other);
    });

    it('changes the counts of its scope alone', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'unread', { scope: 'organizer' });
      await createOne(user_id, { scope: 'organizer' });
      await createOne(user_id, { scope: 'admin' });
      await suite.repository.mark(user_id, id, 'read');
      const [organizer, admin] = [
        [1, 1],
        [1, 1],
      ] as const;
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 4, 2, 2, { organizer, admin }));
      const again = await suite.repository.mark(user_id, id, 'unread');
      expect(again?.inbox).toMatchObject(stateOf(user_id, 5, 3, 2, { organizer: [2, 1], admin }));
    });

    it.each(actions)("does not find another user's notification to %s", async (action: Action) => {
      const [owner, other] = [randomUUID(), randomUUID()];
      const { notification } = await createOne(owner);
      await createOne(other);
      expect(await suite.repository.mark(other, notification.id, action)).toBeUndefined();
      expect(await suite.repository.find(owner, notification.id)).toEqual(notification);
      expect(await suite.repository.inbox(other)).toEqual(stateOf(other, 1, 1));
    });

    it('finds nothing for a user without an inbox or an unknown id', async () => {
      const user_id = randomUUID();
      expect(await suite.repository.mark(user_id, 1, 'read')).toBeUndefined();
      await createOne(user_id);
      expect(await suite.repository.mark(user_id, Number.MAX_SAFE_INTEGER, 'read')).toBeUndefined();
    });
  });

  describe('markMany', () => {
    it.each(actions)('applies %s to all that it applies to, in one version', async (action) => {
      const user_id = randomUUID();
      const rows = [];
      for (const status of [...statuses, ...statuses]) {
        rows.push({ status, id: await createIn(user_id, status, { scope: 'admin' }) });
      }
      const { version } = await suite.repository.inbox(user_id);
      const { from, to } = transitions[action];
      const expected = rows.filter(({ status }) => from.includes(status)).map(({ id }) => id);

      const answer = await suite.repository.markMany(user_id, action, anywhere(...rows.map(({ id }) => id)));

      expect(answer.updated.toSorted()).toEqual(expected.toSorted());
      expect(answer.inbox).toMatchObject({ version: version + 1, burst_count: expect.any(Number) });
      for (const { id, status } of rows) {
        expect(await suite.repository.find(user_id, id)).toMatchObject(
          expected.includes(id) ? { status: to, version: version + 1 } : { status },
        );
      }
      const unread = { read: 0, unread: 4, archive: 0, unarchive: 2 }[action];
      const unseen = { read: 0, unread: 2, archive: 0, unarchive: 2 }[action];
      expect(await suite.repository.inbox(user_id)).toEqual(
        stateOf(user_id, version + 1, unread, unseen, { admin: [unread, unseen] }),
      );
    });

    it('counts in each scope what changes in it', async () => {
      const user_id = randomUUID();
      const shared = await createIn(user_id, 'unread');
      const own = await createIn(user_id, 'unread', { scope: 'organizer' });
      await createOne(user_id, { scope: 'organizer' });
      await createOne(user_id, { scope: 'attendee' });
      const { inbox } = await suite.repository.markMany(user_id, 'archive', anywhere(shared, own));
      expect(inbox).toMatchObject(stateOf(user_id, 5, 2, 2, { organizer: [1, 1], attendee: [1, 1] }));
    });

    it('leaves out what has moved up beyond the position beside it', async () => {
      const user_id = randomUUID();
      const [moved, still] = [await createIn(user_id, 'unread'), await createIn(user_id, 'unread')];
      await suite.under().moveUp(user_id, moved);
      const marks = [moved, still].map((id) => ({ id, position: id }));
      expect(await suite.repository.markMany(user_id, 'read', marks)).toMatchObject({ updated: [still] });
      expect(await suite.repository.find(user_id, moved)).toMatchObject({ status: 'unread' });
      const { position = 0 } = (await suite.repository.find(user_id, moved)) ?? {};
      expect(await suite.repository.markMany(user_id, 'read', [{ id: moved, position }])).toMatchObject({
        updated: [moved],
      });
    });

    it("leaves out another user's and unknown ids", async () => {
      const [owner, other] = [randomUUID(), randomUUID()];
      const { notification } = await createOne(owner);
      const own = await createIn(other, 'unread');
      const marks = anywhere(notification.id, own, Number.MAX_SAFE_INTEGER);
      expect(await suite.repository.markMany(other, 'archive', marks)).toMatchObject({ updated: [own] });
      expect(await suite.repository.find(owner, notification.id)).toEqual(notification);
      expect(await suite.repository.inbox(owner)).toEqual(stateOf(owner, 1, 1));
    });

    it('changes nothing if the action applies to none', async () => {
      const user_id = randomUUID();
      expect(await suite.repository.markMany(user_id, 'read', anywhere(1))).toEqual({
        updated: [],
        inbox: { ...stateOf(user_id, 0, 0), burst_count: 0 },
      });
      const id = await createIn(user_id, 'read');
      expect(await suite.repository.markMany(user_id, 'read', anywhere(id))).toEqual({
        updated: [],
        inbox: { ...stateOf(user_id, 2, 0), burst_count: 0 },
      });
    });

    it('takes 100 ids', async () => {
      const user_id = randomUUID();
      const ids = [];
      for (let made = 0; made < 101; made += 1) ids.push(await createIn(user_id, 'unread'));
      const { updated, inbox } = await suite.repository.markMany(user_id, 'read', anywhere(...ids.slice(1)));
      expect(updated).toHaveLength(100);
      expect(inbox).toMatchObject(stateOf(user_id, 102, 1));
    });
  });
}
