import { describe, expect, it } from 'vitest';
import type { Socket } from '../../client/src/environment.ts';
import { createClientWorld } from './client-world.ts';

const tooMany = '{"message":"Too Many Requests"}';

/** A live client in a page that its user sees, which sends its pings to `answer` instead of the service. */
async function pingsTo(answer: (socket: Socket) => void) {
  const world = createClientWorld({ tokenLifeMs: 7_200_000 });
  const tab = world.tab();
  const { openSocket } = tab.environment;
  let isThrottled = true;
  tab.environment.openSocket = (...to) => {
    const socket = openSocket(...to);
    const send = socket.send.bind(socket);
    socket.send = (text) => (isThrottled ? answer(socket) : send(text));
    return socket;
  };
  tab.state.isVisible = true;
  const client = world.client({}, tab);
  client.start();
  await world.seconds(1);
  expect(client.getSnapshot().status).toBe('live');
  const heal = () => {
    isThrottled = false;
  };
  return { world, client, heal };
}

describe('a ping above the limit of its route', () => {
  it('that the gateway answers with an error shows that the line works, and costs no socket', async () => {
    const error = JSON.stringify({ message: 'Too Many Requests', connectionId: 'c', requestId: 'r' });
    const { world, client } = await pingsTo(({ onmessage }) =>
      // Only the data is read.
      onmessage?.call(null as never, { data: error } as MessageEvent),
    );
    // The gateway of this world closes a socket that it has not heard for 10 minutes.
    await world.minutes(9);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null });
    expect(world.service.upgrades).toHaveLength(1);
    await world.create('Ding');
    expect(client.getSnapshot().unreadCount).toBe(1);
  });

  it('that the gateway drops costs one socket a minute at most, and misses nothing', async () => {
    const { world, client, heal } = await pingsTo(() => {});
    for (let minute = 1; minute <= 10; minute += 1) {
      await world.create();
      await world.minutes(1);
      expect(client.getSnapshot().unreadCount).toBe(minute);
    }
    expect(world.service.upgrades.length).toBeLessThanOrEqual(11);
    const before = world.service.upgrades.length;
    heal();
    await world.minutes(2);
    expect(client.getSnapshot().status).toBe('live');
    expect(world.service.upgrades.length).toBeLessThanOrEqual(before + 1);
  });
});

/** A client whose next requests are answered 429 by the gateway: no code, no `retry-after`. */
function throttled(unread: number) {
  const world = createClientWorld();
  const tab = world.tab();
  const { fetch } = tab.environment;
  let left = 0;
  tab.environment.fetch = async (...request) => {
    left -= 1;
    return left < 0 ? fetch(...request) : new Response(tooMany, { status: 429 });
  };
  const client = world.client({}, tab);
  const begin = async () => {
    for (let index = 0; index < unread; index += 1) await world.create();
    client.start();
    await world.seconds(1);
  };
  const refuse = (times: number) => {
    left = times;
  };
  return { world, client, begin, refuse };
}

describe('a request above the limit of its route', () => {
  it('is tried again until it is answered, though the gateway does not say when', async () => {
    const { world, client, begin, refuse } = throttled(2);
    refuse(3);
    await begin();
    expect(client.getSnapshot().error).toMatchObject({ code: 'rate_limited', status: 429, retryAfterMs: 0 });
    await world.seconds(60);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', error: null, unreadCount: 2 });
    expect(client.getSnapshot().notifications).toHaveLength(2);
  });

  it('takes back a mark, which works at the next try', async () => {
    const { client, begin, refuse } = throttled(1);
    await begin();
    const [{ id } = { id: 0 }] = client.getSnapshot().notifications;
    refuse(1);
    expect(await client.markAsRead(id)).toBe(false);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', unreadCount: 1 });
    expect(client.getSnapshot().error?.code).toBe('rate_limited');
    expect(await client.retry()).toBe(true);
    expect(client.getSnapshot()).toMatchObject({ status: 'live', unreadCount: 0, error: null });
  });
});
