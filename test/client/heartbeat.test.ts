import { describe, expect, it } from 'vitest';
import { createClientWorld } from './client-world.ts';

/** Started clients in tabs of one browser, visible or hidden; the first of them leads. */
async function tabs(...areVisible: boolean[]) {
  const world = createClientWorld({ tokenLifeMs: 7_200_000 });
  const opened = areVisible.map((isVisible) => {
    const tab = world.tab();
    const client = world.client({}, tab);
    tab.state.isVisible = isVisible;
    client.start();
    return { tab, client };
  });
  await world.seconds(1);
  const statuses = () => opened.map(({ client }) => client.getSnapshot().status);
  expect(statuses()).toEqual(areVisible.map(() => 'live'));
  const [first] = opened;
  if (!first) throw new Error('A browser has at least one tab.');
  return { world, opened, first, statuses };
}

/** Browsers run the timers of a hidden page once a minute. */
function throttle({ environment }: Awaited<ReturnType<typeof tabs>>['first']['tab']): void {
  const { after } = environment;
  environment.after = (ms, run) => after(Math.max(ms, 60_000), run);
}

const oneVisible = [
  ['the only page', [true]],
  ['the page that leads', [true, false]],
  ['a page that follows', [false, true]],
  ['one of many pages', [false, false, true, false]],
] as const;

describe('a socket that is dead without a word', () => {
  it.each(oneVisible)('is found within 75 seconds if the user sees %s', async (_, areVisible) => {
    for (let second = 0; second < 60; second += 7) {
      const { world, opened, statuses } = await tabs(...areVisible);
      await world.seconds(second);
      world.service.forget();
      await world.create('Missed');
      await world.seconds(75);
      expect(statuses()).toEqual(areVisible.map(() => 'live'));
      expect(opened.map(({ client }) => client.getSnapshot().unreadCount)).toEqual(areVisible.map(() => 1));
      expect(world.service.connections()).toBe(1);
    }
  });

  it('is found within 75 seconds by a page that follows, though the page that leads is hidden and late', async () => {
    for (let second = 0; second < 60; second += 7) {
      const { world, opened, first } = await tabs(false, true);
      throttle(first.tab);
      await world.minutes(10);
      await world.seconds(second);
      world.service.forget();
      await world.create('Missed');
      await world.seconds(75);
      expect(opened.map(({ client }) => client.getSnapshot().unreadCount)).toEqual([1, 1]);
      expect(world.service.connections()).toBe(1);
    }
  });

  it('is found by the slow ping if the user sees no page', async () => {
    const { world, opened } = await tabs(false, false);
    world.service.forget();
    await world.create('Missed');
    await world.minutes(9.5);
    expect(opened.map(({ client }) => client.getSnapshot().unreadCount)).toEqual([1, 1]);
  });

  it.each(['visibilitychange', 'focus', 'online', 'refresh'] as const)(
    'is found at once on %s',
    async (event) => {
      for (const index of [0, 1]) {
        const { world, opened, statuses } = await tabs(false, false);
        world.service.forget();
        if (event === 'refresh') opened[index]?.client.refresh();
        // The network is that of all tabs.
        else if (event === 'online') for (const { tab } of opened) tab.page(event);
        else opened[index]?.tab.page(event);
        await world.seconds(8);
        expect(statuses()).toEqual(['live', 'live']);
        await world.create('Ding');
        expect(opened.map(({ client }) => client.getSnapshot().unreadCount)).toEqual([1, 1]);
      }
    },
  );
});

describe('a socket behind a proxy that forgets it after a minute of silence', () => {
  it.each(oneVisible)('stays open while the user sees %s', async (_, areVisible) => {
    const { world } = await tabs(...areVisible);
    for (let second = 0; second < 30 * 60; second += 1) {
      world.service.forget(60_000);
      await world.seconds(1);
    }
    expect(world.service.upgrades).toHaveLength(1);
  });
});

describe('a leader whose socket answers late', () => {
  it('stays the leader, since its followers hear of the answer', async () => {
    const { world, opened, first } = await tabs(false, true);
    Object.assign(world.weather, { frameDelayMs: 400, messageDelayMs: 50 });
    await world.minutes(30);
    expect(first.client.isLeader()).toBe(true);
    for (const { tab } of opened) tab.page('focus');
    await world.seconds(10);
    expect(first.client.isLeader()).toBe(true);
    expect(world.service.upgrades).toHaveLength(1);
  });
});

describe('pings', () => {
  it('come each 50 seconds in a page that the user sees, and each 8 minutes otherwise', async () => {
    const counts = [];
    for (const areVisible of [[true], [true, true, true], [false, true], [false], [false, false]]) {
      const { world } = await tabs(...areVisible);
      await world.minutes(60);
      counts.push(world.service.pings());
    }
    const [alone, three, behind, hidden, allHidden] = counts;
    for (const count of [alone, three, behind]) {
      expect(count).toBeGreaterThan(60);
      expect(count).toBeLessThanOrEqual(73);
    }
    for (const count of [hidden, allHidden]) expect(count).toBeLessThan(9);
  });

  it('are not needed while the socket has news', async () => {
    const { world } = await tabs(true);
    for (let second = 0; second < 600; second += 10) {
      await world.create();
      await world.seconds(10);
    }
    expect(world.service.pings()).toBe(0);
  });
});
