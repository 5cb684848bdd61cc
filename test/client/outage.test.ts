import { describe, expect, it, vi } from 'vitest';
import { createClock } from '../../client/src/clock.ts';
import { createClientWorld } from './client-world.ts';

const seeds = Array.from({ length: 10 }, (_, seed) => seed);

/** A client that was live when the service went away, which was so many minutes ago. */
async function outage(seed: number, minutes: number) {
  const world = createClientWorld({ seed, tokenLifeMs: 7_200_000 });
  const tab = world.tab();
  const client = world.client({}, tab);
  client.start();
  await world.seconds(1);
  Object.assign(world.weather, { isUnreachable: true, refusesSockets: true });
  world.service.forget();
  tab.page('online');
  await world.seconds(6);
  const before = { upgrades: world.service.upgrades.length };
  await world.minutes(minutes);
  return { world, tab, client, attempts: world.service.upgrades.length - before.upgrades };
}

const status = (client: Awaited<ReturnType<typeof outage>>['client']) => client.getSnapshot().status;

describe('after an outage', () => {
  it.each(seeds)('no socket is tried until a poll works, and then at once (seed %i)', async (seed) => {
    const { world, client, attempts } = await outage(seed, 60);
    // The one that was under way, or that found out.
    expect(attempts).toBeLessThanOrEqual(1);
    expect(status(client)).toBe('unreachable');
    Object.assign(world.weather, { isUnreachable: false, refusesSockets: false });
    await world.seconds(41.5);
    expect(status(client)).toBe('live');
    expect(world.service.upgrades.length).toBeLessThanOrEqual(3);
  });

  it('no click brings a socket while polls fail', async () => {
    const { world, tab } = await outage(1, 1);
    const before = world.service.upgrades.length;
    for (let second = 0; second < 900; second += 1) {
      tab.page(second % 3 ? 'keydown' : 'focus');
      await world.seconds(1);
    }
    expect(world.service.upgrades.length - before).toBeLessThanOrEqual(1);
  });

  it.each(seeds)('sockets that were refused for long before it are forgotten (seed %i)', async (seed) => {
    const world = createClientWorld({ seed, tokenLifeMs: 7_200_000 });
    const client = world.client();
    world.weather.refusesSockets = true;
    client.start();
    await world.minutes(30);
    expect(status(client)).toBe('polling');
    world.weather.isUnreachable = true;
    await world.minutes(4);
    Object.assign(world.weather, { isUnreachable: false, refusesSockets: false });
    await world.seconds(41.5);
    expect(status(client)).toBe('live');
  });

  it.each(seeds)('a short one is over within a few seconds (seed %i)', async (seed) => {
    const { world, client } = await outage(seed, 0.2);
    Object.assign(world.weather, { isUnreachable: false, refusesSockets: false });
    await world.seconds(20);
    expect(status(client)).toBe('live');
  });

  it('the client is live at once if the user asks', async () => {
    const { world, client } = await outage(1, 60);
    Object.assign(world.weather, { isUnreachable: false, refusesSockets: false });
    client.refresh();
    await world.seconds(1);
    expect(status(client)).toBe('live');
  });

  it('clients do not come back together', async () => {
    const moments = await Promise.all(
      seeds.map(async (seed) => {
        const { world, client } = await outage(seed, 30);
        Object.assign(world.weather, { isUnreachable: false, refusesSockets: false });
        let seconds = 0;
        for (; status(client) !== 'live'; seconds += 1) await world.seconds(1);
        return seconds;
      }),
    );
    expect(new Set(moments).size).toBeGreaterThan(5);
  });

  it('no socket is tried if requests alone fail, for as long as they do', async () => {
    const world = createClientWorld();
    const tab = world.tab();
    const { fetch } = tab.environment;
    tab.environment.fetch = async () => new Response('', { status: 503 });
    const client = world.client({}, tab);
    world.weather.refusesSockets = true;
    client.start();
    await world.minutes(60);
    expect(status(client)).toBe('unreachable');
    expect(world.service.upgrades.length).toBe(1);
    world.weather.refusesSockets = false;
    tab.environment.fetch = fetch;
    await world.seconds(41.5);
    expect(status(client)).toBe('live');
  });

  it('polls come each half minute, and later if the service asks for it', async () => {
    const world = createClientWorld();
    const tab = world.tab();
    const fetch = vi.fn(async () => new Response('', { status: 429, headers: { 'retry-after': '240' } }));
    tab.environment.fetch = fetch;
    world.weather.refusesSockets = true;
    world.client({}, tab).start();
    await world.minutes(60);
    // The poll and the first page, four minutes apart, and those that the sockets need.
    expect(fetch.mock.calls.length).toBeLessThan(50);
  });
});

describe('the wait that the service asks for', () => {
  it.each([
    ['90', 90_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 0],
    ['86400', 300_000],
    ['9'.repeat(400), 300_000],
    ['soon', 0],
    ['', 0],
    ['-5', 0],
    [undefined, 0],
  ])('is %j as %i ms', async (header, expected) => {
    const world = createClientWorld();
    const tab = world.tab();
    const headers = header === undefined ? {} : { 'retry-after': header };
    tab.environment.fetch = async () => new Response('{"code":"unavailable"}', { status: 503, headers });
    const client = world.client({}, tab);
    client.start();
    await world.seconds(1);
    expect(client.getSnapshot().error?.retryAfterMs).toBe(expected);
  });
});

describe('the time', () => {
  it.each([-26, -3, 0, 3, 26])('is that of the service if this machine is %i hours ahead', async (hours) => {
    const world = createClientWorld({ clockAheadMs: hours * 3_600_000 });
    const client = world.client();
    expect(client.now() - world.clock.now()).toBe(hours * 3_600_000);
    client.start();
    await world.seconds(1);
    for (let minute = 0; minute < 60; minute += 1) {
      await world.clock.advance(61_234);
      expect(Math.abs(client.now() - world.clock.now())).toBeLessThanOrEqual(1_000);
    }
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
  });

  it('never jumps if this machine is right, however late answers come', () => {
    let time = Date.UTC(2026, 0, 1);
    // Nothing else is read.
    const clock = createClock({ now: () => time } as never);
    for (let step = 0; step < 1_000; step += 1) {
      const sentAt = time;
      time += (step * 37) % 900;
      const date = new Date(time).toUTCString();
      time += (step * 61) % 5_000;
      clock.learn(date, sentAt);
      expect(clock.now()).toBe(time);
    }
  });

  it('follows a clock that is set', () => {
    let time = Date.UTC(2026, 0, 1);
    let aheadMs = 0;
    const clock = createClock({ now: () => time + aheadMs } as never);
    for (aheadMs of [0, 7_200_000, -86_400_000, 0]) {
      time += 12_345;
      clock.learn(new Date(time).toUTCString(), time + aheadMs);
      expect(Math.abs(clock.now() - time)).toBeLessThanOrEqual(1_000);
    }
  });

  it.each([null, '', 'soon', 'yesterday GMT'])('ignores the header %j', (date) => {
    const clock = createClock({ now: () => 1_000 } as never);
    clock.learn(date, 1_000);
    expect(clock.now()).toBe(1_000);
  });
});
