import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../functions/core/notification.ts';
import { sharedState } from '../../support/inbox-state.ts';
import { command, installation, newUser, type Socket } from '../../support/installation.ts';

const belfry = installation();

interface Page {
  data: Notification[];
  next_cursor: string | null;
  unread_count: number;
  version: number;
}

interface Changes extends Omit<Page, 'next_cursor'> {
  reset: boolean;
}

interface Marked {
  notification: Notification;
  unread_count: number;
  version: number;
}

/** A user with `count` notifications; their ids, oldest first. */
async function userWith(count: number, type?: string): Promise<{ user: string; ids: number[] }> {
  const user = newUser();
  const ids: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const { created } = await belfry.invoke(command(user, { ...(type && { metadata: { type } }) }));
    ids.push(created.notification.id);
  }
  return { user, ids };
}

describe('the feed', () => {
  it('shows a new user an empty inbox', async () => {
    const user = newUser();
    const { status, body } = await belfry.as(user).get<Page>('/notifications');
    expect(status).toBe(200);
    expect(body).toEqual({ data: [], next_cursor: null, ...sharedState(user, 0, 0) });
  });

  it('comes newest first, page by page, without repeating any while new ones arrive', async () => {
    const { user, ids } = await userWith(7);
    const seen: number[] = [];
    let cursor: string | null = '';
    do {
      const from: string = cursor ? `&cursor=${cursor}` : '';
      const { body } = await belfry.as(user).get<Page>(`/notifications?limit=3${from}`);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.next_cursor;
      await belfry.invoke(command(user));
    } while (cursor);
    expect(seen).toEqual(ids.toReversed());
  });

  it('is filtered by status and by types', async () => {
    const { user, ids } = await userWith(2, 'booking');
    const other = await belfry.invoke(command(user, { metadata: { type: 'reminder' } }));
    const me = belfry.as(user);
    await me.post(`/notifications/${ids[0]}/read`);
    await me.post(`/notifications/${other.created.notification.id}/archive`);
    const idsOf = async (query: string) =>
      (await me.get<Page>(`/notifications?${query}`)).body.data.map(({ id }) => id);
    expect(await idsOf('')).toEqual([ids[1], ids[0]]);
    expect(await idsOf('status=unread')).toEqual([ids[1]]);
    expect(await idsOf('status=archived')).toEqual([other.created.notification.id]);
    expect(await idsOf('status=read,archived')).toEqual([other.created.notification.id, ids[0]]);
    expect(await idsOf('type=booking')).toEqual([ids[1], ids[0]]);
    expect(await idsOf('type=reminder')).toEqual([]);
    expect(await idsOf('status=archived,read&type=reminder,booking')).toEqual([
      other.created.notification.id,
      ids[0],
    ]);
  });
});

describe('a single notification', () => {
  it('is shown to its recipient', async () => {
    const { user, ids } = await userWith(1);
    const { status, body } = await belfry.as(user).get<Notification>(`/notifications/${ids[0]}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: ids[0], user_id: user });
  });
});

describe('marking', () => {
  it('leads through every status and back', async () => {
    const { user, ids } = await userWith(1);
    const statuses: string[] = [];
    for (const action of ['read', 'unread', 'archive', 'unarchive', 'read', 'unread']) {
      const { body } = await belfry.as(user).post<Marked>(`/notifications/${ids[0]}/${action}`);
      statuses.push(`${body.notification.status} ${body.unread_count} v${body.version}`);
    }
    expect(statuses).toEqual([
      'read 0 v2',
      'unread 1 v3',
      'archived 0 v4',
      'read 0 v5',
      'read 0 v5',
      'unread 1 v6',
    ]);
  });

  it('is pushed to every socket of the user', async () => {
    const { user, ids } = await userWith(1);
    const sockets = [await belfry.connect(user), await belfry.connect(user)];
    const { body } = await belfry.as(user).post<Marked>(`/notifications/${ids[0]}/read`);
    for (const socket of sockets) {
      expect(await socket.next()).toEqual({
        type: 'notification.updated',
        ...sharedState(user, 2, 0),
        notification: body.notification,
      });
      await socket.close();
    }
  });

  it('pushes nothing if it changes nothing', async () => {
    const { user, ids } = await userWith(1);
    const socket = await belfry.connect(user);
    await belfry.as(user).post(`/notifications/${ids[0]}/unarchive`);
    expect(await socket.settled()).toEqual([]);
    await socket.close();
  });
});

describe('read-all', () => {
  it('marks every unread notification and tells every socket up to which position', async () => {
    const { user, ids } = await userWith(3);
    const socket = await belfry.connect(user);
    const { status, body } = await belfry.as(user).post('/notifications/read-all');
    expect(status).toBe(200);
    expect(body).toEqual({ updated: 3, ...sharedState(user, 4, 0) });
    expect(await socket.next()).toEqual({
      type: 'inbox.read_all',
      ...sharedState(user, 4, 0),
      before_position: ids[2],
    });
    await socket.close();
  });

  it('leaves what is newer than the position that it is given', async () => {
    const { user, ids } = await userWith(3);
    const { body } = await belfry.as(user).post('/notifications/read-all', { before_position: ids[1] });
    expect(body).toEqual({ updated: 2, ...sharedState(user, 4, 1) });
  });

  it('takes null for an empty body', async () => {
    const { user } = await userWith(1);
    const { status, body } = await belfry.as(user).post('/notifications/read-all', null);
    expect(status).toBe(200);
    expect(body).toMatchObject({ updated: 1, unread_count: 0 });
  });

  it('raises no version if nothing is unread', async () => {
    const { user } = await userWith(1);
    await belfry.as(user).post('/notifications/read-all');
    const { body } = await belfry.as(user).post('/notifications/read-all', {});
    expect(body).toEqual({ updated: 0, ...sharedState(user, 2, 0) });
  });
});

describe('the unread count', () => {
  it('comes with the version of the inbox', async () => {
    const { user, ids } = await userWith(2);
    await belfry.as(user).post(`/notifications/${ids[0]}/read`);
    const { body } = await belfry.as(user).get('/notifications/unread-count');
    expect(body).toEqual(sharedState(user, 3, 1));
  });
});

describe('reconnecting', () => {
  it('finds what was missed while the line was cut, once and in order', async () => {
    const { user, ids } = await userWith(2);
    const socket: Socket = await belfry.connect(user);
    socket.terminate();
    await socket.closed;
    const { created } = await belfry.invoke(command(user, { title: 'While you were away' }));
    await belfry.as(user).post(`/notifications/${ids[0]}/read`);

    const again = await belfry.connect(user);
    const { body } = await belfry.as(user).get<Changes>('/notifications/changes?since=2');
    expect(body).toMatchObject({ user_id: user, version: 4, unread_count: 2, reset: false });
    expect(body.data.map(({ id, version }) => [id, version])).toEqual([
      [created.notification.id, 3],
      [ids[0], 4],
    ]);

    await belfry.invoke(command(user));
    expect(await again.next()).toMatchObject({ type: 'notification.created', version: 5 });
    await again.close();
  });

  it('gets a reset for a version that the inbox never had', async () => {
    const { user } = await userWith(1);
    const { body } = await belfry.as(user).get<Changes>('/notifications/changes?since=77');
    expect(body).toEqual({ data: [], ...sharedState(user, 1, 1), reset: true });
  });
});
