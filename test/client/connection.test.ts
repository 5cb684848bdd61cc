import { describe, expect, it } from 'vitest';
import type { NotificationClient, NotificationClientOptions } from '../../client/src/types.ts';
import { createClientWorld } from './client-world.ts';

const statusOf = (client: NotificationClient) => client.getSnapshot().status;
const countOf = (client: NotificationClient) => client.getSnapshot().notifications.length;

/** A live client in a tab of a world of its own. */
async function live(
  settings: Parameters<typeof createClientWorld>[0] = {},
  options: Partial<NotificationClientOptions> = {},
) {
  const world = createClientWorld(settings);
  const tab = world.tab();
  const client = world.client(options, tab);
  client.start();
  await world.seconds(1);
  expect(statusOf(client)).toBe('live');
  return { world, tab, client };
}

describe('a socket', () => {
  it('that is cut comes back with a fresh token, and what was missed is shown once', async () => {
    const { world, client } = await live();
    const shown: number[] = [];
    client.on('notification', ({ id }) => shown.push(id));
    await world.minutes(2);
    world.service.cut();
    expect(statusOf(client)).toBe('connecting');
    const { id } = await world.create('Missed');
    await world.seconds(3);
    expect(statusOf(client)).toBe('live');
    expect([countOf(client), shown]).toEqual([1, [id]]);
    expect(new Set(world.service.upgrades).size).toBe(2);
  });

  it('is pinged before the gateway calls it idle', async () => {
    const { world } = await live({ tokenLifeMs: 7_200_000 });
    await world.minutes(90);
    expect(world.service.upgrades).toHaveLength(1);
  });

  it('that is dead without a word is found by its ping, and replaced', async () => {
    const { world, client } = await live({ tokenLifeMs: 7_200_000 });
    world.weather.isUnreachable = true;
    world.service.cut();
    world.weather.isUnreachable = false;
    await world.create('Missed');
    expect([statusOf(client), countOf(client)]).toEqual(['live', 0]);
    await world.minutes(9.5);
    expect([statusOf(client), countOf(client)]).toEqual(['live', 1]);
    expect(world.service.upgrades).toHaveLength(2);
  });

  it.each(['visibilitychange', 'online'] as const)('that is dead is found at once on %s', async (event) => {
    const { world, tab, client } = await live();
    world.weather.isUnreachable = true;
    world.service.cut();
    world.weather.isUnreachable = false;
    tab.page(event);
    await world.seconds(8);
    await world.create('Ding');
    expect([statusOf(client), countOf(client)]).toEqual(['live', 1]);
    expect(world.service.upgrades).toHaveLength(2);
  });

  it('is looked at after a short sleep too', async () => {
    const { world, tab, client } = await live();
    tab.freeze();
    world.weather.isUnreachable = true;
    world.service.cut();
    await world.minutes(4);
    world.weather.isUnreachable = false;
    await world.create('Missed');
    tab.thaw();
    await world.seconds(8);
    await world.create('Ding');
    expect([statusOf(client), countOf(client)]).toEqual(['live', 2]);
  });

  it('is found at once after a sleep, and what was missed is shown before it is replaced', async () => {
    const { world, tab, client } = await live();
    tab.freeze();
    world.weather.isUnreachable = true;
    world.service.cut();
    await world.minutes(60);
    world.weather.isUnreachable = false;
    await world.create('Missed');
    tab.thaw();
    await world.seconds(1);
    expect(countOf(client)).toBe(1);
    await world.seconds(6);
    await world.create('Ding');
    expect([statusOf(client), countOf(client)]).toEqual(['live', 2]);
  });

  it('that opens but never answers is given up', async () => {
    const world = createClientWorld();
    const client = world.client();
    world.weather.isUnreachable = true;
    client.start();
    await world.seconds(60);
    world.weather.isUnreachable = false;
    await world.minutes(1);
    expect(statusOf(client)).toBe('live');
  });

  it('whose every frame is lost is made up for within half an hour', async () => {
    const { world, client } = await live({ tokenLifeMs: 7_200_000 });
    world.weather.frameLoss = 1;
    await world.create('Missed');
    world.weather.frameLoss = 0;
    await world.minutes(31);
    expect(countOf(client)).toBe(1);
    expect(world.service.upgrades).toHaveLength(1);
  });

  it('that speaks nonsense is not believed', async () => {
    const { world, client } = await live();
    world.service.say('no JSON');
    world.service.say('{"type":"weather","version":"tomorrow"}');
    world.service.say('null');
    await world.create();
    expect([statusOf(client), countOf(client)]).toEqual(['live', 1]);
    const asked = world.service.requests.length;
    await world.minutes(1);
    expect(world.service.requests).toHaveLength(asked);
  });

  it('that speaks of a kind of change that is not known yet makes the client ask', async () => {
    const { world, client } = await live();
    world.weather.frameLoss = 1;
    await world.create();
    world.weather.frameLoss = 0;
    const { notifications: _, has_more: __, ...state } = await world.service.truth(world.user);
    world.service.say(JSON.stringify({ type: 'notification.moved', ...state }));
    await world.seconds(1);
    expect(countOf(client)).toBe(1);
  });
});

describe('a page that is frozen while its socket opens, and left', () => {
  it('has a socket again when it comes back', async () => {
    const world = createClientWorld();
    const tab = world.tab();
    const client = world.client({}, tab);
    client.start();
    await world.clock.advance(0);
    expect(world.service.upgrades).toHaveLength(1);
    tab.freeze();
    tab.page('pagehide');
    await world.seconds(5);
    tab.thaw();
    await world.seconds(1);
    tab.page('pageshow');
    await world.seconds(2);
    await world.create();
    expect([statusOf(client), countOf(client), world.service.connections()]).toEqual(['live', 1, 1]);
  });
});

describe('a renewal', () => {
  it('comes before the service stops pushing, with no time in which nothing is heard', async () => {
    const { world, client } = await live({ tokenLifeMs: 5 * 60_000 });
    let created = 0;
    for (let minute = 0; minute < 120; minute += 1) {
      await world.create();
      created += 1;
      expect(client.getSnapshot().unreadCount).toBe(created);
      expect(statusOf(client)).toBe('live');
      await world.minutes(1);
    }
    expect(world.service.connections()).toBe(1);
    expect(world.service.upgrades.length).toBeGreaterThan(8);
    expect(world.service.upgrades.length).toBeLessThan(12);
  });

  it('comes before two hours where the token would last longer', async () => {
    const { world, client } = await live({ tokenLifeMs: 24 * 3_600_000 });
    const statuses = new Set<string>();
    client.subscribe(() => statuses.add(statusOf(client)));
    await world.minutes(6 * 60);
    expect(statuses).toEqual(new Set());
    expect(world.service.upgrades).toHaveLength(4);
  });

  it('follows the token where the service is strict', async () => {
    const { world, client } = await live(
      { tokenLifeMs: 5 * 60_000 },
      { connectionMinimumLifetimeMinutes: 0 },
    );
    world.installation.minimumLifetimeMs = 0;
    world.service.cut();
    for (let minute = 0; minute < 30; minute += 1) {
      await world.minutes(1);
      await world.create();
      expect(client.getSnapshot().unreadCount).toBe(minute + 1);
    }
  });

  it('keeps the old socket until what was missed has been asked for', async () => {
    const { world } = await live();
    world.weather.requestDelayMs = 4_000;
    let most = 0;
    for (let second = 0; second < 15 * 60; second += 1) {
      await world.seconds(1);
      most = Math.max(most, world.service.connections());
    }
    expect([most, world.service.connections()]).toEqual([2, 1]);
  });

  it('that fails is tried again while the old socket goes on', async () => {
    const { world, client } = await live();
    world.weather.refusesSockets = true;
    await world.minutes(13.7);
    expect(statusOf(client)).toBe('live');
    await world.create();
    expect(countOf(client)).toBe(1);
    world.weather.refusesSockets = false;
    await world.minutes(1.2);
    const before = world.service.upgrades.length;
    await world.minutes(5);
    expect(statusOf(client)).toBe('live');
    expect(world.service.upgrades).toHaveLength(before);
  });

  it('that fails until the service has stopped pushing ends in polling, not in silence', async () => {
    const { world, client } = await live();
    world.weather.refusesSockets = true;
    await world.minutes(17);
    await world.create();
    await world.seconds(65);
    expect([statusOf(client), countOf(client)]).toEqual(['polling', 1]);
  });

  it('heeds no goodbye that it has caused itself', async () => {
    const { world, client } = await live();
    world.installation.connectionLimit = 1;
    await world.minutes(60);
    expect(statusOf(client)).toBe('live');
    await world.create();
    expect(countOf(client)).toBe(1);
  });
});

describe('without sockets', () => {
  it('the client polls after a few failures, says so, and goes live when they work again', async () => {
    const world = createClientWorld();
    const client = world.client();
    world.weather.refusesSockets = true;
    client.start();
    await world.seconds(30);
    expect(statusOf(client)).toBe('polling');
    await world.create('Polled');
    await world.seconds(65);
    expect(countOf(client)).toBe(1);
    world.weather.refusesSockets = false;
    await world.minutes(1.1);
    expect(statusOf(client)).toBe('live');
  });

  it('attempts go on for ever, a minute apart at most, and never in step', async () => {
    const worlds = [1, 2, 3].map((seed) => createClientWorld({ seed }));
    for (const world of worlds) {
      world.weather.refusesSockets = true;
      world.client().start();
      await world.minutes(60);
      expect(world.service.upgrades.length).toBeGreaterThan(70);
      expect(world.service.upgrades.length).toBeLessThan(250);
    }
    expect(new Set(worlds.map((world) => world.service.upgrades.length)).size).toBeGreaterThan(1);
  });

  it('the status is unreachable if nothing answers, and back within a moment when the network is', async () => {
    const { world, tab, client } = await live();
    world.weather.isUnreachable = true;
    tab.page('online');
    await world.seconds(45);
    expect(statusOf(client)).toBe('unreachable');
    await world.create('Missed');
    world.weather.isUnreachable = false;
    tab.page('online');
    await world.seconds(16);
    expect([statusOf(client), countOf(client)]).toEqual(['live', 1]);
  });

  it('the status is offline as soon as the browser says so, in every tab, and live soon after that is over', async () => {
    const world = createClientWorld();
    const browser = world.newBrowser();
    const tabs = [browser.open(), browser.open()];
    const clients = tabs.map((tab) => world.client({}, tab));
    for (const client of clients) client.start();
    await world.seconds(1);
    Object.assign(browser.state, { isOffline: true, knowsOffline: true });
    for (const tab of tabs) tab.page('offline');
    for (const client of clients) {
      expect(client.getSnapshot()).toMatchObject({ status: 'offline', error: { code: 'offline' } });
    }
    await world.minutes(10);
    expect(clients.map(statusOf)).toEqual(['offline', 'offline']);
    Object.assign(browser.state, { isOffline: false, knowsOffline: false });
    for (const tab of tabs) tab.page('online');
    expect(clients.map(statusOf)).not.toContain('offline');
    await world.seconds(16);
    for (const client of clients) {
      expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
    }
  });

  it('whoever works with the page neither causes a storm nor sees the status flap', async () => {
    const world = createClientWorld();
    const tab = world.tab();
    const client = world.client({}, tab);
    world.weather.refusesSockets = true;
    client.start();
    await world.minutes(1);
    const before = world.service.upgrades.length;
    const statuses = new Set<string>();
    client.subscribe(() => statuses.add(statusOf(client)));
    for (let second = 0; second < 600; second += 1) {
      tab.page('keydown');
      await world.seconds(1);
    }
    expect([...statuses].filter((status) => status !== 'polling')).toEqual([]);
    // At most one for each ten seconds of use, and those that would have come anyway.
    expect(world.service.upgrades.length - before).toBeLessThan(90);
  });

  it('attempts begin anew on another network, soon after each other', async () => {
    const seeds = Array.from({ length: 9 }, (_, seed) => seed);
    const statuses = await Promise.all(
      seeds.map(async (seed) => {
        const world = createClientWorld({ seed });
        const tab = world.tab();
        const client = world.client({}, tab);
        world.weather.refusesSockets = true;
        client.start();
        await world.minutes(30);
        tab.page('online');
        await world.seconds(3);
        world.weather.refusesSockets = false;
        await world.seconds(5);
        return statusOf(client);
      }),
    );
    // The pauses are random: most of them are short now, of which hardly any was before.
    expect(statuses.filter((status) => status === 'live').length).toBeGreaterThanOrEqual(5);
  });

  it('a socket that opens and closes at once is not opened in a hot loop', async () => {
    const { world } = await live();
    for (let second = 0; second < 600; second += 1) {
      world.service.cut();
      await world.seconds(1);
    }
    expect(world.service.upgrades.length).toBeLessThan(60);
  });
});

describe('after a goodbye', () => {
  async function replaced() {
    const world = createClientWorld();
    world.installation.connectionLimit = 1;
    const tab = world.tab();
    const client = world.client({}, tab);
    client.start();
    await world.seconds(1);
    const other = world.client({}, world.newBrowser().open());
    other.start();
    await world.seconds(1);
    return { world, tab, client, other };
  }

  it('the client polls, and takes no socket from the other device without use of the page', async () => {
    const { world, tab, client, other } = await replaced();
    expect([statusOf(client), statusOf(other)]).toEqual(['polling', 'live']);
    tab.page('online');
    await world.minutes(10);
    expect([statusOf(client), statusOf(other)]).toEqual(['polling', 'live']);
    await world.create('Polled');
    await world.seconds(65);
    expect(countOf(client)).toBe(1);
  });

  it('a renewal that was about to be tried again is not', async () => {
    const world = createClientWorld();
    world.installation.connectionLimit = 1;
    const client = world.client();
    client.start();
    await world.minutes(11);
    world.weather.refusesSockets = true;
    const before = world.service.upgrades.length;
    while (world.service.upgrades.length < before + 4) await world.seconds(1);
    world.weather.refusesSockets = false;
    const other = world.client({}, world.newBrowser().open());
    other.start();
    await world.clock.advance(10);
    expect(statusOf(client)).toBe('polling');
    await world.minutes(2);
    expect([statusOf(client), statusOf(other)]).toEqual(['polling', 'live']);
  });

  it.each(['visibilitychange', 'pointerdown'] as const)('the client goes live again on %s', async (event) => {
    const { world, tab, client, other } = await replaced();
    await world.minutes(1);
    tab.page(event);
    await world.seconds(1);
    expect([statusOf(client), statusOf(other)]).toEqual(['live', 'polling']);
  });
});

describe('a token', () => {
  it('serves the first page and the first socket alike', async () => {
    const { world } = await live();
    expect([world.tokens(), world.service.upgrades.length]).toEqual([1, 1]);
  });

  it('is asked for anew for a socket that could live longer by it', async () => {
    const { world, client } = await live({ tokenLifeMs: 60 * 60_000 });
    await world.minutes(2);
    world.service.cut();
    await world.seconds(3);
    expect([statusOf(client), world.tokens()]).toEqual(['live', 2]);
  });

  it.each([
    ['works', false, 20, 40],
    ['is refused', true, 150, 600],
  ])(
    'whose texts change each time makes no storm where the socket %s',
    async (_, isRefused, tokens, requests) => {
      const world = createClientWorld();
      const client = world.client({
        getToken: async () => {
          await new Promise<void>((resolve) => world.clock.after(100, resolve));
          return world.token(world.user, { nonce: String(world.tokens()) });
        },
      });
      world.weather.refusesSockets = isRefused;
      client.start();
      await world.minutes(60);
      expect(statusOf(client)).toMatch(isRefused ? /connecting|polling/ : 'live');
      expect(world.tokens()).toBeLessThan(tokens);
      expect(world.service.requests.length).toBeLessThan(requests);
    },
  );

  it('is asked for before the one in use ends', async () => {
    const { world, client } = await live({ tokenLifeMs: 5 * 60_000 });
    for (let minute = 0; minute < 20; minute += 1) {
      await world.minutes(1);
      await client.refresh();
    }
    expect(client.getSnapshot().error).toBeNull();
    expect(world.service.refusals()).toBe(0);
  });

  it('that is refused is replaced once, with the wish for a fresh one', async () => {
    const world = createClientWorld();
    const wishes: boolean[] = [];
    const client = world.client({
      getToken: ({ forceRefresh }) => {
        wishes.push(forceRefresh);
        return world.token();
      },
    });
    client.start();
    await world.seconds(1);
    world.service.refuseAll();
    await client.refresh();
    expect(wishes.filter(Boolean)).toHaveLength(1);
    expect(client.getSnapshot().error).toBeNull();
  });

  it('that is refused again and again makes the client say so, and asks in no hot loop', async () => {
    const world = createClientWorld();
    const ended = world.token(world.user, { exp: 1 });
    let asked = 0;
    const client = world.client({
      getToken: () => {
        asked += 1;
        return ended;
      },
    });
    client.start();
    await world.minutes(60);
    expect(client.getSnapshot()).toMatchObject({
      status: 'unauthenticated',
      error: { code: 'unauthenticated', status: 401 },
    });
    expect(asked).toBeLessThan(1_500);
  });

  it('that cannot be had is tried again', async () => {
    const world = createClientWorld();
    let fails = true;
    const client = world.client({
      getToken: async () => {
        if (fails) throw new Error('signed out');
        return world.token();
      },
    });
    client.start();
    await world.minutes(5);
    expect(client.getSnapshot()).toMatchObject({ status: 'unauthenticated', error: { code: 'token' } });
    fails = false;
    await world.minutes(2);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
  });

  it.each([
    ['slow', -3_600],
    ['fast', 3_600],
  ])('is used as long as it is good where this machine’s clock is an hour %s', async (_, seconds) => {
    const world = createClientWorld({ clockAheadMs: seconds * 1_000 });
    const client = world.client();
    client.start();
    for (let minute = 0; minute < 60; minute += 1) {
      await world.minutes(1);
      await world.create();
      expect(client.getSnapshot()).toMatchObject({ unreadCount: minute + 1, status: 'live' });
    }
    expect(world.service.refusals()).toBe(0);
    expect(world.tokens()).toBeLessThan(15);
  });
});

describe('thirty days', () => {
  // It computes for two seconds, which takes a busy machine longer.
  it('pass without a missed notification, a leak or a storm', { timeout: 120_000 }, async () => {
    const world = createClientWorld({ tokenLifeMs: 60 * 60_000 });
    const tab = world.tab();
    tab.state.isVisible = false;
    const client = world.client({ pageSize: 100 }, tab);
    client.start();
    await world.seconds(1);
    for (let hour = 0; hour < 30 * 24; hour += 1) {
      if (hour % 50 === 49) world.service.cut();
      await world.minutes(60);
      await world.create();
      await world.seconds(1);
      expect(client.getSnapshot().unreadCount).toBe(hour + 1);
    }
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
    expect(world.service.connections()).toBe(1);
    // A socket lasts 48 to 54 minutes of its token's hour.
    expect(world.service.upgrades.length).toBeLessThan(30 * 24 * 1.35);
    // Changes are asked for after each socket and two to four times an hour.
    expect(world.service.requests.length).toBeLessThan(30 * 24 * 6);
  });
});
