import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../../functions/core/notification-repository.ts';
import type { Status } from '../../../functions/core/status.ts';
import { type Suite, stateOf } from './suite.ts';

export function testButtons(suite: Suite): void {
  const actions = [
    { id: 'accept', label: 'Accept', route: '/accept' },
    { id: 'decline', label: 'Decline' },
  ];
  const createWith = (user_id: string, status: Status = 'unread') =>
    suite.createIn(user_id, status, { actions });
  const press = (user_id: string, id: number, button: string) => suite.repository.press(user_id, id, button);
  const unpress = (user_id: string, id: number, button: string) =>
    suite.repository.unpress(user_id, id, button);

  describe('a button', () => {
    it('that is pressed is recorded, and marks as read, as one change', async () => {
      const user_id = randomUUID();
      const id = await createWith(user_id);
      const row = await suite.repository.find(user_id, id);
      const pressed = await press(user_id, id, 'decline');
      expect(pressed).toEqual({
        changed: true,
        notification: {
          ...row,
          status: 'read',
          action_id: 'decline',
          action_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          version: 2,
          updated_at: expect.any(String),
        },
        inbox: { ...stateOf(user_id, 2, 0), burst_count: expect.any(Number) },
      });
      expect(await suite.repository.find(user_id, id)).toEqual(Object(pressed).notification);
    });

    it.each(['read', 'archived'] as const)('leaves one that is %s so', async (status) => {
      const user_id = randomUUID();
      const id = await createWith(user_id, status);
      expect(await press(user_id, id, 'accept')).toMatchObject({
        changed: true,
        notification: { status, action_id: 'accept' },
        inbox: stateOf(user_id, 3, 0),
      });
    });

    it('counts once, and another one is taken then', async () => {
      const user_id = randomUUID();
      const id = await createWith(user_id);
      await press(user_id, id, 'accept');
      expect(await press(user_id, id, 'accept')).toMatchObject({ changed: false, inbox: { version: 2 } });
      expect(await press(user_id, id, 'decline')).toBe('taken');
      expect(await suite.repository.find(user_id, id)).toMatchObject({ action_id: 'accept', version: 2 });
    });

    it('does nothing while the notification is snoozed', async () => {
      const user_id = randomUUID();
      const id = await createWith(user_id, 'snoozed');
      expect(await press(user_id, id, 'accept')).toMatchObject({
        changed: false,
        notification: { status: 'snoozed', action_id: null },
      });
    });

    it('is not found if the notification has no such one, or is of another user', async () => {
      const user_id = randomUUID();
      const id = await createWith(user_id);
      expect(await press(user_id, id, 'other')).toBeUndefined();
      expect(await press(randomUUID(), id, 'accept')).toBeUndefined();
      expect(await press(user_id, await suite.createIn(user_id, 'unread'), 'accept')).toBeUndefined();
      expect(await unpress(randomUUID(), id, 'accept')).toBeUndefined();
    });

    it('can be taken back, and the status stays', async () => {
      const user_id = randomUUID();
      const id = await createWith(user_id);
      await press(user_id, id, 'accept');
      expect(await unpress(user_id, id, 'accept')).toMatchObject({
        changed: true,
        notification: { status: 'read', action_id: null, action_at: null },
        inbox: stateOf(user_id, 3, 0),
      });
      expect(await press(user_id, id, 'decline')).toMatchObject({ notification: { action_id: 'decline' } });
    });

    it('that was pressed stays so as long as an update keeps it, or takes all buttons away', async () => {
      const user_id = randomUUID();
      const { id } = (await suite.createOne(user_id, { actions }, 'key')).notification;
      await press(user_id, id, 'accept');
      const update = (patch: Patch) => suite.repository.update(patch, false, [user_id], 'key', []);
      const pressed = { action_id: 'accept', action_at: expect.any(String) };
      for (const patch of [
        { title: 'Other' },
        { actions: [{ id: 'accept', label: 'Yes' }] },
        { actions: null },
      ]) {
        await update(patch);
        expect(await suite.repository.find(user_id, id)).toMatchObject({ ...patch, ...pressed });
      }
      const others = [{ id: 'friday', label: 'Friday' }];
      await update({ actions: others });
      expect(await suite.repository.find(user_id, id)).toMatchObject({
        ...{ actions: others, status: 'read', action_id: null, action_at: null, version: 6 },
      });
      expect(await press(user_id, id, 'friday')).toMatchObject({ changed: true });
    });

    it('is not taken back by another one, nor twice', async () => {
      const user_id = randomUUID();
      const id = await createWith(user_id);
      expect(await unpress(user_id, id, 'accept')).toMatchObject({ changed: false });
      await press(user_id, id, 'accept');
      expect(await unpress(user_id, id, 'decline')).toMatchObject({
        changed: false,
        notification: { action_id: 'accept' },
        inbox: { version: 2, burst_count: 0 },
      });
    });
  });
}
