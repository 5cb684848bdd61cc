import { describe, expect, it } from 'vitest';
import type { InboxState, Notification } from '../../../functions/core/notification.ts';
import { sharedState } from '../../support/inbox-state.ts';
import { command, installation, newUser } from '../../support/installation.ts';

const belfry = installation();

/** A user with so many unread notifications of these types; their ids, oldest first. */
async function userWith(...types: string[]): Promise<{ user: string; ids: number[] }> {
  const user = newUser();
  const ids: number[] = [];
  for (const type of types) {
    const { created } = await belfry.invoke(command(user, { metadata: { type } }));
    ids.push(created.notification.id);
  }
  return { user, ids };
}

const statusesOf = async (user: string) => {
  const path = '/notifications?status=unread,read,archived';
  const { data } = (await belfry.as(user).get<{ data: Notification[] }>(path)).body;
  return data.map(({ status }) => status).toReversed();
};
const post = <Body = InboxState>(user: string, path: string, body?: unknown) =>
  belfry.as(user).post<Body>(`/notifications/${path}`, body);

describe('marking several', () => {
  it('is one version and one frame, whatever is repeated', async () => {
    const { user, ids } = await userWith('booking', 'booking', 'promo');
    const socket = await belfry.connect(user);
    const { status, body } = await post(user, 'mark', {
      action: 'archive',
      ids: [...ids.slice(0, 2), ids[0]],
    });
    expect(status).toBe(200);
    const updated = expect.arrayContaining(ids.slice(0, 2));
    expect(body).toEqual({ updated, ...sharedState(user, 4, 1) });
    expect(await socket.settled()).toEqual([
      {
        type: 'inbox.marked',
        ...sharedState(user, 4, 1),
        action: 'archive',
        status: 'archived',
        ids: updated,
      },
    ]);
    expect(await statusesOf(user)).toEqual(['archived', 'archived', 'unread']);
    await socket.close();
  });

  it('leaves out ids of others, and those to which the action does not apply', async () => {
    const [mine, other] = [await userWith('booking', 'booking'), await userWith('booking')];
    await post(mine.user, `${mine.ids[0]}/read`);
    const { body } = await post(mine.user, 'mark', {
      action: 'read',
      ids: [...mine.ids, ...other.ids, 2 ** 50],
    });
    expect(body).toMatchObject({ updated: [mine.ids[1]], version: 4, unread_count: 0 });
    expect(await statusesOf(other.user)).toEqual(['unread']);
  });

  it('takes a hundred, each as long as it has not moved up beyond its position', async () => {
    const { user, ids } = await userWith('booking', 'booking');
    const others = Array.from({ length: 98 }, (_, n) => 2 ** 50 + n);
    const all = [...ids, ...others];
    // A lower position is one that the notification has left.
    const positions = all.map((id, index) => (index === 1 ? id - 1 : id));
    const { body } = await post(user, 'mark', { action: 'read', ids: all, positions });
    expect(body).toMatchObject({ updated: [ids[0]], version: 3 });
  });

  it.each([
    ['no ids', { action: 'read', ids: [] }, 'ids must name 1 to 100 notifications'],
    [
      '101 ids',
      { action: 'read', ids: Array.from({ length: 101 }, (_, n) => n + 1) },
      'ids must name 1 to 100 notifications',
    ],
    [
      'an unknown action',
      { action: 'delete', ids: [1] },
      'action must be one of read, unread, archive, unarchive',
    ],
    ['an id that is none', { action: 'read', ids: [1, '2'] }, 'ids.1 must be an integer'],
    [
      'another number of positions',
      { action: 'read', ids: [1, 2], positions: [1] },
      'positions must have one position for each id, in the order of ids',
    ],
    ['no body', undefined, 'The body must be a JSON object'],
  ])('with %s is refused, and marks nothing', async (_, body, detail) => {
    const { user } = await userWith('booking');
    const answer = await post(user, 'mark', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', detail } });
    expect(await statusesOf(user)).toEqual(['unread']);
  });
});

describe('read-all of types', () => {
  it('reads those, and repeats the types in its frame', async () => {
    const { user, ids } = await userWith('booking', 'promo', 'announcement');
    const socket = await belfry.connect(user);
    const types = ['booking', 'announcement'];
    const { body } = await post(user, 'read-all', { types });
    expect(body).toEqual({ updated: 2, ...sharedState(user, 4, 1) });
    const bounds = { before_position: ids[2], types };
    expect(await socket.next()).toEqual({ type: 'inbox.read_all', ...sharedState(user, 4, 1), ...bounds });
    expect(await statusesOf(user)).toEqual(['read', 'unread', 'read']);
    await socket.close();
  });
});

describe('archive-read', () => {
  it('archives what is read within its bounds, as one version and one frame', async () => {
    const { user, ids } = await userWith('booking', 'booking', 'promo', 'booking');
    await post(user, 'mark', { action: 'read', ids: ids.slice(0, 3) });
    const socket = await belfry.connect(user);
    const bounds = { before_position: ids[3], types: ['booking'] };
    const { body } = await post(user, 'archive-read', bounds);
    expect(body).toEqual({ updated: 2, ...sharedState(user, 6, 1) });
    expect(await socket.next()).toEqual({
      type: 'inbox.archived_read',
      ...sharedState(user, 6, 1),
      ...bounds,
    });
    expect(await statusesOf(user)).toEqual(['archived', 'archived', 'read', 'unread']);
    await socket.close();
  });

  it('raises no version if nothing is read', async () => {
    const { user } = await userWith('booking');
    expect((await post(user, 'archive-read')).body).toEqual({ updated: 0, ...sharedState(user, 1, 1) });
  });
});
