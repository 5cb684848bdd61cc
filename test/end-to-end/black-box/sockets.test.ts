import { describe, expect, it, vi } from 'vitest';
import { chosenSubprotocol, refusalStatus } from '../../support/gateway-needs.ts';
import { sharedState } from '../../support/inbox-state.ts';
import {
  batchCommand,
  type CreatedMany,
  command,
  installation,
  newUser,
} from '../../support/installation.ts';
import { patience } from '../../support/patience.ts';

const belfry = installation();

describe('a socket', () => {
  it('receives a notification that is created while it is open, with version and count', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    const { created } = await belfry.invoke(command(user));
    expect(created.delivery).toEqual({ connections: 1, posted: 1, gone: 0, failed: 0 });
    expect(await socket.next()).toEqual({
      type: 'notification.created',
      ...sharedState(user, 1, 1),
      notification: created.notification,
    });
    await socket.close();
  });

  it('receives nothing that is meant for another user', async () => {
    const [user, other] = [newUser(), newUser()];
    const socket = await belfry.connect(other);
    await belfry.invoke(command(user));
    expect(await socket.settled()).toEqual([]);
    await socket.close();
  });

  it('receives its user’s part of a create for many', async () => {
    const users = [newUser(), newUser()];
    const sockets = await Promise.all(users.map((user) => belfry.connect(user)));
    const { created } = await belfry.invoke<CreatedMany>(batchCommand(users));
    expect(created.delivery).toMatchObject({ connections: 2, posted: 2 });
    for (const [index, socket] of sockets.entries()) {
      expect(await socket.next()).toMatchObject({
        type: 'notification.created',
        user_id: users[index],
        version: 1,
        notification: { user_id: users[index] },
      });
      await socket.close();
    }
  });

  it('receives a repeated create in full while that is the latest change, and as inbox.changed afterwards', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    const once = command(user, { idempotency_key: 'once' });
    const { created } = await belfry.invoke(once);
    await socket.next();
    await belfry.invoke(once);
    expect(await socket.next()).toMatchObject({
      type: 'notification.created',
      user_id: user,
      version: 1,
      notification: created.notification,
    });
    await belfry.invoke(command(user));
    await socket.next();
    await belfry.invoke(once);
    expect(await socket.next()).toEqual({
      type: 'inbox.changed',
      ...sharedState(user, 2, 2),
    });
    await socket.close();
  });

  it('gets inbox.changed for every change beyond the 20th within a second', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    // As producers do: what the database has no session for at the moment is sent again, and was not written.
    const create = async (): Promise<void> => {
      const { error } = await belfry.invoke(command(user));
      if (error?.errorMessage.includes('send the same request again')) await create();
      else expect(error).toBeUndefined();
    };
    for (let wave = 0; wave < 3; wave += 1) await Promise.all(Array.from({ length: 20 }, create));
    const frames = await socket.settled();
    expect(frames).toHaveLength(60);
    const inFull = frames.filter(({ type }) => type === 'notification.created');
    // How many fall into one second is the machine's affair; a full frame is never beyond the 20th of its second.
    const inShort = frames.filter(({ type }) => type === 'inbox.changed');
    expect(inFull.length + inShort.length).toBe(60);
    expect(inFull.length).toBeGreaterThanOrEqual(20);
    const versions = frames.flatMap((frame) => ('version' in frame ? [frame.version] : []));
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    await socket.close();
  });

  it('is forgotten when it closes', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    await socket.close();
    await vi.waitFor(async () => {
      const { created } = await belfry.invoke(command(user));
      expect(created.delivery.connections).toBe(0);
    }, patience);
  });

  it('holds up none of its user’s other sockets when its line breaks', async () => {
    const user = newUser();
    const [broken, whole] = [await belfry.connect(user), await belfry.connect(user)];
    broken.terminate();
    await belfry.invoke(command(user));
    expect(await whole.next()).toMatchObject({ type: 'notification.created' });
    await whole.close();
  });

  it('is answered a ping with a pong', async () => {
    const socket = await belfry.connect(newUser());
    socket.send('{"action":"ping"}');
    expect(await socket.next()).toEqual({ type: 'pong' });
    await socket.close();
  });
});

describe('opening a socket', () => {
  it(
    'may offer the token as a subprotocol beside belfry, and is answered with belfry',
    chosenSubprotocol,
    async () => {
      const user = newUser();
      const socket = await belfry.connect(user, { protocols: ['belfry', await belfry.token(user)] });
      expect(socket.protocol).toBe('belfry');
      await belfry.invoke(command(user));
      expect(await socket.next()).toMatchObject({ type: 'notification.created', user_id: user });
      await socket.close();
    },
  );

  it.each([
    ['a token that has expired', async () => ['belfry', await belfry.token(newUser(), {}, '-1m')]],
    ['no token', async () => ['belfry']],
    ['a token without belfry', async () => [await belfry.token(newUser())]],
    ['two tokens', async () => ['belfry', await belfry.token(newUser()), await belfry.token(newUser())]],
  ])('is refused with 401 if it offers %s', refusalStatus, async (_, protocols) => {
    const attempt = belfry.connect(newUser(), { protocols: await protocols() });
    await expect(attempt).rejects.toMatchObject({ status: 401 });
  });

  it('is refused with 403 from a page of another origin', async () => {
    const attempt = belfry.connect(newUser(), { origin: 'https://evil.example' });
    await expect(attempt).rejects.toMatchObject({ status: 403 });
  });

  it('is allowed from a page of an allowed origin', async () => {
    const socket = await belfry.connect(newUser(), { origin: 'http://localhost:3000' });
    await socket.close();
  });
});
