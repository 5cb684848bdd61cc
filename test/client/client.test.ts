import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { NotificationClient } from '../../client/src/types.ts';
import { createClientWorld } from './client-world.ts';

const titles = (client: NotificationClient) => client.getSnapshot().notifications.map(({ title }) => title);
const idOf = (client: NotificationClient, title: string) =>
  client.getSnapshot().notifications.find((each) => each.title === title)?.id ?? 0;

/** A started client in a world of its own that has these notifications, oldest first. */
async function started(
  created: string[] = [],
  options: Parameters<ReturnType<typeof createClientWorld>['client']>[0] = {},
) {
  const world = createClientWorld();
  for (const title of created) await world.create(title);
  const client = world.client(options);
  client.start();
  await world.seconds(1);
  return { world, client };
}

describe('a client', () => {
  it('asks for nothing before it is started', async () => {
    const world = createClientWorld();
    const client = world.client();
    await world.minutes(1);
    expect(client.getSnapshot()).toMatchObject({ notifications: [], isLoading: true, status: 'connecting' });
    expect([world.service.requests, world.tokens()]).toEqual([[], 0]);
  });

  it('loads the first page and goes live', async () => {
    const { client } = await started(['One', 'Two']);
    expect(titles(client)).toEqual(['Two', 'One']);
    expect(client.getSnapshot()).toMatchObject({
      unreadCount: 2,
      isLoading: false,
      hasMore: false,
      status: 'live',
      error: null,
    });
  });

  it('shows a notification that is created while it is open at once, and says so once', async () => {
    const { world, client } = await started(['Old']);
    const heard = vi.fn();
    client.on('notification', heard);
    await world.create('Ding');
    await world.minutes(40);
    expect(titles(client)).toEqual(['Ding', 'Old']);
    expect(heard.mock.calls.map(([{ title }]) => title)).toEqual(['Ding']);
  });

  it('begins with what a server has loaded, without a moment of emptiness', async () => {
    const world = createClientWorld();
    await world.create('One');
    const initialData = await world.service.page(world.user);
    await world.create('Two');
    const client = world.client({ initialData, userId: world.user });
    expect(client.getServerSnapshot()).toBe(client.getSnapshot());
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, isLoading: false, status: 'connecting' });
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Two', 'One']);
    expect(world.service.requests).not.toContain('GET /notifications');
  });

  it('loads older pages until there are none', async () => {
    const { client } = await started(['One', 'Two', 'Three'], { pageSize: 2 });
    expect(client.getSnapshot().hasMore).toBe(true);
    await Promise.all([client.loadMore(), client.loadMore()]);
    expect(titles(client)).toEqual(['Three', 'Two', 'One']);
    expect(client.getSnapshot().hasMore).toBe(false);
    await client.loadMore();
  });

  it('keeps snapshot, list and rows the same objects while nothing about them changes', async () => {
    const { world, client } = await started(['One', 'Two']);
    const before = client.getSnapshot();
    await client.refresh();
    await world.minutes(1);
    expect(client.getSnapshot()).toBe(before);
    Object.assign(world.weather, { requestDelayMs: 60_000, frameDelayMs: 60_000 });
    void client.markAsRead(idOf(client, 'One'));
    const after = client.getSnapshot();
    expect(after.notifications[0]).toBe(before.notifications[0]);
    await world.clock.advance(0);
    Object.assign(world.weather, { requestDelayMs: 0, frameDelayMs: 0 });
    await world.create('Three');
    expect(client.getSnapshot().notifications.slice(1)).toEqual(after.notifications);
    expect(client.getSnapshot().notifications[2]).toBe(after.notifications[1]);
  });

  it('tells subscribers of each change until they leave', async () => {
    const { world, client } = await started();
    const listener = vi.fn();
    const leave = client.subscribe(listener);
    await world.create();
    expect(listener).toHaveBeenCalledTimes(1);
    leave();
    await world.create();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('closes its lines and keeps its data when all who started it have let go', async () => {
    const { world, client } = await started(['One']);
    const release = client.start();
    release();
    release();
    expect(client.getSnapshot().status).toBe('live');
    client.stop();
    const again = client.start();
    await world.seconds(1);
    again();
    expect(world.service.connections()).toBe(0);
    const asked = world.service.requests.length;
    await world.minutes(60);
    expect(world.service.requests).toHaveLength(asked);
    expect(titles(client)).toEqual(['One']);
    await world.create('Two');
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Two', 'One']);
  });

  it('asks once for the first page where an effect runs twice', async () => {
    const world = createClientWorld();
    const client = world.client();
    client.start()();
    client.start();
    await world.seconds(1);
    expect(world.service.connections()).toBe(1);
    expect(world.service.upgrades).toHaveLength(1);
    expect(world.service.requests.filter((request) => request === 'GET /notifications')).toHaveLength(1);
  });

  it('tries the first page again for ever, and says why there is none', async () => {
    const world = createClientWorld();
    await world.create('One');
    world.weather.isUnreachable = true;
    const client = world.client();
    const heard = vi.fn();
    client.on('error', heard);
    client.start();
    await world.minutes(30);
    expect(client.getSnapshot()).toMatchObject({
      isLoading: false,
      status: 'unreachable',
      error: { code: 'network' },
    });
    expect(heard).toHaveBeenCalledTimes(1);
    world.weather.isUnreachable = false;
    await world.minutes(3);
    expect(titles(client)).toEqual(['One']);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
  });

  it('loads anew where the service no longer has what was missed', async () => {
    const { world, client } = await started(['One']);
    world.weather.frameLoss = 1;
    await world.create('Two');
    await world.create('Three');
    world.service.forgetUpTo(world.user, 3);
    world.weather.frameLoss = 0;
    await client.refresh();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Three', 'Two', 'One']);
  });

  it('asks for changes once a second at most in a burst', async () => {
    const { world, client } = await started();
    const asked = world.service.requests.length;
    for (let count = 0; count < 100; count += 1) {
      await world.create();
      await world.clock.advance(20);
    }
    await world.seconds(2);
    expect(client.getSnapshot().unreadCount).toBe(100);
    expect(world.service.requests.length - asked).toBeLessThanOrEqual(4);
  });

  it('asks again where it is told of something while a question is on its way', async () => {
    const { world, client } = await started();
    Object.assign(world.weather, { requestDelayMs: 2_000, frameDelayMs: 2_000 });
    const asked = world.service.requests.length;
    void client.refresh();
    while (world.service.requests.length === asked) await world.clock.advance(10);
    world.weather.frameLoss = 1;
    await world.create('After the answer was made');
    world.weather.frameLoss = 0;
    void client.refresh();
    await world.seconds(10);
    expect(titles(client)).toEqual(['After the answer was made']);
  });
});

describe('a change', () => {
  it('shows at once', async () => {
    const { world, client } = await started(['One', 'Two']);
    const done = client.markAsRead(idOf(client, 'One'));
    expect(client.getSnapshot().unreadCount).toBe(1);
    expect(client.getSnapshot().notifications[1]?.status).toBe('read');
    expect(await done).toBe(true);
    await world.seconds(2);
    expect(client.getSnapshot().unreadCount).toBe(1);
  });

  it('gives way to what another device does afterwards', async () => {
    const { world, client } = await started(['One']);
    const id = idOf(client, 'One');
    await client.markAsRead(id);
    await world.service.mark(world.user, id, 'unread');
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, notifications: [{ status: 'unread' }] });
  });

  it('is taken back visibly where it fails, and says so', async () => {
    const { world, client } = await started(['One']);
    const heard = vi.fn();
    client.on('error', heard);
    world.weather.isUnreachable = true;
    const done = client.markAsRead(idOf(client, 'One'));
    expect(client.getSnapshot().unreadCount).toBe(0);
    expect(await done).toBe(false);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, error: { code: 'network' } });
    expect(client.getSnapshot().notifications[0]?.status).toBe('unread');
    expect(heard).toHaveBeenCalledTimes(1);
    world.weather.isUnreachable = false;
    expect(await client.markAsRead(idOf(client, 'One'))).toBe(true);
    expect(client.getSnapshot().error).toBeNull();
  });

  it.each([
    ['somebody tries again', (client: NotificationClient) => client.refresh()],
    ['an older page comes', (client: NotificationClient) => client.loadMore()],
  ])('that has failed is no error any more when %s', async (_, work) => {
    const { world, client } = await started(['One', 'Two'], { pageSize: 1 });
    world.weather.isUnreachable = true;
    expect(await client.markAsRead(idOf(client, 'Two'))).toBe(false);
    await work(client);
    expect(client.getSnapshot().error).toMatchObject({ code: 'network' });
    world.weather.isUnreachable = false;
    await work(client);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
  });

  it('that the service refuses fails with the service’s own code', async () => {
    const { client } = await started();
    expect(await client.archive(-1)).toBe(false);
    expect(client.getSnapshot().error).toMatchObject({ code: 'invalid_request', status: 400 });
  });

  it('to a notification that does not exist changes nothing, and counts as done', async () => {
    const { client } = await started(['One']);
    expect(await client.archive(12_345)).toBe(true);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, error: null });
  });

  it('goes on, and is followed by others, where a subscriber throws', async () => {
    const { world, client } = await started(['One', 'Two']);
    const thrown: unknown[] = [];
    vi.stubGlobal('queueMicrotask', (run: () => void) => {
      Promise.resolve()
        .then(run)
        .catch((error) => thrown.push(error));
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const mistake = new Error('A mistake of the page.');
    const heard = vi.fn();
    const leave = client.subscribe(() => {
      throw mistake;
    });
    // Before anything else is put back: the client tells its subscribers of its own end as well.
    onTestFinished(leave);
    client.subscribe(heard);
    expect(await client.markAsRead(idOf(client, 'One'))).toBe(true);
    expect(await client.markAsRead(idOf(client, 'Two'))).toBe(true);
    expect((await world.service.truth(world.user)).unread_count).toBe(0);
    // The page hears of it all the same.
    expect(thrown).toEqual(heard.mock.calls.map(() => mistake));
    expect(thrown.length).toBeGreaterThan(1);
  });

  it('follows another in the order in which they were made', async () => {
    const { world, client } = await started(['One']);
    Object.assign(world.weather, { requestDelayMs: 2_000, frameDelayMs: 2_000 });
    const id = idOf(client, 'One');
    void client.markAsRead(id);
    void client.markAsUnread(id);
    void client.archive(id);
    void client.unarchive(id);
    const last = client.markAsUnread(id);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, notifications: [{ status: 'unread' }] });
    await world.minutes(1);
    expect(await last).toBe(true);
    expect((await world.service.truth(world.user)).notifications).toMatchObject([{ status: 'unread' }]);
    expect(client.getSnapshot()).toMatchObject({ unreadCount: 1, notifications: [{ status: 'unread' }] });
  });

  it('of all never flickers while its own frame is on its way', async () => {
    const { world, client } = await started(['One', 'Two']);
    world.weather.frameLoss = 1;
    await world.create('Missed');
    const counts = new Set<number>();
    client.subscribe(() => counts.add(client.getSnapshot().unreadCount));
    expect(await client.markAllAsRead()).toBe(true);
    await world.seconds(5);
    // The missed one, of which nobody had told, was not marked: it came later than all that was known.
    expect(counts).toEqual(new Set([0, 1]));
    expect([...counts]).toEqual([0, 1]);
    expect(titles(client)).toEqual(['Missed', 'Two', 'One']);
  });

  it('of all reaches pages that are not loaded', async () => {
    const { world, client } = await started(['One', 'Two', 'Three'], { pageSize: 1 });
    void client.markAllAsRead();
    expect(client.getSnapshot().unreadCount).toBe(0);
    await world.seconds(1);
    expect((await world.service.truth(world.user)).unread_count).toBe(0);
    await client.loadMore();
    expect(client.getSnapshot().notifications.map(({ status }) => status)).toEqual(['read', 'read']);
  });

  it('of all works in a list that is filtered, for the whole inbox', async () => {
    const { world, client } = await started(['One', 'Two'], { filter: { status: ['archived'] } });
    expect(client.getSnapshot()).toMatchObject({ notifications: [], unreadCount: 2 });
    expect(await client.markAllAsRead()).toBe(true);
    expect((await world.service.truth(world.user)).unread_count).toBe(0);
    expect(client.getSnapshot().unreadCount).toBe(0);
  });
});

describe('a filter', () => {
  it('shows one type, with the count of the whole inbox', async () => {
    const { world, client } = await started([], { filter: { type: 'news' } });
    const heard = vi.fn();
    client.on('notification', heard);
    await world.create('News', { type: 'news' });
    await world.create('Other');
    expect(titles(client)).toEqual(['News']);
    expect(client.getSnapshot().unreadCount).toBe(2);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('can change, and shows what is known at once', async () => {
    const { world, client } = await started(['One', 'Two']);
    await client.archive(idOf(client, 'One'));
    client.setFilter({ status: ['archived'] });
    expect(client.getSnapshot()).toMatchObject({ isLoading: true, filter: { status: ['archived'] } });
    expect(titles(client)).toEqual(['One']);
    await world.seconds(1);
    expect(client.getSnapshot()).toMatchObject({ isLoading: false, unreadCount: 1 });
    expect(titles(client)).toEqual(['One']);
  });

  it('is still to be loaded if it changes while the page is hidden, after the service was away', async () => {
    const world = createClientWorld();
    const tab = world.tab();
    const { fetch } = tab.environment;
    const client = world.client({ filter: { status: ['unread'] } }, tab);
    client.start();
    await world.seconds(1);
    tab.page('pagehide');
    tab.environment.fetch = () => Promise.reject(new TypeError('The service is away.'));
    await client.refresh();
    client.setFilter({});
    expect(client.getSnapshot()).toMatchObject({ isLoading: true, error: null });
    tab.environment.fetch = fetch;
    tab.page('pageshow');
    await world.seconds(1);
    expect(client.getSnapshot()).toMatchObject({ isLoading: false, error: null });
  });

  it.each([
    ['comes late', 10_000],
    ['never comes', 60_000],
  ])('loads its own older pages though one of the filter before %s', async (_, delayMs) => {
    const world = createClientWorld();
    for (const title of ['One', 'Two', 'Three']) await world.create(title);
    const tab = world.tab();
    const { fetch } = tab.environment;
    let waitMs = 0;
    tab.environment.fetch = (url, init) =>
      new Promise((resolve) => world.clock.after(waitMs, () => resolve(fetch(url, init))));
    const client = world.client({ pageSize: 1 }, tab);
    client.start();
    await world.seconds(1);
    waitMs = delayMs;
    void client.loadMore();
    await world.seconds(1);
    waitMs = 0;
    client.setFilter({ status: ['unread'] });
    await world.seconds(1);
    void client.loadMore();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Three', 'Two']);
    const before = client.getSnapshot();
    await world.seconds(30);
    expect(client.getSnapshot()).toBe(before);
    expect(before).toMatchObject({ isLoading: false, hasMore: true, error: null });
  });

  it('for read ones follows a read-all, which names no rows', async () => {
    const { world, client } = await started(['One', 'Two'], { filter: { status: ['read'] } });
    expect(titles(client)).toEqual([]);
    await world.service.readAll(world.user, null);
    expect(titles(client)).toEqual(['Two', 'One']);
  });

  it('still rings for what is unread where it shows the archive', async () => {
    const { world, client } = await started([], { filter: { status: ['archived'] } });
    const heard = vi.fn();
    client.on('notification', heard);
    await world.create('Ding');
    await world.seconds(1);
    expect(heard).toHaveBeenCalledTimes(1);
  });
});

describe('a sign-out', () => {
  it('closes everything and forgets everything', async () => {
    const { world, client } = await started(['Secret']);
    client.stop();
    expect(client.getSnapshot()).toMatchObject({ notifications: [], unreadCount: 0, status: 'connecting' });
    expect(client.getServerSnapshot().notifications).toEqual([]);
    expect(world.service.connections()).toBe(0);
    const [asked, tokens] = [world.service.requests.length, world.tokens()];
    await world.create('Another');
    await world.minutes(60);
    expect(client.getSnapshot().notifications).toEqual([]);
    expect([world.service.requests.length, world.tokens()]).toEqual([asked, tokens]);
    expect(await client.markAllAsRead()).toBe(false);
  });

  it('lets nothing of an answer in that was on its way', async () => {
    const world = createClientWorld();
    await world.create('Secret');
    Object.assign(world.weather, { requestDelayMs: 1_000, frameDelayMs: 1_000 });
    const client = world.client();
    client.start();
    await world.clock.advance(300);
    client.stop();
    await world.minutes(1);
    expect(client.getSnapshot().notifications).toEqual([]);
    expect(world.service.connections()).toBe(0);
  });

  it('asks for no token any more, though a request comes back that needs another', async () => {
    const { world, client } = await started();
    world.service.refuseAll();
    Object.assign(world.weather, { requestDelayMs: 1_000, frameDelayMs: 1_000 });
    void client.refresh();
    await world.clock.advance(300);
    client.stop();
    const tokens = world.tokens();
    await world.minutes(1);
    expect(world.service.refusals()).toBe(1);
    expect(world.tokens()).toBe(tokens);
  });

  it('is followed by a sign-in of somebody else, who finds nothing of it', async () => {
    const world = createClientWorld();
    await world.create('Mine');
    let user = world.user;
    const client = world.client({ getToken: () => world.token(user) });
    client.start();
    await world.seconds(1);
    client.stop();
    user = '0b5e55ed-0000-4000-8000-000000000002';
    await world.service.create(user, 'Theirs');
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Theirs']);
  });
});

describe('a token of somebody else', () => {
  it('makes the client forget all it knew, and sends nothing of the first one’s changes', async () => {
    const world = createClientWorld();
    const mine = await world.create('Mine');
    let user = world.user;
    const client = world.client({
      getToken: () => world.token(user),
      connectionMinimumLifetimeMinutes: 120,
    });
    client.start();
    await world.seconds(1);
    user = '0b5e55ed-0000-4000-8000-000000000002';
    await world.service.create(user, 'Theirs');
    await world.minutes(14.5);
    // The first token has ended: this change asks for one, and gets somebody else's.
    expect(await client.markAsRead(mine.id)).toBe(false);
    await world.seconds(1);
    expect(titles(client)).toEqual(['Theirs']);
    expect(world.service.requests).not.toContain('POST /notifications/mark');
  });

  it('is noticed where the page gives an id of its own too, and nothing of theirs is read', async () => {
    const world = createClientWorld();
    await world.create('Mine');
    let user = world.user;
    const client = world.client({ getToken: () => world.token(user), userId: world.user });
    client.start();
    await world.seconds(1);
    user = '0b5e55ed-0000-4000-8000-000000000002';
    await world.service.create(user, 'Theirs');
    await world.minutes(14.5);
    expect(titles(client)).toEqual(['Theirs']);
    expect((await world.service.truth(user)).unread_count).toBe(1);
    expect((await world.service.truth(world.user)).unread_count).toBe(1);
  });

  it('lets no read-all through that was meant for the first one', async () => {
    const world = createClientWorld();
    await world.create('Mine');
    let user = world.user;
    const client = world.client({
      getToken: () => world.token(user),
      userId: world.user,
      connectionMinimumLifetimeMinutes: 120,
    });
    client.start();
    await world.seconds(1);
    user = '0b5e55ed-0000-4000-8000-000000000002';
    await world.service.create(user, 'Theirs');
    await world.minutes(14.5);
    expect(await client.markAllAsRead()).toBe(false);
    expect((await world.service.truth(user)).unread_count).toBe(1);
  });
});

describe('a clock that is set back by an hour', () => {
  async function setBack() {
    const world = createClientWorld({ tokenLifeMs: 7_200_000 });
    const tab = world.tab();
    let aheadMs = 0;
    tab.environment.now = () => world.clock.now() + aheadMs;
    const client = world.client({}, tab);
    client.start();
    await world.seconds(1);
    aheadMs = -3_600_000;
    return { world, client };
  }

  it('delays no question for what is missing', async () => {
    const { world, client } = await setBack();
    world.weather.frameLoss = 1;
    await world.create('Missed');
    world.weather.frameLoss = 0;
    await world.create('Heard');
    await world.seconds(2);
    expect(titles(client)).toEqual(['Heard', 'Missed']);
  });

  it('does not keep a dead socket from being found', async () => {
    const { world, client } = await setBack();
    world.weather.isUnreachable = true;
    world.service.cut();
    world.weather.isUnreachable = false;
    await world.create('Missed');
    await world.seconds(40);
    expect(titles(client)).toEqual(['Missed']);
    expect(world.service.connections()).toBe(1);
  });
});
