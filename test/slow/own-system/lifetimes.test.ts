import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { atHttp } from '../../support/both-doors.ts';
import { command, type Installation, newUser, type Socket } from '../../support/installation.ts';
import type { MovingClock } from '../../support/moving-clock.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

const minutes = (count: number): number => count * 60_000;

// A system of its own, whose time the tests move: gateway, functions and tables go by it.
let clock: MovingClock;
let own: OwnSystem;
let belfry: Installation;
const reported: string[] = [];

beforeAll(async () => {
  own = await startOwnSystem({ report: ({ message }) => reported.push(message) });
  ({ belfry, clock } = own);
});

afterAll(() => own?.stop());

/** Opens a socket with a token that is good for so long from now. */
async function connect(user: string, tokenLifetimeMs: number) {
  const expiresAt = Math.floor((clock.now() + tokenLifetimeMs) / 1_000);
  return belfry.connect(user, { token: await belfry.token(user, {}, expiresAt) });
}

/** Stays active for so long, with a ping in every ten minutes. */
async function stayActive(socket: Socket, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= minutes(9)) {
    clock.advance(Math.min(left, minutes(9)));
    await socket.settled();
  }
}

describe('a token', () => {
  it('ends on time although the gateway keeps what the authorizer said', async () => {
    const user = newUser();
    const token = await belfry.token(user, {}, Math.floor(clock.now() / 1_000) + 20);
    expect(await atHttp(belfry, token)).toBe(200);
    clock.advance(26_000);
    expect(await atHttp(belfry, token)).toBe(401);
  });
});

describe('a connection', () => {
  it('is pushed to after its token has ended, until it is 15 minutes old', async () => {
    const user = newUser();
    const socket = await connect(user, minutes(1));
    await stayActive(socket, minutes(14));
    const { created } = await belfry.invoke(command(user));
    expect(created.delivery).toMatchObject({ connections: 1, posted: 1 });
    expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 1 });
    await socket.close();
  });

  it('gets nothing more once its token has ended and 15 minutes are over, and is closed by the next push', async () => {
    const user = newUser();
    const over = await connect(user, minutes(10));
    await stayActive(over, minutes(16));
    const frames: unknown[] = [];
    void over.next().then((frame) => frames.push(frame));
    const { created } = await belfry.invoke(command(user));
    expect(created.delivery).toEqual({ connections: 0, posted: 0, gone: 0, failed: 0 });
    await over.closed;
    expect(frames).toEqual([]);
  });

  it('gets pushes for as long as its token is good', async () => {
    const user = newUser();
    const socket = await connect(user, minutes(60));
    await stayActive(socket, minutes(59));
    await belfry.invoke(command(user));
    expect(await socket.next()).toMatchObject({ type: 'notification.created' });
    await socket.close();
  });
});

// A post before $connect has returned answers 410 as well, so that only a connection of some age is taken for dead.
describe('a socket that was lost', () => {
  /** Cuts the line, and waits until the gateway has done what it does then. */
  async function lose(socket: Socket): Promise<void> {
    socket.terminate();
    await vi.waitFor(() => {
      expect(own.system.socketApi?.connections()).toEqual([]);
      expect(own.system.lambda.running()).toBe(0);
    }, patience);
  }

  async function expectForgottenInTime(user: string): Promise<void> {
    const deliver = async () => (await belfry.invoke(command(user))).created.delivery;
    const known = { connections: 1, posted: 0, gone: 1, failed: 0 };
    expect(await deliver()).toEqual(known);
    clock.advance(20_000);
    expect(await deliver()).toEqual(known);
    clock.advance(11_000);
    expect(await deliver()).toEqual(known);
    expect(await deliver()).toEqual({ connections: 0, posted: 0, gone: 0, failed: 0 });
  }

  // AWS delivers $disconnect at best effort:
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
  it('without a $disconnect is kept at first, and forgotten by the first push after 30 seconds', async () => {
    own.system.socketApi?.skipDisconnect(true);
    const user = newUser();
    await lose(await connect(user, minutes(60)));
    own.system.socketApi?.skipDisconnect(false);
    await expectForgottenInTime(user);
  });

  it('and whose $disconnect failed is, too', async () => {
    const user = newUser();
    const failed = () => reported.filter((line) => /^disconnect .*the function failed/.test(line));
    const socket = await connect(user, minutes(60));
    // As often as the SDK tries.
    own.system.throttleDynamoDb(2, { operation: 'Query' });
    await lose(socket);
    await vi.waitFor(() => expect(failed()).toHaveLength(1), patience);
    await expectForgottenInTime(user);
  });
});
