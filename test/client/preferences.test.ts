import { describe, expect, it, vi } from 'vitest';
import { NotificationError } from '../../client/src/error.ts';
import { getPreferences, setPreferences } from '../../client/src/preferences.ts';
import { createClientWorld } from './client-world.ts';

async function setUp() {
  const world = createClientWorld();
  const client = world.client();
  client.start();
  await world.seconds(1);
  return { world, client };
}

const failureOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => error);

describe('preferences', () => {
  it('are every type that the service knows', async () => {
    const { world, client } = await setUp();
    expect(await getPreferences(client)).toEqual({
      user_id: world.user,
      types: {
        news: { enabled: true, critical: false },
        digest: { enabled: false, critical: false },
        payout: { enabled: true, critical: true },
      },
    });
  });

  it('are set by type, answered as a whole, and keep what is switched off from the user', async () => {
    const { world, client } = await setUp();
    const { types } = await setPreferences(client, { news: false });
    expect(types).toMatchObject({ news: { enabled: false }, digest: { enabled: false } });
    expect(await getPreferences(client)).toMatchObject({ types });
    await world.create('Not for me', { type: 'news' });
    await world.create('For me', { type: 'payout' });
    await world.seconds(1);
    expect(client.getSnapshot().notifications).toMatchObject([{ title: 'For me' }]);
  });

  it('that change are an event in every tab and browser, wherever they were changed', async () => {
    const { world, client } = await setUp();
    const others = [world.client(), world.client({}, world.newBrowser().open())];
    const heard = vi.fn();
    for (const each of [client, ...others]) {
      each.start();
      each.on('preferences', heard);
    }
    await world.seconds(1);
    await setPreferences(client, { news: false });
    await world.seconds(1);
    expect(heard).toHaveBeenCalledTimes(3);
    await world.service.prefer(world.user, 'news', true);
    await world.seconds(1);
    expect(heard).toHaveBeenCalledTimes(6);
  });

  it('of another user are no event', async () => {
    const { world, client } = await setUp();
    const heard = vi.fn();
    client.on('preferences', heard);
    const user_id = '0b5e55ed-0000-4000-8000-000000000009';
    world.service.say(JSON.stringify({ type: 'preferences.changed', user_id }));
    await world.seconds(1);
    expect(heard).not.toHaveBeenCalled();
  });

  it.each([
    ['a type that is critical', { payout: false }],
    ['a type that is unknown', { gossip: true }],
  ])('are refused whole for %s', async (_, types) => {
    const { client } = await setUp();
    const error = await failureOf(setPreferences(client, { news: false, ...types }));
    expect(error).toBeInstanceOf(NotificationError);
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
    expect((await getPreferences(client)).types.news?.enabled).toBe(true);
  });

  it('reject if there is no answer, and show no error in the list', async () => {
    const { world, client } = await setUp();
    world.weather.isUnreachable = true;
    const asked = failureOf(getPreferences(client));
    await world.seconds(1);
    expect(await asked).toMatchObject({ name: 'NotificationError', code: 'network' });
  });

  it.each<[string, (ask: () => Promise<unknown>, stop: () => void) => Promise<unknown>]>([
    [
      'after a sign-out',
      (ask, stop) => {
        stop();
        return ask();
      },
    ],
    [
      'if the user signs out before the answer',
      (ask, stop) => {
        const asked = ask();
        stop();
        return asked;
      },
    ],
  ])('reject %s', async (_, run) => {
    const { client } = await setUp();
    const error = await failureOf(run(() => getPreferences(client), client.stop));
    expect(error).toBeInstanceOf(NotificationError);
    expect(error).toMatchObject({ code: 'unauthenticated' });
  });

  it('reject if the client cannot work with its options', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const client = createClientWorld().client({ apiUrl: '' });
    expect(await failureOf(getPreferences(client))).toMatchObject({ code: 'invalid_options' });
    vi.restoreAllMocks();
  });
});
