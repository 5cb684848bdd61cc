import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { NotificationClient, NotificationClientOptions } from '../../client/src/types.ts';
import type { FeedPage } from '../../client/src/wire.ts';
import { createClientWorld } from './client-world.ts';

const other = '0b5e55ed-0000-4000-8000-0000000000aa';
const titles = (client: NotificationClient) => client.getSnapshot().notifications.map(({ title }) => title);

/** A world in which the user has "Mine" twice, and another user has so many notifications. */
async function setUp(othersCount: number) {
  const world = createClientWorld();
  await world.create('Mine');
  await world.create('Mine');
  for (let count = 0; count < othersCount; count += 1) await world.service.create(other, 'Theirs');
  return world;
}

/** Every user and title that the client shows from now on. */
function watch(client: NotificationClient) {
  const seen = new Set<string>();
  const look = () => {
    const { notifications, userId } = client.getSnapshot();
    for (const { title, user_id } of notifications) seen.add(title).add(user_id);
    if (userId) seen.add(userId);
  };
  look();
  client.subscribe(look);
  return seen;
}

function silence() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return warn;
}

const versions = [
  ['below', 1],
  ['equal to', 2],
  ['above', 5],
] as const;

describe('initialData of another user', () => {
  describe.each(versions)('whose version is %s that of the user', (_, othersCount) => {
    it.each<[string, (user: string) => Partial<NotificationClientOptions>]>([
      ['no userId', () => ({})],
      ['the userId of the user', (userId) => ({ userId })],
      ['a userId that the service does not know', () => ({ userId: 'user 7' })],
    ])('never shows with %s, nor counts', async (_, options) => {
      const world = await setUp(othersCount);
      const client = world.client({
        ...options(world.user),
        initialData: await world.service.page(other),
      });
      const seen = watch(client);
      expect(client.getSnapshot()).toMatchObject({ unreadCount: 0, isLoading: true, userId: null });
      expect(client.getServerSnapshot()).toBe(client.getSnapshot());
      client.start();
      await world.seconds(1);
      await world.create('New');
      await world.minutes(40);
      expect(titles(client)).toEqual(['New', 'Mine', 'Mine']);
      expect(client.getSnapshot()).toMatchObject({ unreadCount: 3, userId: world.user, error: null });
      expect(seen).toEqual(new Set([world.user, 'Mine', 'New']));
    });

    it('is replaced when `refresh` resolves, whatever userId the app gives', async () => {
      const world = await setUp(othersCount);
      const initialData = await world.service.page(other);
      for (const userId of [undefined, other, world.user]) {
        const client = world.client({ userId, initialData });
        client.start();
        await client.refresh();
        expect(titles(client)).toEqual(['Mine', 'Mine']);
      }
    });

    it('is gone with the first answer if the app gives its user as userId by mistake', async () => {
      const world = await setUp(othersCount);
      const client = world.client({ userId: other, initialData: await world.service.page(other) });
      expect(client.getSnapshot()).toMatchObject({ unreadCount: othersCount, userId: other });
      client.start();
      await world.seconds(1);
      const seen = watch(client);
      await world.create('New');
      expect(await client.markAsRead(client.getSnapshot().notifications[2]?.id ?? 0)).toBe(true);
      await world.minutes(40);
      expect(client.getSnapshot()).toMatchObject({ unreadCount: 2, userId: world.user });
      expect(client.getServerSnapshot().notifications).toEqual([]);
      expect(seen).toEqual(new Set([world.user, 'Mine', 'New']));
    });
  });
});

describe('a click before the first answer', () => {
  it.each<[string, (client: NotificationClient, id: number) => Promise<boolean>]>([
    ['a mark', (client, id) => client.markAsRead(id)],
    ['a read-all', (client) => client.markAllAsRead()],
  ])('on what is of another user changes nothing of anybody: %s', async (_, click) => {
    const world = await setUp(3);
    const initialData = await world.service.page(other);
    const client = world.client({ userId: other, initialData });
    client.start();
    expect(await click(client, initialData.data[0]?.id ?? 0)).toBe(false);
    await world.seconds(1);
    expect(world.service.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
    expect(titles(client)).toEqual(['Mine', 'Mine']);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 2, userId: world.user, error: null });
  });

  it('on what is of the user shows at once, and works', async () => {
    const world = await setUp(0);
    const client = world.client({ userId: world.user, initialData: await world.service.page(world.user) });
    const done = client.markAllAsRead();
    expect(client.getSnapshot().unreadCount).toBe(0);
    expect(await done).toBe(true);
    expect((await world.service.truth(world.user)).unread_count).toBe(0);
  });
});

describe('initialData of the user', () => {
  it.each([
    ['', (user: string) => user],
    [' in upper case', (user: string) => user.toUpperCase()],
  ])('shows at once if userId is its user%s, and saves the first page', async (_, idOf) => {
    const world = await setUp(0);
    const client = world.client({
      userId: idOf(world.user),
      initialData: await world.service.page(world.user),
    });
    expect(client.getServerSnapshot()).toBe(client.getSnapshot());
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 2, isLoading: false, userId: world.user });
    expect(titles(client)).toEqual(['Mine', 'Mine']);
    await world.create('New');
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['New', 'Mine', 'Mine']);
    expect(world.service.requests).not.toContain('GET /notifications');
  });

  it.each([
    ['no userId', {}],
    ['a userId that is not its user', { userId: 'user 7' }],
  ])('is held with %s until the first answer, and saves the first page', async (_, options) => {
    const world = await setUp(0);
    const initialData = await world.service.page(world.user);
    await world.create('New');
    const client = world.client({ ...options, initialData });
    expect(client.getSnapshot()).toMatchObject({ notifications: [], unreadCount: 0, isLoading: true });
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['New', 'Mine', 'Mine']);
    expect(world.service.requests).not.toContain('GET /notifications');
  });

  it('is held, and says so, for as long as the service cannot be reached', async () => {
    const world = await setUp(0);
    const client = world.client({ initialData: await world.service.page(world.user) });
    world.weather.isUnreachable = true;
    client.start();
    await world.minutes(5);
    expect(client.getSnapshot()).toMatchObject({
      notifications: [],
      isLoading: false,
      status: 'unreachable',
    });
    world.weather.isUnreachable = false;
    await world.minutes(2);
    expect(titles(client)).toEqual(['Mine', 'Mine']);
  });

  it('that is held gives way to another filter', async () => {
    const world = await setUp(0);
    const client = world.client({ initialData: await world.service.page(world.user) });
    client.setFilter({ status: ['archived'] });
    client.start();
    await world.seconds(1);
    expect(client.getSnapshot()).toMatchObject({ notifications: [], isLoading: false, unreadCount: 2 });
  });
});

describe('initialData that is no page of one user', () => {
  it.each<[string, (page: FeedPage, theirs: FeedPage) => unknown]>([
    ['a text', () => '<!doctype html>'],
    ['a number', () => 7],
    ['a list', (page) => page.data],
    ['a promise', (page) => Promise.resolve(page)],
    ['an error of the service', () => ({ status: 401, code: 'unauthenticated', detail: 'Sign in.' })],
    ['a page without notifications', ({ data: _, ...page }) => page],
    ['a page whose notifications are null', (page) => ({ ...page, data: null })],
    ['a page whose notifications are texts', (page) => ({ ...page, data: ['Hello'] })],
    ['a page with null for a notification', (page) => ({ ...page, data: [null] })],
    ['a page without a version', ({ version: _, ...page }) => page],
    ['a page with a text for a count', (page) => ({ ...page, unread_count: '2' })],
    ['a page without the counts of scopes', ({ scopes: _, ...page }) => page],
    [
      'a page of the service’s first edition',
      ({ scopes: _, unseen_count: __, ...page }) => ({
        ...page,
        data: page.data.map(({ position: ___, scope: ____, ...row }) => row),
      }),
    ],
    ['a page that names no user', ({ user_id: _, ...page }) => page],
    ['an empty page that names no user', ({ user_id: _, ...page }) => ({ ...page, data: [] })],
    ['a page with a number for a user', (page) => ({ ...page, data: [], user_id: 7 })],
    [
      'a page with notifications of nobody',
      (page) => ({ ...page, data: [{ ...page.data[0], user_id: null }] }),
    ],
    [
      'a page with a notification without metadata',
      (page) => ({ ...page, data: [{ ...page.data[0], metadata: null }] }),
    ],
    [
      'a page with notifications of two users',
      (page, theirs) => ({ ...page, data: [...theirs.data, ...page.data] }),
    ],
    ['a page of a user with notifications of another', (page, theirs) => ({ ...page, data: theirs.data })],
  ])('is ignored with one warning: %s', async (_, spoil) => {
    const warn = silence();
    const world = await setUp(3);
    const pages = [await world.service.page(world.user), await world.service.page(other)] as const;
    const client = world.client({ userId: world.user, initialData: spoil(...pages) as FeedPage });
    const seen = watch(client);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 0, isLoading: true });
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Mine', 'Mine']);
    expect(seen).toEqual(new Set([world.user, 'Mine']));
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
