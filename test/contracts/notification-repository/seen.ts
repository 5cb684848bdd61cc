import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Suite, stateOf } from './suite.ts';

export function testSeen(suite: Suite): void {
  const { createOne, createIn } = suite;

  describe('seen', () => {
    it('takes everything up to a position out of the unseen count, in one version', async () => {
      const user_id = randomUUID();
      await createOne(user_id);
      const id = await createIn(user_id, 'unread');
      await createOne(user_id);
      const answer = await suite.repository.seen(user_id, id, null);
      expect(answer).toEqual({
        changed: true,
        before_position: id,
        inbox: { ...stateOf(user_id, 4, 3, 1), burst_count: expect.any(Number) },
      });
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 4, 3, 1));
    });

    it('changes no notification', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id);
      await suite.repository.seen(user_id, notification.position, null);
      expect(await suite.repository.find(user_id, notification.id)).toEqual(notification);
      expect(await suite.repository.changes(user_id, 1)).toMatchObject({ reset: false, notifications: [] });
    });

    it('is of the bell of a scope: of its notifications and of those without a scope', async () => {
      const user_id = randomUUID();
      await createOne(user_id, { scope: 'organizer' });
      await createOne(user_id, { scope: 'attendee' });
      const last = await createIn(user_id, 'unread');
      const { inbox } = await suite.repository.seen(user_id, last, 'organizer');
      expect(inbox).toMatchObject(stateOf(user_id, 4, 3, 1, { organizer: [1, 0], attendee: [1, 1] }));
    });

    it('is of all bells without a scope', async () => {
      const user_id = randomUUID();
      await createOne(user_id);
      await createOne(user_id, { scope: 'organizer' });
      const last = await createIn(user_id, 'unread', { scope: 'attendee' });
      const { inbox } = await suite.repository.seen(user_id, last, null);
      expect(inbox).toMatchObject(stateOf(user_id, 4, 3, 0, { organizer: [1, 0], attendee: [1, 0] }));
    });

    it('hides nothing that comes later, however high the position', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'unread');
      const answer = await suite.repository.seen(user_id, Number.MAX_SAFE_INTEGER, 'admin');
      expect(answer).toMatchObject({ changed: true, before_position: id });
      const { inbox } = await createOne(user_id, { scope: 'admin' });
      expect(inbox).toMatchObject(stateOf(user_id, 3, 2, 1, { admin: [1, 1] }));
    });

    it('counts a position beyond the newest as the newest, whatever its status', async () => {
      const user_id = randomUUID();
      await createOne(user_id);
      const newest = await createIn(user_id, 'archived', { scope: 'attendee' });
      expect(await suite.repository.seen(user_id, newest + 1_000, null)).toMatchObject({
        changed: true,
        before_position: newest,
      });
    });

    it('changes nothing if nothing is unseen up to there', async () => {
      const user_id = randomUUID();
      const unchanged = (version: number, unread: number, unseen = unread) => ({
        changed: false,
        inbox: { ...stateOf(user_id, version, unread, unseen), burst_count: 0 },
      });
      expect(await suite.repository.seen(user_id, 5, 'admin')).toEqual({
        before_position: 0,
        ...unchanged(0, 0),
      });
      const read = await createIn(user_id, 'read');
      const unread = await createIn(user_id, 'unread');
      expect(await suite.repository.seen(user_id, read, null)).toEqual({
        before_position: read,
        ...unchanged(3, 1),
      });
      await suite.repository.seen(user_id, unread, null);
      for (const scope of [null, 'admin']) {
        expect(await suite.repository.seen(user_id, unread, scope)).toMatchObject(unchanged(4, 1, 0));
      }
    });

    it('never takes back what was seen further up', async () => {
      const user_id = randomUUID();
      const first = await createIn(user_id, 'unread');
      const second = await createIn(user_id, 'unread');
      await suite.repository.seen(user_id, second, null);
      expect(await suite.repository.seen(user_id, first, null)).toMatchObject({ changed: false });
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 3, 2, 0));
    });

    it('leaves the counts right when what was seen is read, archived, and unread again', async () => {
      const user_id = randomUUID();
      const seen = await createIn(user_id, 'unread', { scope: 'admin' });
      await suite.repository.seen(user_id, seen, 'admin');
      const unseen = await createIn(user_id, 'unread', { scope: 'admin' });
      await suite.repository.mark(user_id, seen, 'read');
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 4, 1, 1, { admin: [1, 1] }));
      await suite.repository.mark(user_id, seen, 'unread');
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 5, 2, 1, { admin: [2, 1] }));
      await suite.repository.mark(user_id, unseen, 'archive');
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 6, 1, 0, { admin: [1, 0] }));
    });

    it('makes what moves up unseen again', async () => {
      const user_id = randomUUID();
      const id = await createIn(user_id, 'unread', { scope: 'admin' });
      await suite.repository.seen(user_id, id, null);
      await suite.under().moveUp(user_id, id);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 3, 1, 1, { admin: [1, 1] }));
      // Its old position is seen, and not its new one.
      expect(await suite.repository.seen(user_id, id, 'admin')).toMatchObject({ changed: false });
      const { position = 0 } = (await suite.repository.find(user_id, id)) ?? {};
      expect(await suite.repository.seen(user_id, position, 'admin')).toMatchObject({
        changed: true,
        inbox: stateOf(user_id, 4, 1, 0, { admin: [1, 0] }),
      });
    });

    it("is of the user's own inbox alone", async () => {
      const [owner, other] = [randomUUID(), randomUUID()];
      await createOne(owner);
      const id = await createIn(other, 'unread');
      await suite.repository.seen(other, id, null);
      expect(await suite.repository.inbox(owner)).toEqual(stateOf(owner, 1, 1));
    });
  });
}
