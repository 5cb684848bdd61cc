import { describe, expect, it, vi } from 'vitest';
import type { NotificationClient, NotificationClientOptions } from '../../client/src/types.ts';
import { type ClientWorld, createClientWorld } from './client-world.ts';

const titles = (client: NotificationClient) => client.getSnapshot().notifications.map(({ title }) => title);
const countsOf = (client: NotificationClient) => {
  const { unreadCount, unseenCount } = client.getSnapshot();
  return [unreadCount, unseenCount];
};

/** A world with one notification for attendees, one for organizers and one for all, and a started client. */
async function setUp(options: Partial<NotificationClientOptions> = {}) {
  const world = createClientWorld();
  await world.create('Seat', {}, 'attendee');
  await world.create('Sold', {}, 'organizer');
  await world.create('All', {});
  const client = await open(world, options);
  return { world, client };
}

async function open(world: ClientWorld, options: Partial<NotificationClientOptions> = {}) {
  const client = world.client(options, world.newBrowser().open());
  client.start();
  await world.seconds(1);
  return client;
}

describe('the bell of a scope', () => {
  it('shows, counts and announces what is of its scope or of none', async () => {
    const { world, client } = await setUp({ scope: 'attendee' });
    const heard = vi.fn();
    client.on('notification', heard);
    expect(titles(client)).toEqual(['All', 'Seat']);
    expect(countsOf(client)).toEqual([2, 2]);
    await world.create('Sold again', {}, 'organizer');
    await world.create('Seat again', {}, 'attendee');
    await world.seconds(1);
    expect(titles(client)).toEqual(['Seat again', 'All', 'Seat']);
    expect(countsOf(client)).toEqual([3, 3]);
    expect(heard.mock.calls.map(([{ title }]) => title)).toEqual(['Seat again']);
  });

  it('shows and counts everything without a scope', async () => {
    const { client } = await setUp();
    expect(titles(client)).toEqual(['All', 'Sold', 'Seat']);
    expect(countsOf(client)).toEqual([3, 3]);
  });

  it('counts no mark of another scope, not even for a moment', async () => {
    const { world, client } = await setUp({ scope: 'attendee' });
    const { notifications } = await world.service.truth(world.user);
    const sold = await world.create('Sold again', {}, 'organizer');
    await world.seconds(1);
    const done = client.mark('read', [sold.id, notifications.at(-1)?.id ?? 0]);
    expect(countsOf(client)).toEqual([1, 1]);
    expect(await done).toBe(true);
    expect(countsOf(client)).toEqual([1, 1]);
  });

  it('reads all that it shows, and nothing of another scope', async () => {
    const { world, client } = await setUp({ scope: 'attendee' });
    const done = client.markAllAsRead();
    expect(countsOf(client)).toEqual([0, 0]);
    expect(await done).toBe(true);
    const { notifications, scopes } = await world.service.truth(world.user);
    expect(notifications.map(({ title, status }) => [title, status])).toEqual([
      ['All', 'read'],
      ['Sold', 'unread'],
      ['Seat', 'read'],
    ]);
    expect(scopes.attendee?.unread_count).toBe(0);
    expect(countsOf(client)).toEqual([0, 0]);
  });

  it('reads all of the types that it shows, one or several', async () => {
    const world = createClientWorld();
    for (const type of ['news', 'payout', 'digestive']) await world.create(type, { type });
    const client = await open(world, { filter: { type: ['news', 'payout'] } });
    expect(titles(client)).toEqual(['payout', 'news']);
    expect(await client.markAllAsRead()).toBe(true);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, filter: { type: ['news', 'payout'] } });
    client.setFilter({ type: 'digestive' });
    await world.seconds(1);
    expect(client.getSnapshot().notifications).toMatchObject([{ title: 'digestive', status: 'unread' }]);
  });
});

describe('a read-all', () => {
  it('leaves what has come after the click, also if it is sent late', async () => {
    const { world, client } = await setUp();
    world.weather.requestDelayMs = 2_000;
    const done = client.markAllAsRead();
    await world.create('Late');
    await world.seconds(10);
    expect(await done).toBe(true);
    expect(client.getSnapshot().notifications[0]).toMatchObject({ title: 'Late', status: 'unread' });
    expect(countsOf(client)).toEqual([1, 1]);
  });

  it('sends nothing if there is nothing in the list', async () => {
    const world = createClientWorld();
    const client = await open(world);
    const asked = world.service.requests.length;
    expect(await client.markAllAsRead()).toBe(true);
    expect(await client.archiveAllRead()).toBe(true);
    expect(world.service.requests).toHaveLength(asked);
  });
});

describe('archiving what is read', () => {
  it('takes it out of the list at once, in every tab soon, and leaves the unread ones', async () => {
    const { world, client } = await setUp();
    const other = await open(world);
    const [all] = client.getSnapshot().notifications;
    await client.markAsRead(all?.id ?? 0);
    const done = client.archiveAllRead();
    expect(titles(client)).toEqual(['Sold', 'Seat']);
    expect(countsOf(client)).toEqual([2, 2]);
    expect(await done).toBe(true);
    await world.seconds(2);
    for (const each of [client, other]) expect(titles(each)).toEqual(['Sold', 'Seat']);
  });
});

describe('marks of several', () => {
  it('show at once, go by one request, and come to every tab', async () => {
    const { world, client } = await setUp();
    const other = await open(world);
    const asked = world.service.requests.length;
    const ids = client.getSnapshot().notifications.map(({ id }) => id);
    const done = client.mark('read', [...ids, ...ids]);
    expect(countsOf(client)).toEqual([0, 0]);
    expect(await done).toBe(true);
    await world.seconds(1);
    expect(world.service.requests.slice(asked)).toEqual(['POST /notifications/mark']);
    for (const each of [client, other]) {
      expect(each.getSnapshot().notifications.map(({ status }) => status)).toEqual(['read', 'read', 'read']);
      expect(countsOf(each)).toEqual([0, 0]);
    }
  });

  it('of none are done, and send nothing', async () => {
    const { world, client } = await setUp();
    const asked = world.service.requests.length;
    expect(await client.mark('read', [])).toBe(true);
    expect(world.service.requests).toHaveLength(asked);
  });

  it('leave a notification alone that moves up before they come', async () => {
    const { world, client } = await setUp();
    const [all, sold] = client.getSnapshot().notifications.map(({ id }) => id);
    world.weather.requestDelayMs = 1_000;
    const done = client.mark('read', [all ?? 0, sold ?? 0]);
    await world.service.moveUp(world.user, sold ?? 0);
    await world.seconds(5);
    expect(await done).toBe(true);
    expect(client.getSnapshot().notifications.map(({ title, status }) => [title, status])).toEqual([
      ['Sold', 'unread'],
      ['All', 'read'],
      ['Seat', 'unread'],
    ]);
  });

  it('that failed are made again without what the user has changed since', async () => {
    const { world, client } = await setUp();
    const [all, sold, seat] = client.getSnapshot().notifications.map(({ id }) => id);
    world.weather.isUnreachable = true;
    const failed = client.mark('archive', [all ?? 0, sold ?? 0]);
    await world.seconds(60);
    expect(await failed).toBe(false);
    world.weather.isUnreachable = false;
    await world.seconds(60);
    expect(await client.markAsRead(all ?? 0)).toBe(true);
    const again = client.retry();
    await world.seconds(1);
    expect(await again).toBe(true);
    expect(client.getSnapshot().notifications.map(({ id, status }) => [id, status])).toEqual([
      [all, 'read'],
      [seat, 'unread'],
    ]);
  });
});

describe('marking as seen', () => {
  it('makes the unseen count 0 at once, and everywhere, and leaves the unread one', async () => {
    const { world, client } = await setUp();
    const other = await open(world);
    const done = client.markAsSeen();
    expect(countsOf(client)).toEqual([3, 0]);
    expect(await done).toBe(true);
    await world.seconds(1);
    for (const each of [client, other]) expect(countsOf(each)).toEqual([3, 0]);
    await world.create('New');
    await world.seconds(1);
    for (const each of [client, other]) expect(countsOf(each)).toEqual([4, 1]);
  });

  it('is of the bell of the scope', async () => {
    const { world, client } = await setUp({ scope: 'organizer' });
    const whole = await open(world);
    expect(await client.markAsSeen()).toBe(true);
    await world.seconds(1);
    expect(countsOf(client)).toEqual([2, 0]);
    expect(countsOf(whole)).toEqual([3, 1]);
  });

  it('is about every type, whatever the list shows', async () => {
    const { world, client } = await setUp({ filter: { type: 'news' } });
    expect(await client.markAsSeen()).toBe(true);
    await world.seconds(1);
    expect(countsOf(client)).toEqual([3, 0]);
  });

  it('is undone if it fails', async () => {
    const { world, client } = await setUp();
    world.weather.isUnreachable = true;
    const done = client.markAsSeen();
    expect(countsOf(client)).toEqual([3, 0]);
    await world.seconds(60);
    expect(await done).toBe(false);
    expect(countsOf(client)).toEqual([3, 3]);
  });

  it('sends nothing if everything was seen', async () => {
    const { world, client } = await setUp();
    await client.markAsSeen();
    const asked = world.service.requests.length;
    expect(await client.markAsSeen()).toBe(true);
    expect(world.service.requests).toHaveLength(asked);
  });
});

describe('a notification that moves up', () => {
  it('is first in every list, unread and unseen again, and is not announced as new', async () => {
    const { world, client } = await setUp({ pageSize: 2 });
    expect(await client.markAllAsRead()).toBe(true);
    const heard = vi.fn();
    client.on('notification', heard);
    const { notifications } = await world.service.truth(world.user);
    await world.service.moveUp(world.user, notifications.at(-1)?.id ?? 0);
    await world.seconds(1);
    expect(titles(client)).toEqual(['Seat', 'All', 'Sold']);
    expect(countsOf(client)).toEqual([1, 1]);
    await client.loadMore();
    expect(titles(client)).toEqual(['Seat', 'All', 'Sold']);
    expect(heard).not.toHaveBeenCalled();
  });
});
