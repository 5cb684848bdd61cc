import { describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../client/src/environment.ts';
import type { NotificationClient } from '../../client/src/types.ts';
import type { InboxFrame } from '../../client/src/wire.ts';
import { contentOf } from '../support/content.ts';
import { opaqueTokenOf } from '../world/tokens.ts';
import { type ClientWorld, createClientWorld } from './client-world.ts';

const other = '0b5e55ed-0000-4000-8000-0000000000aa';
const titles = (client: NotificationClient) => client.getSnapshot().notifications.map(({ title }) => title);

/** A row of the other user. */
const theirs = (version: number) => ({
  id: 1_000 + version,
  user_id: other,
  ...contentOf({ title: 'Theirs' }),
  status: 'unread' as const,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  version,
});

/** What a frame of the other user may be, for a client that is at version 3. */
const framesOf = (version: number): [string, object][] => {
  const state = { user_id: other, version, unread_count: 77 };
  const notification = theirs(version);
  return [
    ['that creates', { type: 'notification.created', ...state, notification }],
    ['that updates', { type: 'notification.updated', ...state, notification: { ...notification, id: 1 } }],
    ['of a read-all', { type: 'inbox.read_all', ...state, before_id: 1_000_000 }],
    ['that only says something changed', { type: 'inbox.changed', ...state }],
    ['of an unknown type', { type: 'notification.moved', ...state }],
  ];
};

const frames = ([1, 3, 4, 900] as const).flatMap((version) => framesOf(version));
const namedFrames = frames.map(
  ([name, frame]) => [`${name} at version ${'version' in frame && frame.version}`, frame] as const,
);

/** Frames that name the user, but have a row of another. */
const mixed = (user_id: string): [string, object][] =>
  ['notification.created', 'notification.updated'].map((type) => [
    type,
    { type, user_id, version: 4, unread_count: 77, notification: theirs(4) },
  ]);

/** A user with three notifications. */
async function worldOfThree() {
  const world = createClientWorld();
  for (const title of ['One', 'Two', 'Three']) await world.create(title);
  return world;
}

/** Lets what was heard have its effect, and expects none. */
async function expectNothingOf(world: ClientWorld, client: NotificationClient, hear: () => void) {
  const before = client.getSnapshot();
  const asked = world.service.requests.length;
  const heard = vi.fn();
  client.on('notification', heard);
  hear();
  await world.seconds(5);
  expect(client.getSnapshot()).toBe(before);
  expect(world.service.requests).toHaveLength(asked);
  await world.create('Four');
  await world.seconds(2);
  expect(titles(client)).toEqual(['Four', 'Three', 'Two', 'One']);
  expect(client.getSnapshot()).toMatchObject({ unreadCount: 4, userId: world.user });
  expect(heard.mock.calls.map(([{ title }]) => title)).toEqual(['Four']);
}

describe('a frame of another user', () => {
  it.each(namedFrames)('on the own socket changes nothing and asks nothing: one %s', async (_, frame) => {
    const world = await worldOfThree();
    const client = world.client();
    client.start();
    await world.seconds(1);
    await expectNothingOf(world, client, () => world.service.say(JSON.stringify(frame)));
  });

  it.each(namedFrames)('from another tab changes nothing and asks nothing: one %s', async (_, frame) => {
    const world = await worldOfThree();
    const [leading, following] = [world.tab(), world.tab()];
    const names = new Set<string>();
    const { openChannel } = leading.environment;
    leading.environment.openChannel = (name) => {
      names.add(name);
      return open(name);
    };
    const open = (name: string) => {
      if (!openChannel) throw new Error('The browser has channels.');
      return openChannel(name);
    };
    world.client({}, leading).start();
    await world.seconds(1);
    const client = world.client({}, following);
    client.start();
    await world.seconds(1);
    expect(client.isLeader()).toBe(false);
    await expectNothingOf(world, client, () => {
      for (const name of names) open(name).postMessage({ frame });
    });
  });

  it('that names the user changes nothing either', async () => {
    const world = await worldOfThree();
    const client = world.client();
    client.start();
    await world.seconds(1);
    await expectNothingOf(world, client, () => {
      for (const [, frame] of mixed(world.user)) world.service.say(JSON.stringify(frame));
    });
  });

  it.each(namedFrames)(
    'before the first answer is dropped as soon as that has come: one %s',
    async (_, frame) => {
      const world = await worldOfThree();
      const tab = world.tab();
      holdAnswers(world, tab.environment, 3_000);
      const client = world.client({}, tab);
      client.start();
      await world.seconds(1);
      world.service.say(JSON.stringify(frame));
      await world.create('Four');
      await world.seconds(10);
      expect(titles(client)).toEqual(['Four', 'Three', 'Two', 'One']);
      expect(client.getSnapshot()).toMatchObject({ unreadCount: 4, userId: world.user });
    },
  );
});

/** Lets every answer of the service come so much later, from now on. */
function holdAnswers(world: ClientWorld, environment: Environment, ms: number): void {
  const { fetch } = environment;
  environment.fetch = async (url, init) => {
    const answer = await fetch(url, init);
    await new Promise<void>((resolve) => world.clock.after(ms, resolve));
    return answer;
  };
}

describe('an answer to a session that has ended', () => {
  it.each<[string, (client: NotificationClient, id: number) => unknown, unknown]>([
    ['a first page', (client) => client.setFilter({ status: ['unread'] }), undefined],
    ['changes', (client) => client.refresh(), undefined],
    ['an older page', (client) => client.loadMore(), undefined],
    ['a mark', (client, id) => client.markAsRead(id), false],
    ['a mark that is refused', (client) => client.archive(12_345), false],
    ['a read-all', (client) => client.markAllAsRead(), false],
    ['a retry', (client) => client.retry(), false],
  ])('counts for nothing: %s', async (_, ask, outcome) => {
    const world = await worldOfThree();
    await world.service.create(other, 'Theirs');
    let user = world.user;
    const tab = world.tab();
    const client = world.client({ getToken: () => world.token(user), pageSize: 2 }, tab);
    client.start();
    await world.seconds(1);
    const { fetch } = tab.environment;
    holdAnswers(world, tab.environment, 5_000);
    const { id = 0 } = client.getSnapshot().notifications[0] ?? {};
    const asked = ask(client, id);
    await world.seconds(1);
    client.stop();
    expect(client.getSnapshot()).toMatchObject({ notifications: [], unreadCount: 0, userId: null });
    tab.environment.fetch = fetch;
    user = other;
    client.start();
    await world.seconds(1);
    const heard = vi.fn();
    client.on('error', heard);
    const before = client.getSnapshot();
    expect(before).toMatchObject({ unreadCount: 1, userId: other, error: null });
    await world.seconds(10);
    expect(client.getSnapshot()).toBe(before);
    expect(titles(client)).toEqual(['Theirs']);
    expect(heard).not.toHaveBeenCalled();
    expect(await asked).toBe(outcome);
  });

  it('counts for nothing after a sign-out alone either, nor does a token or an error', async () => {
    const world = await worldOfThree();
    const tab = world.tab();
    holdAnswers(world, tab.environment, 5_000);
    const client = world.client({}, tab);
    const heard = vi.fn();
    client.on('error', heard);
    client.start();
    await world.seconds(1);
    client.stop();
    const before = client.getSnapshot();
    world.weather.isUnreachable = true;
    await world.minutes(1);
    expect(client.getSnapshot()).toBe(before);
    expect(heard).not.toHaveBeenCalled();
  });
});

describe('an answer of another user to the own token', () => {
  /** A client whose tokens do not say whose they are. */
  async function withoutNames(othersCount: number) {
    const world = await worldOfThree();
    for (let count = 0; count < othersCount; count += 1) await world.service.create(other, 'Theirs');
    const signedIn = { user: world.user };
    const getToken = () => {
      const iat = world.clock.now() / 1_000;
      return opaqueTokenOf({ sub: signedIn.user, iat, exp: iat + 900 });
    };
    const client = world.client({ getToken });
    client.start();
    await world.seconds(1);
    expect(titles(client)).toEqual(['Three', 'Two', 'One']);
    return { world, client, signedIn };
  }

  it.each([1, 3, 9])(
    'means that they have signed in, and begins anew, at version %s',
    async (othersCount) => {
      const { world, client, signedIn } = await withoutNames(othersCount);
      signedIn.user = other;
      world.service.refuseAll();
      await world.seconds(1);
      const mixtures = new Set<number>();
      client.subscribe(() => {
        const users = client.getSnapshot().notifications.map(({ user_id }) => user_id);
        mixtures.add(new Set(users).size);
      });
      await client.refresh();
      await world.seconds(2);
      expect(titles(client)).toEqual(Array.from({ length: othersCount }, () => 'Theirs'));
      expect(client.getSnapshot()).toMatchObject({ unreadCount: othersCount, userId: other, error: null });
      expect(Math.max(...mixtures)).toBe(1);
      const counts = { unread_count: 9, unseen_count: 9, scopes: {} };
      const frame: InboxFrame = { type: 'inbox.changed', user_id: world.user, version: 99, ...counts };
      await expectNothingNew(world, client, JSON.stringify(frame));
    },
  );

  async function expectNothingNew(world: ClientWorld, client: NotificationClient, text: string) {
    const before = client.getSnapshot();
    world.service.say(text);
    await world.seconds(5);
    expect(client.getSnapshot()).toBe(before);
  }

  it('to a mark resolves it to false', async () => {
    const { world, client, signedIn } = await withoutNames(0);
    const { id } = await world.service.create(other, 'Theirs');
    signedIn.user = other;
    world.service.refuseAll();
    await world.seconds(1);
    // By chance, the id is one of theirs.
    expect(await client.markAsRead(id)).toBe(false);
    await world.seconds(2);
    expect(client.getSnapshot()).toMatchObject({ userId: other, error: null });
  });
});

describe('an answer that names no user', () => {
  it('is not taken for one of the service', async () => {
    const world = await worldOfThree();
    const tab = world.tab();
    const { fetch } = tab.environment;
    tab.environment.fetch = async (url, init) => {
      const answer = await fetch(url, init);
      const { user_id: _, ...rest } = JSON.parse(await answer.text());
      return Response.json(rest);
    };
    const client = world.client({ initialData: await world.service.page(other) }, tab);
    const seen = vi.fn();
    client.on('notification', seen);
    client.start();
    await world.minutes(1);
    expect(client.getSnapshot()).toMatchObject({
      notifications: [],
      unreadCount: 0,
      userId: null,
      error: { code: 'unexpected' },
    });
    expect(seen).not.toHaveBeenCalled();
  });
});

describe('answers that are of one user and then of another', () => {
  it('begin a new session later each time, and then show what is true', async () => {
    const world = await worldOfThree();
    const tab = world.tab();
    const { fetch } = tab.environment;
    let requests = 0;
    tab.environment.fetch = async (url, init) => {
      requests += 1;
      const answer = await fetch(url, init);
      const user_id = requests % 2 ? world.user : other;
      return Response.json({ ...JSON.parse(await answer.text()), user_id });
    };
    const getToken = () => {
      const iat = world.clock.now() / 1_000;
      return opaqueTokenOf({ sub: world.user, iat, exp: iat + 900 });
    };
    const client = world.client({ getToken }, tab);
    client.start();
    await world.minutes(10);
    expect(requests).toBeLessThan(200);
    tab.environment.fetch = fetch;
    await world.minutes(1);
    expect(titles(client)).toEqual(['Three', 'Two', 'One']);
  });
});
