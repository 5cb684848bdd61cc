import { describe, expect, it } from 'vitest';
import type { CreatedOne, Preferences } from '../../../functions/core/answers.ts';
import { errorType } from '../../support/gateway-needs.ts';
import { sharedState } from '../../support/inbox-state.ts';
import {
  batchCommand,
  type CreatedMany,
  command,
  installation,
  newUser,
} from '../../support/installation.ts';

const belfry = installation();
const undelivered = { connections: 0, posted: 0, gone: 0, failed: 0 };
const suppressed = {
  notification: null,
  created: false,
  grouped: false,
  suppressed: true,
  delivery: undelivered,
};

const byDefault = {
  booking: { enabled: true, critical: false },
  announcement: { enabled: true, critical: false },
  promo: { enabled: true, critical: false },
  digest: { enabled: false, critical: false },
  payout: { enabled: true, critical: true },
};

const get = async (user: string) => (await belfry.as(user).get<Preferences>('/preferences')).body;
const put = <Body = Preferences>(user: string, types: unknown) =>
  belfry.as(user).put<Body>('/preferences', { types });
const ofType = (type: string) => ({ metadata: { type } });
const stateOf = async (user: string) => (await belfry.as(user).get('/notifications/unread-count')).body;

describe('preferences', () => {
  it('are the defaults of every configured type at first', async () => {
    const user = newUser();
    expect(await get(user)).toEqual({ user_id: user, types: byDefault });
  });

  it('are set as far as they are named, and answered whole', async () => {
    const user = newUser();
    await put(user, { promo: false });
    const { status, body } = await put(user, { digest: true });
    expect(status).toBe(200);
    expect(body).toEqual({
      user_id: user,
      types: {
        ...byDefault,
        promo: { enabled: false, critical: false },
        digest: { enabled: true, critical: false },
      },
    });
    expect(await get(user)).toEqual(body);
  });

  it('change no version, and are told every socket of their user alone', async () => {
    const [user, other] = [newUser(), newUser()];
    const sockets = [await belfry.connect(user), await belfry.connect(user)];
    const stranger = await belfry.connect(other);
    await put(user, { promo: false });
    for (const socket of sockets) {
      expect(await socket.next()).toEqual({ type: 'preferences.changed', user_id: user });
      await socket.close();
    }
    expect(await stranger.settled()).toEqual([]);
    await stranger.close();
    expect(await stateOf(user)).toEqual(sharedState(user, 0, 0));
  });

  it.each([
    [
      'critical',
      { promo: false, payout: false },
      'types.payout is critical and cannot be switched on or off',
    ],
    [
      'not configured',
      { promo: false, newsletter: false },
      'types.newsletter is not a configured type; these are: booking, announcement, promo, digest, payout',
    ],
    ['neither on nor off', { promo: null }, 'types.promo must be true or false'],
    ['missing', {}, 'types must name at least one type'],
    ['no object', ['promo'], 'types must be an object of types'],
  ])('for what is %s are refused as a whole', async (_, types, detail) => {
    const user = newUser();
    expect(await put(user, types)).toMatchObject({ status: 400, body: { code: 'invalid_request', detail } });
    expect(await get(user)).toEqual({ user_id: user, types: byDefault });
  });
});

describe('what a user has switched off', () => {
  it('is not created, in any spelling, raises no version and is pushed to no socket', async () => {
    const user = newUser();
    await put(user, { promo: false });
    const socket = await belfry.connect(user);
    for (const type of ['promo', 'Promo', 'pro\u200bmo']) {
      const { created } = await belfry.invoke<CreatedOne>(command(user, ofType(type)));
      expect(created).toEqual(suppressed);
    }
    expect(await socket.settled()).toEqual([]);
    expect(await stateOf(user)).toEqual(sharedState(user, 0, 0));
    await socket.close();
  });

  it('is named by a create for many, which creates for the others', async () => {
    const [off, on] = [newUser(), newUser()];
    await put(off, { promo: false });
    const { created } = await belfry.invoke<CreatedMany>(batchCommand([off, on], ofType('promo')));
    expect(created).toMatchObject({ notifications: [{ user_id: on, created: true }], suppressed: [off] });
  });

  it('is answered 200 over HTTP', async () => {
    const user = newUser();
    const producer = belfry.as(newUser(), { scope: 'notifications:create' });
    expect(await producer.post('/notifications', command(user, ofType('digest')))).toMatchObject({
      status: 200,
      body: suppressed,
    });
  });

  it('is created again once it is on, also under a key that was suppressed', async () => {
    const user = newUser();
    const keyed = command(user, { ...ofType('digest'), idempotency_key: 'digest-1' });
    expect((await belfry.invoke<CreatedOne>(keyed)).created).toEqual(suppressed);
    await put(user, { digest: true });
    expect((await belfry.invoke(keyed)).created).toMatchObject({ created: true, suppressed: false });
    await put(user, { digest: false });
    expect((await belfry.invoke(keyed)).created).toMatchObject({ created: false, suppressed: false });
  });

  it('leaves what came before, what has no type, and types that are not configured', async () => {
    const user = newUser();
    await belfry.invoke(command(user, ofType('promo')));
    await put(user, { promo: false });
    await belfry.invoke(command(user));
    await belfry.invoke(command(user, ofType('newsletter')));
    expect(await stateOf(user)).toEqual(sharedState(user, 3, 3));
  });

  it('is never a critical type', errorType, async () => {
    const user = newUser();
    expect((await put(user, { payout: false })).status).toBe(400);
    const { created } = await belfry.invoke(command(user, ofType('payout')));
    expect(created).toMatchObject({ created: true, suppressed: false });
  });
});
