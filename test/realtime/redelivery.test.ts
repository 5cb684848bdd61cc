import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  PendingDelivery,
  PendingFrame,
  PendingGoodbye,
  PendingInboxChanged,
  PendingPreferencesChanged,
} from '../../functions/core/pending-delivery.ts';
import type { Connection, ConnectionRegistry } from '../../functions/core/ports.ts';
import { createConnectionCloser } from '../../functions/realtime/connection-closer.ts';
import { createRedelivery } from '../../functions/realtime/redelivery.ts';
import type { SocketGateway } from '../../functions/realtime/socket-gateway.ts';
import {
  createInMemoryDeliveryQueue,
  type InMemoryDeliveryQueue,
} from '../fakes/in-memory-delivery-queue.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createRecordingDeadLetters, type RecordingDeadLetters } from '../fakes/recording-dead-letters.ts';
import { createRecordingGateway, type RecordingGateway } from '../fakes/recording-gateway.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { inboxState } from '../support/inbox-state.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const user_id = randomUUID();

let clock: TestClock;
let registry: ConnectionRegistry;
let gateway: RecordingGateway;
let queue: InMemoryDeliveryQueue;
let deadLetters: RecordingDeadLetters;
let metrics: RecordingMetrics;
let logger: RecordingLogger;
beforeEach(() => {
  clock = createTestClock();
  registry = createInMemoryRegistry(() => clock.now());
  gateway = createRecordingGateway();
  queue = createInMemoryDeliveryQueue();
  deadLetters = createRecordingDeadLetters();
  metrics = createRecordingMetrics();
  logger = createRecordingLogger();
});

function redeliver(...deliveries: PendingDelivery[]): Promise<void> {
  const ports = { registry, gateway, queue, metrics, clock: () => clock.now(), logger };
  return createRedelivery({ ...ports, deadLetters, closer: createConnectionCloser(ports) }).redeliver(
    deliveries,
  );
}

async function connected(changes: Partial<Connection> = {}): Promise<Connection> {
  const connection = {
    user_id,
    connection_id: randomUUID(),
    connected_at: clock.now(),
    expires_at: clock.now() + 3_600_000,
    ...changes,
  };
  await registry.add(connection);
  return connection;
}

const push = (changes: Partial<PendingInboxChanged> = {}): PendingInboxChanged => ({
  delivery_id: randomUUID(),
  attempt: 1,
  type: 'inbox.changed',
  ...inboxState(user_id, 7, 2),
  ...changes,
});
const inboxChanged = { type: 'inbox.changed', ...inboxState(user_id, 7, 2) };
const failing: SocketGateway['post'] = async () => 'failed';
const idsOf = (connections: Connection[]) => connections.map(({ connection_id }) => connection_id);

describe('A frame', () => {
  const frame = (version: number, user = user_id): PendingFrame => ({
    delivery_id: randomUUID(),
    attempt: 0,
    type: 'frame',
    ...inboxState(user, version, version),
    frame: JSON.stringify({ type: 'notification.created', ...inboxState(user, version, version) }),
  });
  const versions = () => gateway.posted.map(({ frame }) => Object(frame).version);

  it('is posted as it is to all connections of its user', async () => {
    const connections = [await connected(), await connected()];
    const pending = frame(1);
    await redeliver(pending);
    expect(gateway.posted).toEqual(
      idsOf(connections).map((connection_id) => ({ connection_id, frame: JSON.parse(pending.frame) })),
    );
    expect(queue.deliveries).toEqual([]);
  });

  it('waits for those of its user before it, however long they take', async () => {
    await connected();
    const post = gateway.post;
    let turns = 3;
    gateway.post = async (...arguments_) => {
      // Each post takes fewer turns of the event loop than the one before it.
      for (let turn = turns--; turn > 0; turn--) await setImmediate();
      return post(...arguments_);
    };
    await redeliver(frame(1), frame(2), frame(3));
    expect(versions()).toEqual([1, 2, 3]);
  });

  it('does not wait for those of other users', async () => {
    const other = randomUUID();
    const [mine, theirs] = [await connected(), await connected({ user_id: other })];
    const { promise, resolve } = Promise.withResolvers<void>();
    const post = gateway.post;
    gateway.post = async (connection_id, text) => {
      if (connection_id === mine.connection_id) await promise;
      else resolve();
      return post(connection_id, text);
    };
    await redeliver(frame(1), frame(2, other));
    expect(idsOf([theirs, mine])).toEqual(gateway.posted.map(({ connection_id }) => connection_id));
  });

  it('is queued as inbox.changed for the connections that it did not reach', async () => {
    const [first] = [await connected(), await connected()];
    gateway.post = async (connection_id) => (connection_id === first.connection_id ? 'failed' : 'posted');
    const pending = frame(7);
    await redeliver(pending);
    const { delivery_id } = pending;
    expect(queue.deliveries).toEqual([
      {
        delivery_id,
        attempt: 1,
        type: 'inbox.changed',
        ...inboxState(user_id, 7, 7),
        connections: [first],
      },
    ]);
  });
});

describe('A pending preferences.changed', () => {
  const pending: PendingPreferencesChanged = {
    delivery_id: randomUUID(),
    user_id,
    attempt: 0,
    type: 'preferences.changed',
  };

  it('is posted to all connections of its user if it was not tried before', async () => {
    const connections = [await connected(), await connected()];
    await redeliver(pending);
    const frame = { type: 'preferences.changed', user_id };
    expect(gateway.posted).toEqual(idsOf(connections).map((connection_id) => ({ connection_id, frame })));
  });

  it('is queued again for the connections that it did not reach, and becomes a dead letter at last', async () => {
    const connections = [await connected()];
    gateway.post = failing;
    await redeliver(pending);
    expect(queue.deliveries).toEqual([{ ...pending, attempt: 1, connections }]);
    const last = { ...pending, attempt: 3, connections };
    await redeliver(last);
    expect(deadLetters.records).toEqual([last]);
  });
});

describe('A pending inbox.changed', () => {
  it('is posted as inbox.changed to the connections that it names, and to no other', async () => {
    const [first, second] = [await connected(), await connected()];
    await connected();
    await redeliver(push({ connections: [first, second] }));
    expect(gateway.posted).toEqual(
      idsOf([first, second]).map((connection_id) => ({ connection_id, frame: inboxChanged })),
    );
    expect([queue.deliveries, deadLetters.records]).toEqual([[], []]);
  });

  it('is posted to all connections of its user if it names none', async () => {
    const connections = [await connected(), await connected()];
    await redeliver(push());
    expect(gateway.posted.map(({ connection_id }) => connection_id)).toEqual(idsOf(connections));
  });

  it('is queued for its next attempt with what failed again', async () => {
    const [first, second] = [await connected(), await connected()];
    gateway.post = async (connection_id) => (connection_id === first.connection_id ? 'failed' : 'posted');
    const pending = push({ connections: [first, second] });
    await redeliver(pending);
    expect(queue.deliveries).toEqual([{ ...pending, attempt: 2, connections: [first] }]);
    expect(metrics.measured).toEqual([
      { name: 'Posts', value: 1 },
      { name: 'PostsFailed', value: 1 },
      { name: 'PostsRedelivered', value: 1 },
    ]);
  });

  it('is queued as it is where its connections cannot be looked up', async () => {
    registry.find = async () => {
      throw new Error('DynamoDB is away.');
    };
    const pending = push();
    await redeliver(pending);
    expect(queue.deliveries).toEqual([{ ...pending, attempt: 2 }]);
  });

  it('becomes a dead letter, the whole of it, after its third attempt', async () => {
    gateway.post = failing;
    const pending = push({ attempt: 3, connections: [await connected()] });
    await redeliver(pending);
    expect(queue.deliveries).toEqual([]);
    expect(deadLetters.records).toEqual([pending]);
    const { delivery_id } = pending;
    expect(logger.lines).toEqual([
      { level: 'error', message: 'redelivery_given_up', fields: { user_id, delivery_id, attempt: 3 } },
    ]);
  });

  it('may be queued again for 20 seconds, since nothing waits for it', async () => {
    gateway.post = failing;
    const untils: unknown[] = [];
    queue.put = async (_, tryUntil) => void untils.push(tryUntil);
    const start = clock.now();
    await redeliver(push({ connections: [await connected()] }));
    expect(untils).toEqual([start + 20_000]);
  });

  it('becomes a dead letter if it cannot be queued again', async () => {
    gateway.post = failing;
    queue.put = async () => {
      throw new Error('The table is throttled.');
    };
    const pending = push({ connections: [await connected()] });
    await redeliver(pending);
    expect(deadLetters.records).toEqual([pending]);
  });

  it('fails nothing if not even a dead letter can be kept', async () => {
    gateway.post = failing;
    deadLetters.keep = async () => {
      throw new Error('The queue is away.');
    };
    await redeliver(push({ attempt: 3, connections: [await connected()] }));
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', message: 'dead_letter_lost' });
  });

  it('does not hold up the others of its batch', async () => {
    const [dead, alive] = [await connected(), await connected()];
    gateway.failing.add(dead.connection_id);
    await redeliver(push({ connections: [dead] }), push({ connections: [alive] }));
    expect(gateway.posted.map(({ connection_id }) => connection_id)).toEqual([alive.connection_id]);
    expect(queue.deliveries).toMatchObject([{ attempt: 2, connections: [dead] }]);
  });

  it('waits for its next attempt if its batch takes longer than twenty seconds', async () => {
    const connections = await Promise.all(Array.from({ length: 40 }, () => connected()));
    gateway.post = async () => {
      await clock.advance(20_001);
      return 'posted';
    };
    await redeliver(push({ connections }));
    expect(queue.deliveries).toMatchObject([{ attempt: 2, connections: connections.slice(32) }]);
  });

  it('forgets a connection that is gone only when it is older than 30 seconds, and tries neither again', async () => {
    const old = await connected();
    await clock.advance(30_001);
    const young = await connected();
    gateway.post = async () => 'gone';
    await redeliver(push({ connections: [old, young] }));
    expect((await registry.find(user_id)).live).toEqual([young]);
    expect(queue.deliveries).toEqual([]);
  });

  it('is not posted to a connection that has expired meanwhile, which is closed and forgotten', async () => {
    const expired = await connected({ expires_at: clock.now() });
    await redeliver(push({ connections: [expired] }));
    expect(gateway.posted).toEqual([]);
    expect(gateway.closed).toEqual([expired.connection_id]);
    expect(await registry.find(user_id)).toEqual({ live: [], expired: [] });
  });
});

describe('A pending goodbye', () => {
  const goodbye = (connections: Connection[], attempt = 1): PendingGoodbye => ({
    delivery_id: randomUUID(),
    user_id,
    attempt,
    type: 'goodbye',
    connections,
  });

  it('is said, and its connections are closed', async () => {
    const connection = await connected();
    await redeliver(goodbye([connection]));
    expect(gateway.posted).toEqual([
      { connection_id: connection.connection_id, frame: { type: 'goodbye', code: 'replaced' } },
    ]);
    expect(gateway.closed).toEqual([connection.connection_id]);
    expect(queue.deliveries).toEqual([]);
  });

  it('is tried again for those that got no goodbye, were not closed, or were not known yet', async () => {
    const [told, untold, unclosed, unopened] = await Promise.all([
      connected(),
      connected(),
      connected(),
      connected(),
    ]);
    gateway.post = async (connection_id) => {
      if (connection_id === untold?.connection_id) return 'failed';
      return connection_id === unopened?.connection_id ? 'gone' : 'posted';
    };
    gateway.close = async (connection_id) =>
      connection_id === unclosed?.connection_id ? 'failed' : 'closed';
    const pending = goodbye([told, untold, unclosed, unopened]);
    await redeliver(pending);
    expect(queue.deliveries).toEqual([{ ...pending, attempt: 2, connections: [untold, unclosed, unopened] }]);
  });

  it('is over if the connection is gone for certain: it is old, or this was the last attempt', async () => {
    const young = await connected();
    gateway.post = async () => 'gone';
    await redeliver(goodbye([young], 3));
    await clock.advance(30_001);
    await redeliver(goodbye([young]));
    expect([queue.deliveries, deadLetters.records]).toEqual([[], []]);
  });

  it('becomes a dead letter after its third attempt', async () => {
    const pending = goodbye([await connected()], 3);
    gateway.post = failing;
    await redeliver(pending);
    expect(deadLetters.records).toEqual([pending]);
  });
});
