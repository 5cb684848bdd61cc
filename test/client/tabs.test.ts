import { describe, expect, it } from 'vitest';
import type { NotificationClient } from '../../client/src/types.ts';
import { opaqueTokenOf, readToken } from '../world/tokens.ts';
import { type ClientWorld, createClientWorld } from './client-world.ts';

/** Started clients in so many tabs of one browser; the first of them leads. */
async function tabs(world: ClientWorld, count: number) {
  const opened = Array.from({ length: count }, () => {
    const tab = world.tab();
    const client = world.client({}, tab);
    client.start();
    return { tab, client };
  });
  await world.seconds(1);
  const [first, ...others] = opened;
  if (!first) throw new Error('A browser has at least one tab.');
  return { first, others, clients: opened.map(({ client }) => client) };
}

const states = (clients: NotificationClient[]) =>
  clients.map((client) => {
    const { status, unreadCount, notifications } = client.getSnapshot();
    return { status, unreadCount, shown: notifications.length };
  });

describe('the tabs of a browser', () => {
  it('have one socket, whose news every one of them shows at once', async () => {
    const world = createClientWorld();
    const { clients } = await tabs(world, 10);
    await world.create();
    expect(world.service.connections()).toBe(1);
    expect(states(clients)).toEqual(clients.map(() => ({ status: 'live', unreadCount: 1, shown: 1 })));
    expect(clients.filter((client) => client.isLeader())).toHaveLength(1);
  });

  it('agree on what one of them has read', async () => {
    const world = createClientWorld();
    const { id } = await world.create();
    const { first, others, clients } = await tabs(world, 3);
    await others[0]?.client.markAsRead(id);
    await world.seconds(1);
    expect(states(clients).map(({ unreadCount }) => unreadCount)).toEqual([0, 0, 0]);
    expect(first.client.getSnapshot().notifications[0]?.status).toBe('read');
  });

  it('each ring once', async () => {
    const world = createClientWorld();
    const { clients } = await tabs(world, 3);
    const rung = clients.map(() => 0);
    clients.forEach((client, index) => {
      client.on('notification', () => {
        rung[index] = (rung[index] ?? 0) + 1;
      });
    });
    await world.create();
    await world.minutes(20);
    expect(rung).toEqual([1, 1, 1]);
  });

  it('hand the socket over within a second when the one that leads is left', async () => {
    const world = createClientWorld();
    const { first, others } = await tabs(world, 4);
    first.tab.page('pagehide');
    await world.seconds(1);
    expect(others.filter(({ client }) => client.isLeader())).toHaveLength(1);
    expect(world.service.connections()).toBe(1);
    await world.create();
    expect(states(others.map(({ client }) => client))).toEqual(
      others.map(() => ({ status: 'live', unreadCount: 1, shown: 1 })),
    );
  });

  it('miss nothing that comes while the socket is handed over', async () => {
    const world = createClientWorld();
    const { first, others } = await tabs(world, 3);
    first.client.stop();
    await world.create();
    await world.seconds(1);
    expect(states(others.map(({ client }) => client)).map(({ shown }) => shown)).toEqual([1, 1]);
  });

  it('catch up when the leader’s socket comes back', async () => {
    const world = createClientWorld();
    const { clients } = await tabs(world, 3);
    world.service.cut();
    await world.create();
    await world.seconds(3);
    expect(states(clients).map(({ shown }) => shown)).toEqual([1, 1, 1]);
  });

  it('poll by one of them, and all say so', async () => {
    const world = createClientWorld();
    world.weather.refusesSockets = true;
    const { clients } = await tabs(world, 3);
    await world.minutes(1);
    const asked = world.service.requests.length;
    await world.minutes(10);
    // The poll of each half minute and those after failed upgrades, by one tab; each tab's own question for changes.
    expect(world.service.requests.length - asked).toBeLessThan(60);
    await world.create();
    await world.minutes(1.1);
    expect(states(clients)).toEqual(clients.map(() => ({ status: 'polling', unreadCount: 1, shown: 1 })));
  });

  it('take the socket back after a goodbye when any of them is used', async () => {
    const world = createClientWorld();
    world.installation.connectionLimit = 1;
    const { others, clients } = await tabs(world, 3);
    const other = world.client({}, world.newBrowser().open());
    other.start();
    await world.minutes(1);
    expect(states(clients).map(({ status }) => status)).toEqual(['polling', 'polling', 'polling']);
    others[1]?.tab.page('focus');
    await world.seconds(1);
    expect(states(clients).map(({ status }) => status)).toEqual(['live', 'live', 'live']);
    expect(other.getSnapshot().status).toBe('polling');
  });

  it('replace a leader that is frozen when one of them comes to the front', async () => {
    const world = createClientWorld();
    const { first, others } = await tabs(world, 3);
    first.tab.freeze();
    others[0]?.tab.page('visibilitychange');
    await world.seconds(7);
    expect(others[0]?.client.isLeader()).toBe(true);
    await world.create();
    expect(states(others.map(({ client }) => client)).map(({ shown }) => shown)).toEqual([1, 1]);
    first.tab.thaw();
    await world.seconds(2);
    expect(world.service.connections()).toBe(1);
    expect(first.client.isLeader()).toBe(false);
    await world.create();
    expect(states([first.client])).toEqual([{ status: 'live', unreadCount: 2, shown: 2 }]);
  });

  it('replace a leader that is frozen while one of them stays in front', async () => {
    const world = createClientWorld();
    const { first, others } = await tabs(world, 3);
    first.tab.freeze();
    await world.minutes(1);
    expect(others.filter(({ client }) => client.isLeader())).toHaveLength(1);
    await world.create();
    expect(states(others.map(({ client }) => client)).map(({ shown }) => shown)).toEqual([1, 1]);
  });

  it('leave a leader alone that answers', async () => {
    const world = createClientWorld();
    const { first, others } = await tabs(world, 3);
    for (let minute = 0; minute < 10; minute += 1) {
      others[minute % 2]?.tab.page('visibilitychange');
      await world.minutes(1);
    }
    expect(first.client.isLeader()).toBe(true);
    expect(world.service.upgrades).toHaveLength(1);
  });

  it('find a page that comes back from the back-forward cache up to date', async () => {
    const world = createClientWorld();
    const { first } = await tabs(world, 1);
    first.tab.page('pagehide');
    await world.create();
    await world.minutes(5);
    expect(world.service.connections()).toBe(0);
    first.tab.page('pageshow');
    await world.seconds(1);
    expect(states([first.client])).toEqual([{ status: 'live', unreadCount: 1, shown: 1 }]);
  });

  it('have a socket each where the browser cannot share', async () => {
    const world = createClientWorld({ canShare: false });
    const { clients } = await tabs(world, 3);
    expect(world.service.connections()).toBe(3);
    await world.create();
    expect(states(clients).map(({ shown }) => shown)).toEqual([1, 1, 1]);
  });
});

describe('the tabs of a page that may not store anything', () => {
  it('have a socket each', async () => {
    const world = createClientWorld();
    const clients = [1, 2, 3].map(() => {
      const tab = world.tab();
      tab.environment.openChannel = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
      return world.client({}, tab);
    });
    for (const client of clients) client.start();
    await world.seconds(1);
    expect(world.service.connections()).toBe(3);
    await world.create();
    expect(states(clients)).toEqual(clients.map(() => ({ status: 'live', unreadCount: 1, shown: 1 })));
  });
});

describe('two users of one browser', () => {
  const other = '0b5e55ed-0000-4000-8000-000000000002';

  it.each([
    ['share nothing', {}],
    ['share nothing where one has a page that still names the other', { userId: createClientWorld().user }],
  ])('%s', async (_, named) => {
    const world = createClientWorld();
    const mine = world.client(named);
    const theirs = world.client({ ...named, getToken: () => world.token(other) });
    mine.start();
    theirs.start();
    await world.seconds(1);
    expect(world.service.connections()).toBe(2);
    await world.create('Secret');
    await world.seconds(5);
    expect(states([mine, theirs])).toMatchObject([{ shown: 1 }, { unreadCount: 0, shown: 0 }]);
  });

  it.each([
    ['another claim than the subject', { user_id: 'one' }, { user_id: 'two' }],
    ['a number', { account: 41 }, { account: 42 }],
    ['a member of a claim', { user: { name: { id: 'one' } } }, { user: { name: { id: 'two' } } }],
  ])('share nothing where %s tells them apart', async (_, one, two) => {
    const world = createClientWorld();
    const subject = { getToken: () => world.token(world.user, one) };
    const another = { getToken: () => world.token(world.user, two) };
    const clients = [world.client(subject), world.client(another), world.client(another)];
    for (const client of clients) client.start();
    await world.seconds(1);
    expect(world.service.connections()).toBe(2);
  });

  it('are one user where only what differs in each token tells them apart', async () => {
    const world = createClientWorld();
    let tokens = 0;
    const getToken = () => {
      tokens += 1;
      return world.token(world.user, { nbf: tokens, fva: [tokens, -1] });
    };
    const clients = [world.client({ getToken }), world.client({ getToken })];
    for (const client of clients) client.start();
    await world.seconds(1);
    expect(tokens).toBeGreaterThan(1);
    expect(world.service.connections()).toBe(1);
  });

  it('share nothing where their tokens tell nothing', async () => {
    const world = createClientWorld();
    const opaque = { getToken: () => opaqueTokenOf({ ...readToken(world.token()) }) };
    const clients = [world.client(opaque), world.client(opaque)];
    for (const client of clients) client.start();
    await world.seconds(1);
    expect(clients.map((client) => client.isLeader())).toEqual([true, true]);
    await world.minutes(60);
    expect(states(clients).map(({ status }) => status)).toEqual(['live', 'live']);
  });

  it('are told apart by an id that the page gives where their tokens tell nothing', async () => {
    const world = createClientWorld();
    const opaque = { getToken: () => opaqueTokenOf({ ...readToken(world.token()) }) };
    const clients = ['me', 'me', 'you'].map((userId) => world.client({ ...opaque, userId }));
    for (const client of clients) client.start();
    await world.seconds(1);
    expect(world.service.connections()).toBe(2);
  });

  it('are told apart by an id that the page gives, whatever else tokens hold', async () => {
    const world = createClientWorld();
    const changing = {
      getToken: () => world.token(world.user, { nonce: String(world.tokens()) }),
      userId: 'me',
    };
    const clients = [world.client(changing), world.client(changing)];
    for (const client of clients) client.start();
    await world.seconds(1);
    expect(world.service.connections()).toBe(1);
    await world.create();
    await world.minutes(60);
    expect(states(clients)).toEqual([
      { status: 'live', unreadCount: 1, shown: 1 },
      { status: 'live', unreadCount: 1, shown: 1 },
    ]);
  });
});
