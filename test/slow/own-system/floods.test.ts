import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { throttlingOf } from '../../../lib/throttling.ts';
import { command, newUser, type Socket } from '../../support/installation.ts';
import { liveClient } from '../../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

// A system of its own, because a flood uses up limits that all clients share.
let own: OwnSystem;
beforeAll(async () => {
  own = await startOwnSystem();
});
afterAll(() => own?.stop());

/** A frame of the gateway, which has no type. */
const tooMany = { message: 'Too Many Requests' };
const isThrottled = (frame: object) => 'message' in frame && frame.message === tooMany.message;

/** Sends a text again and again until the gateway refuses it, and far beyond. */
async function flood(
  socket: Socket,
  text: string,
  burst: number,
): Promise<{ refused: number; sent: number }> {
  let [refused, sent] = [0, 0];
  while (refused < burst) {
    for (let n = 0; n < burst; n += 1) socket.send(text);
    sent += burst;
    for (let n = 0; n < burst; n += 1) if (isThrottled(await socket.next())) refused += 1;
  }
  return { refused, sent };
}

describe('one abuser who floods a socket', () => {
  it('with unknown messages reaches the function no more often than the limit allows', async () => {
    const { message } = throttlingOf();
    const socket = await own.belfry.connect(newUser());
    const startedAt = own.clock.now();
    const { refused, sent } = await flood(socket, 'flood', message.burst);
    const seconds = (own.clock.now() - startedAt) / 1_000;
    expect(sent - refused).toBeLessThanOrEqual(message.burst + message.rate * seconds);
    await socket.close();
  });

  it('with unknown messages leaves the pongs, the sockets and the frames of all others alone', async () => {
    const { message } = throttlingOf();
    const [abuser, other] = [await own.belfry.connect(newUser()), await own.belfry.connect(newUser())];
    await flood(abuser, 'flood', message.burst);
    for (let n = 0; n < message.burst; n += 1) abuser.send('flood');
    expect(await other.settled()).toEqual([]);
    const user = newUser();
    const third = await own.belfry.connect(user);
    const { created } = await own.belfry.invoke(command(user));
    expect(created.delivery).toMatchObject({ posted: 1, failed: 0 });
    expect(await third.next()).toMatchObject({ type: 'notification.created' });
    await Promise.all([abuser, other, third].map((socket) => socket.close()));
  });

  it('with pings takes no client its socket, because the error shows that the line works', async () => {
    const { ping } = throttlingOf();
    const live = await liveClient(own.belfry, newUser());
    const abuser = await own.belfry.connect(newUser());
    await flood(abuser, '{"action":"ping"}', ping.burst);
    for (let n = 0; n < 2 * ping.burst; n += 1) abuser.send('{"action":"ping"}');
    // Pings, and waits for an answer.
    await live.client.refresh();
    await own.belfry.invoke(command(live.user, { title: 'Ding' }));
    await expect.poll(() => live.rung).toEqual(['Ding']);
    expect(live.sockets).toHaveLength(1);
    expect(live.client.getSnapshot().status).toBe('live');
    await abuser.close();
  });
});

describe('one abuser who floods the HTTP API', () => {
  it('gets 429 above the limit of a route, and the other routes answer', async () => {
    // With the limit of the template a flood would need more than 1,000 requests a second.
    const small = await startOwnSystem({ context: { throttling: '{"http":{"rate":1,"burst":10}}' } });
    try {
      const user = small.belfry.as(newUser());
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => user.get('/notifications/unread-count')),
      );
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(50);
      expect(refused.length).toBeGreaterThan(10);
      for (const { body } of refused) expect(body).toEqual(tooMany);
      expect((await user.get('/notifications')).status).toBe(200);
    } finally {
      await small.stop();
    }
  });
});
