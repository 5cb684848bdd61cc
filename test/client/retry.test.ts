import { describe, expect, it } from 'vitest';
import type { NotificationClient } from '../../client/src/types.ts';
import { createClientWorld } from './client-world.ts';

/** A live client whose user has so many unread notifications, newest first in `ids`. */
async function setUp(count = 3) {
  const world = createClientWorld();
  for (let index = 0; index < count; index += 1) await world.create();
  const client = world.client();
  client.start();
  await world.seconds(1);
  const [one = 0, two = 0, three = 0] = client.getSnapshot().notifications.map(({ id }) => id);
  const posts = () => world.service.requests.filter((request) => request.startsWith('POST'));
  const statuses = async () => {
    const { notifications } = await world.service.truth(world.user);
    return [one, two, three].map((id) => notifications.find((row) => row.id === id)?.status ?? 'archived');
  };
  /** Makes changes of which each fails for want of an answer. */
  async function fail(...changes: ((client: NotificationClient) => Promise<boolean>)[]) {
    world.weather.isUnreachable = true;
    const outcomes = await Promise.all(changes.map((change) => change(client)));
    expect(outcomes).toEqual(changes.map(() => false));
    expect(client.getSnapshot().error).not.toBeNull();
    world.weather.isUnreachable = false;
  }
  return { world, client, ids: [one, two, three] as const, posts, statuses, fail };
}

describe('retry', () => {
  it.each<[string, (client: NotificationClient, id: number) => Promise<boolean>, string]>([
    ['a mark as read', (client, id) => client.markAsRead(id), 'read'],
    ['an archive', (client, id) => client.archive(id), 'archived'],
    ['a read-all', (client) => client.markAllAsRead(), 'read'],
  ])('repeats %s that has failed, shows it at once, and clears the error', async (_, change, status) => {
    const { client, ids, fail, statuses } = await setUp(1);
    await fail(() => change(client, ids[0]));
    expect(client.getSnapshot().unreadCount).toBe(1);
    const done = client.retry();
    expect(client.getSnapshot().unreadCount).toBe(0);
    expect(await done).toBe(true);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 0, error: null });
    expect((await statuses())[0]).toBe(status);
  });

  it('repeats several in their order, once', async () => {
    const { client, ids, fail, statuses, posts } = await setUp();
    const [, two, three] = ids;
    await fail(
      () => client.markAllAsRead(),
      () => client.markAsUnread(two),
      () => client.archive(three),
    );
    expect(await client.retry()).toBe(true);
    expect(await statuses()).toEqual(['read', 'unread', 'archived']);
    expect(posts().slice(-3)).toEqual([
      'POST /notifications/read-all',
      'POST /notifications/mark',
      'POST /notifications/mark',
    ]);
    const sent = posts().length;
    expect(await client.retry()).toBe(true);
    expect(posts()).toHaveLength(sent);
  });

  it('keeps what fails again for the next one', async () => {
    const { world, client, ids, fail, statuses } = await setUp();
    await fail(
      () => client.markAsRead(ids[0]),
      () => client.archive(ids[1]),
    );
    world.weather.isUnreachable = true;
    expect(await client.retry()).toBe(false);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 3 });
    expect(client.getSnapshot().error).not.toBeNull();
    world.weather.isUnreachable = false;
    expect(await client.retry()).toBe(true);
    expect(await statuses()).toEqual(['read', 'archived', 'unread']);
  });

  it('leaves out what the user has changed since', async () => {
    const { client, ids, fail, statuses } = await setUp();
    await fail(
      () => client.archive(ids[0]),
      () => client.markAsRead(ids[1]),
    );
    expect(await client.markAsRead(ids[0])).toBe(true);
    expect(await client.retry()).toBe(true);
    expect(await statuses()).toEqual(['read', 'read', 'unread']);
  });

  it('leaves out what a later change of the same notification decides, which has failed too', async () => {
    const { client, ids, fail, statuses, posts } = await setUp();
    await fail(
      () => client.archive(ids[0]),
      () => client.markAsRead(ids[0]),
    );
    const sent = posts().length;
    expect(await client.retry()).toBe(true);
    expect(posts()).toHaveLength(sent + 1);
    expect(await statuses()).toEqual(['read', 'unread', 'unread']);
  });

  it('leaves out a mark as unread after which the user has read all', async () => {
    const { client, ids, fail, statuses } = await setUp();
    await client.markAsRead(ids[0]);
    await fail(() => client.markAsUnread(ids[0]));
    await client.markAllAsRead();
    expect(await client.retry()).toBe(true);
    expect(await statuses()).toEqual(['read', 'read', 'read']);
  });

  it('leaves out a read-all after which another change has worked, and would be undone', async () => {
    const { world, client, ids, fail, statuses } = await setUp();
    await client.markAsRead(ids[1]);
    await fail(() => client.markAllAsRead());
    expect(await client.markAsUnread(ids[1])).toBe(true);
    expect(await client.retry()).toBe(true);
    await world.seconds(2);
    expect(await statuses()).toEqual(['unread', 'unread', 'unread']);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 3, error: null });
  });

  it('does not read what has come since a read-all that failed', async () => {
    const { world, client, fail } = await setUp();
    await fail(() => client.markAllAsRead());
    await world.create('Later');
    await world.seconds(2);
    expect(await client.retry()).toBe(true);
    expect(client.getSnapshot().unreadCount).toBe(1);
  });

  it('does not repeat what the service has refused', async () => {
    const { client, posts } = await setUp();
    expect(await client.archive(-1)).toBe(false);
    expect(client.getSnapshot().error).toMatchObject({ code: 'invalid_request' });
    const sent = posts().length;
    expect(await client.retry()).toBe(true);
    expect(posts()).toHaveLength(sent);
    expect(client.getSnapshot().error).toBeNull();
  });

  it('asks for what was missed if there is nothing to repeat, and says whether that worked', async () => {
    const { world, client } = await setUp();
    world.weather.frameLoss = 1;
    await world.create();
    world.weather.frameLoss = 0;
    expect(await client.retry()).toBe(true);
    expect(client.getSnapshot().unreadCount).toBe(4);
    world.weather.isUnreachable = true;
    expect(await client.retry()).toBe(false);
  });

  it('repeats nothing of another user, and nothing after a sign-out', async () => {
    const { client, ids, fail, posts, statuses } = await setUp();
    await fail(() => client.markAsRead(ids[0]));
    client.stop();
    expect(await client.retry()).toBe(false);
    client.start();
    const sent = posts().length;
    expect(await client.retry()).toBe(true);
    expect(posts()).toHaveLength(sent);
    expect(await statuses()).toEqual(['unread', 'unread', 'unread']);
  });
});
