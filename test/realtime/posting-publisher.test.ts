import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { InboxFrame } from '../../functions/core/frames.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { Connection, ConnectionRegistry } from '../../functions/core/ports.ts';
import { inboxChanged, type Push, preferencesChanged } from '../../functions/core/push.ts';
import { createConnectionCloser } from '../../functions/realtime/connection-closer.ts';
import { createPostingPublisher } from '../../functions/realtime/publisher.ts';
import type { SocketGateway } from '../../functions/realtime/socket-gateway.ts';
import {
  createInMemoryDeliveryQueue,
  type InMemoryDeliveryQueue,
} from '../fakes/in-memory-delivery-queue.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { inboxState } from '../support/inbox-state.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const frame: InboxFrame = inboxChanged(inboxState(randomUUID(), 7, 2));

let clock: TestClock;
let registry: ConnectionRegistry;
let queue: InMemoryDeliveryQueue;
let metrics: RecordingMetrics;
let logger: RecordingLogger;
beforeEach(() => {
  clock = createTestClock();
  queue = createInMemoryDeliveryQueue();
  registry = createInMemoryRegistry(() => clock.now());
  metrics = createRecordingMetrics();
  logger = createRecordingLogger();
});

/** A user with as many connections, made this moment, that get pushes for an hour. */
async function userWith(count: number): Promise<{ user_id: string; connections: Connection[] }> {
  const user_id = randomUUID();
  const connections = Array.from({ length: count }, () => ({
    user_id,
    connection_id: randomUUID(),
    connected_at: clock.now(),
    expires_at: clock.now() + 3_600_000,
  }));
  await Promise.all(connections.map((connection) => registry.add(connection)));
  return { user_id, connections };
}

const pushTo = (...users: { user_id: string }[]): Push[] => users.map(({ user_id }) => ({ user_id, frame }));

/** The delivery over a gateway that answers posts as told, and closes whatever it is asked to. */
function deliveryBy(post: SocketGateway['post'], close: SocketGateway['close'] = async () => 'closed') {
  const ports = { registry, gateway: { post, close }, queue, metrics, clock: () => clock.now(), logger };
  return createPostingPublisher({ ...ports, closer: createConnectionCloser(ports) });
}

const deliver = (post: SocketGateway['post'], pushes: readonly Push[]) => deliveryBy(post).publish(pushes);

const liveOf = async (user_id: string) => (await registry.find(user_id)).live;

/** A gateway that holds every post until it is let go. */
function createHoldingGateway() {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    async post(): Promise<'posted'> {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return 'posted';
    },
    release() {
      for (const letGo of waiting.splice(0)) letGo();
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
}

describe('A delivery', () => {
  it('posts the frame as JSON to every connection of its user', async () => {
    const alice = await userWith(3);
    await userWith(1);
    const posted: [string, string][] = [];
    const report = await deliver(async (connection_id, text) => {
      posted.push([connection_id, text]);
      return 'posted';
    }, pushTo(alice));
    expect(report).toEqual({ connections: 3, posted: 3, gone: 0, failed: 0 });
    expect(posted.toSorted()).toEqual(
      alice.connections.map(({ connection_id }) => [connection_id, JSON.stringify(frame)]).toSorted(),
    );
  });

  it('posts to each user their own frame', async () => {
    const [alice, bob] = [await userWith(1), await userWith(1)];
    const frameFor = (user_id: string, version: number) => inboxChanged(inboxState(user_id, version, 0));
    const posted = new Map<string, unknown>();
    await deliver(
      async (connection_id, text) => {
        posted.set(connection_id, JSON.parse(text));
        return 'posted';
      },
      [
        { user_id: alice.user_id, frame: frameFor(alice.user_id, 1) },
        { user_id: bob.user_id, frame: frameFor(bob.user_id, 2) },
      ],
    );
    expect(posted.get(alice.connections[0]?.connection_id ?? '')).toEqual(frameFor(alice.user_id, 1));
    expect(posted.get(bob.connections[0]?.connection_id ?? '')).toEqual(frameFor(bob.user_id, 2));
  });

  it('reports zeros for users without connections, and for no pushes at all', async () => {
    const zeros = { connections: 0, posted: 0, gone: 0, failed: 0 };
    const post = async () => 'posted' as const;
    expect(await deliver(post, pushTo({ user_id: randomUUID() }))).toEqual(zeros);
    expect(await deliver(post, [])).toEqual(zeros);
  });

  it('posts nothing to a connection that expires before its turn', async () => {
    const alice = await userWith(33);
    const [posted, closed]: [string[], string[]] = [[], []];
    const delivery = deliveryBy(
      async (connection_id) => {
        posted.push(connection_id);
        await clock.advance(3_600_000);
        return 'posted';
      },
      async (connection_id) => {
        closed.push(connection_id);
        return 'closed';
      },
    );
    expect(await delivery.publish(pushTo(alice))).toMatchObject({ connections: 32, posted: 32, failed: 0 });
    expect(posted).toHaveLength(32);
    expect(closed).toEqual([alice.connections[32]?.connection_id]);
  });

  it('posts nothing to a connection that has expired, but closes and forgets it', async () => {
    const alice = await userWith(1);
    await clock.advance(3_600_000);
    const left = { ...(await userWith(1)).connections[0], user_id: alice.user_id } as Connection;
    await registry.add(left);
    const [posted, closed]: [string[], string[]] = [[], []];
    const delivery = deliveryBy(
      async (connection_id) => {
        posted.push(connection_id);
        return 'posted';
      },
      async (connection_id) => {
        closed.push(connection_id);
        return 'closed';
      },
    );
    expect(await delivery.publish(pushTo(alice))).toEqual({ connections: 1, posted: 1, gone: 0, failed: 0 });
    expect(posted).toEqual([left.connection_id]);
    expect(closed).toEqual([alice.connections[0]?.connection_id]);
    expect(await registry.find(alice.user_id)).toEqual({ live: [left], expired: [] });
  });

  it('counts each outcome over all users', async () => {
    const [alice, bob] = [await userWith(3), await userWith(2)];
    const [failing, gone] = [alice.connections[0], bob.connections[0]];
    const report = await deliver(
      async (connection_id) => {
        if (connection_id === failing?.connection_id) return 'failed';
        return connection_id === gone?.connection_id ? 'gone' : 'posted';
      },
      pushTo(alice, bob),
    );
    expect(metrics.measured.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'Posts', value: 2 },
      { name: 'Posts', value: 1 },
      { name: 'PostsFailed', value: 1 },
      { name: 'PostsGone', value: 1 },
    ]);
    expect(report).toEqual({ connections: 5, posted: 3, gone: 1, failed: 1 });
  });
});

describe('A connection that is gone', () => {
  const gone = async () => 'gone' as const;

  it('keeps its row for the first 30 seconds, since its $connect may not have returned yet', async () => {
    const alice = await userWith(1);
    await clock.advance(30_000);
    expect(await deliver(gone, pushTo(alice))).toMatchObject({ gone: 1 });
    expect(await liveOf(alice.user_id)).toHaveLength(1);
  });

  it('is forgotten when it is older', async () => {
    const alice = await userWith(1);
    await clock.advance(30_001);
    expect(await deliver(gone, pushTo(alice))).toEqual({ connections: 1, posted: 0, gone: 1, failed: 0 });
    expect(await liveOf(alice.user_id)).toEqual([]);
  });

  it('is forgotten alone', async () => {
    const alice = await userWith(2);
    await clock.advance(60_000);
    const [first, second] = alice.connections;
    await deliver(
      async (connection_id) => (connection_id === first?.connection_id ? 'gone' : 'posted'),
      pushTo(alice),
    );
    expect(await liveOf(alice.user_id)).toEqual([second]);
  });

  it('counts as gone, not as failed, if its row cannot be deleted', async () => {
    const alice = await userWith(1);
    await clock.advance(60_000);
    registry.forget = async () => {
      throw new Error('The table is throttled.');
    };
    expect(await deliver(gone, pushTo(alice))).toEqual({ connections: 1, posted: 0, gone: 1, failed: 0 });
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'connection_not_forgotten' }]);
  });
});

describe('A post that fails', () => {
  const fail = async () => 'failed' as const;

  it('keeps the row, whatever its age', async () => {
    const alice = await userWith(1);
    await clock.advance(60_000);
    await deliver(fail, pushTo(alice));
    expect(await liveOf(alice.user_id)).toHaveLength(1);
  });

  it('leaves one pending delivery for its user, with the connections that failed and the state, but never the content', async () => {
    const [alice, bob] = [await userWith(3), await userWith(1)];
    const [first, second, third] = alice.connections;
    const state = inboxState(alice.user_id, 9, 4, 1);
    const notification = { title: 'secret' } as unknown as Notification;
    const push: Push = {
      user_id: alice.user_id,
      frame: {
        type: 'notification.created',
        ...state,
        notification,
      },
    };
    const report = await deliver(
      async (connection_id) => (connection_id === second?.connection_id ? 'posted' : 'failed'),
      [push, ...pushTo({ user_id: randomUUID() })],
    );
    expect(report).toEqual({ connections: 3, posted: 1, gone: 0, failed: 2 });
    expect(queue.deliveries).toEqual([
      {
        delivery_id: expect.any(String),
        attempt: 1,
        type: 'inbox.changed',
        ...state,
        connections: [first, third],
      },
    ]);
    await deliver(fail, pushTo(bob));
    expect(new Set(queue.deliveries.map(({ delivery_id }) => delivery_id)).size).toBe(2);
  });

  it('leaves one for changed preferences too', async () => {
    const { user_id, connections } = await userWith(1);
    await deliver(fail, [{ user_id, frame: preferencesChanged(user_id) }]);
    expect(queue.deliveries).toEqual([
      { delivery_id: expect.any(String), user_id, attempt: 1, type: 'preferences.changed', connections },
    ]);
  });

  it.each([
    [1_000, 6_000],
    [12_000, 15_000],
  ])('after %i ms may be queued until %i ms after the change', async (spentMs, untilMs) => {
    const alice = await userWith(1);
    const start = clock.now();
    const untils: unknown[] = [];
    queue.put = async (_, tryUntil) => void untils.push(tryUntil);
    await deliver(async () => {
      await clock.advance(spentMs);
      return 'failed';
    }, pushTo(alice));
    expect(untils).toEqual([start + untilMs]);
  });

  it('counts as failed only if its redelivery is queued, and fails nothing if it is not', async () => {
    const alice = await userWith(2);
    queue.put = async () => {
      throw new Error('The table is throttled.');
    };
    expect(await deliver(fail, pushTo(alice))).toEqual({ connections: 2, posted: 0, gone: 0, failed: 0 });
    expect(logger.lines).toEqual([
      {
        level: 'error',
        message: 'redelivery_not_queued',
        fields: { user_id: alice.user_id, reason: 'Error: The table is throttled.' },
      },
    ]);
  });

  it('does not hold up the others', async () => {
    const alice = await userWith(5);
    const [slow] = alice.connections;
    const posted: string[] = [];
    let breakLine = () => {};
    const delivery = deliver(async (connection_id) => {
      if (connection_id === slow?.connection_id) {
        return new Promise((resolve) => {
          breakLine = () => resolve('failed');
        });
      }
      posted.push(connection_id);
      return 'posted';
    }, pushTo(alice));
    await expect.poll(() => posted).toHaveLength(4);
    breakLine();
    expect(await delivery).toEqual({ connections: 5, posted: 4, gone: 0, failed: 1 });
  });
});

describe('Users whose connections cannot be found', () => {
  it('leave the others served and a pending delivery without connections, and the delivery never rejects', async () => {
    const [alice, bob] = [await userWith(1), await userWith(1)];
    const { find } = registry;
    registry.find = async (user_id) => {
      if (user_id === alice.user_id) throw new Error('DynamoDB is away.');
      return find(user_id);
    };
    expect(await deliver(async () => 'posted', pushTo(alice, bob))).toEqual({
      connections: 1,
      posted: 1,
      gone: 0,
      failed: 0,
    });
    expect(queue.deliveries).toMatchObject([{ user_id: alice.user_id, attempt: 1, version: 7 }]);
    expect(queue.deliveries[0]).not.toHaveProperty('connections');
    expect(logger.lines).toEqual([
      {
        level: 'error',
        message: 'connections_not_found',
        fields: { user_id: alice.user_id, reason: 'Error: DynamoDB is away.' },
      },
    ]);
  });
});

describe('The requests under way', () => {
  it('are at most 32 at once, over all connections of a user', async () => {
    const alice = await userWith(50);
    const gateway = createHoldingGateway();
    const delivery = deliver(gateway.post, pushTo(alice));
    await expect.poll(() => gateway.waiting).toHaveLength(32);
    await settle();
    expect(gateway.waiting).toHaveLength(32);
    gateway.release();
    await expect.poll(() => gateway.waiting).toHaveLength(18);
    gateway.release();
    expect(await delivery).toMatchObject({ posted: 50 });
  });

  it('are at most 32 at once, over all users of a batch and all deliveries of a function', async () => {
    const users = await Promise.all(Array.from({ length: 40 }, () => userWith(1)));
    const gateway = createHoldingGateway();
    const delivery = deliveryBy(gateway.post);
    const rounds = [
      delivery.publish(pushTo(...users.slice(0, 20))),
      delivery.publish(pushTo(...users.slice(20))),
    ];
    await expect.poll(() => gateway.waiting).toHaveLength(32);
    await settle();
    expect(gateway.waiting).toHaveLength(32);
    gateway.release();
    await expect.poll(() => gateway.waiting).toHaveLength(8);
    gateway.release();
    expect(await Promise.all(rounds)).toMatchObject([{ posted: 20 }, { posted: 20 }]);
  });

  it('are at most 32 queries for connections at once', async () => {
    const waiting: (() => void)[] = [];
    registry.find = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { live: [], expired: [] };
    };
    const users = Array.from({ length: 33 }, () => ({ user_id: randomUUID() }));
    const delivery = deliver(async () => 'posted', pushTo(...users));
    await settle();
    expect(waiting).toHaveLength(32);
    for (const letGo of waiting.splice(0)) letGo();
    await expect.poll(() => waiting).toHaveLength(1);
    waiting[0]?.();
    await delivery;
  });

  it('are bounded for each kind alone: posts that hang do not block a query', async () => {
    const alice = await userWith(32);
    const gateway = createHoldingGateway();
    const delivery = deliveryBy(gateway.post);
    const hanging = delivery.publish(pushTo(alice));
    await expect.poll(() => gateway.waiting).toHaveLength(32);
    const zeros = { connections: 0, posted: 0, gone: 0, failed: 0 };
    expect(await delivery.publish(pushTo({ user_id: randomUUID() }))).toEqual(zeros);
    gateway.release();
    await hanging;
  });
});

describe('A delivery that takes too long', () => {
  it('begins no further post after ten seconds, leaves the rest over, and says so once', async () => {
    const { user_id, connections } = await userWith(70);
    const gateway = createHoldingGateway();
    const delivery = deliver(gateway.post, pushTo({ user_id }));
    await expect.poll(() => gateway.waiting).toHaveLength(32);
    await clock.advance(10_001);
    gateway.release();
    expect(await delivery).toEqual({ connections: 70, posted: 32, gone: 0, failed: 38 });
    expect(logger.lines).toEqual([{ level: 'error', message: 'delivery_late', fields: { not_tried: 38 } }]);
    expect(queue.deliveries).toMatchObject([{ user_id, connections: connections.slice(32) }]);
  });

  it('looks up no further user after ten seconds, and leaves those over too', async () => {
    const users = Array.from({ length: 33 }, () => ({ user_id: randomUUID() }));
    const waiting: (() => void)[] = [];
    registry.find = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { live: [], expired: [] };
    };
    const delivery = deliver(async () => 'posted', pushTo(...users));
    await expect.poll(() => waiting).toHaveLength(32);
    await clock.advance(10_001);
    for (const letGo of waiting.splice(0)) letGo();
    await delivery;
    expect(queue.deliveries).toMatchObject([users[32]]);
    expect(logger.lines).toEqual([{ level: 'error', message: 'delivery_late', fields: { not_tried: 1 } }]);
  });

  it('queues nothing more after fifteen seconds: the create must still be answered', async () => {
    const alice = await userWith(1);
    const gateway = createHoldingGateway();
    const delivery = deliver(async () => {
      await gateway.post();
      return 'failed';
    }, pushTo(alice));
    await expect.poll(() => gateway.waiting).toHaveLength(1);
    await clock.advance(15_001);
    gateway.release();
    expect(await delivery).toMatchObject({ connections: 1, failed: 0 });
    expect(queue.deliveries).toEqual([]);
    expect(logger.lines).toMatchObject([{ message: 'redelivery_not_queued' }]);
  });
});
