import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection, ConnectionRegistry } from '../../functions/core/ports.ts';
import { createConnectionCloser } from '../../functions/realtime/connection-closer.ts';
import {
  createInMemoryDeliveryQueue,
  type InMemoryDeliveryQueue,
} from '../fakes/in-memory-delivery-queue.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createRecordingGateway, type RecordingGateway } from '../fakes/recording-gateway.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const user_id = randomUUID();
const goodbye = { type: 'goodbye', code: 'replaced' };

let clock: TestClock;
let registry: ConnectionRegistry;
let gateway: RecordingGateway;
let queue: InMemoryDeliveryQueue;
let logger: RecordingLogger;
beforeEach(() => {
  clock = createTestClock();
  registry = createInMemoryRegistry(() => clock.now());
  gateway = createRecordingGateway();
  queue = createInMemoryDeliveryQueue();
  logger = createRecordingLogger();
});

const closer = () => createConnectionCloser({ registry, gateway, queue, clock: () => clock.now(), logger });

async function connected(): Promise<Connection> {
  const connection_id = randomUUID();
  const connection = {
    user_id,
    connection_id,
    connected_at: clock.now(),
    expires_at: clock.now() + 3_600_000,
  };
  await registry.add(connection);
  return connection;
}

const liveOf = async () => (await registry.find(user_id)).live;

describe('A replaced connection', () => {
  it('gets a goodbye, is closed and forgotten', async () => {
    const [replaced, left] = [await connected(), await connected()];
    await closer().replace([replaced]);
    expect(gateway.posted).toEqual([{ connection_id: replaced.connection_id, frame: goodbye }]);
    expect(gateway.closed).toEqual([replaced.connection_id]);
    expect(await liveOf()).toEqual([left]);
    expect(queue.deliveries).toEqual([]);
  });

  it('is forgotten but not closed if the goodbye fails, and gets the goodbye later', async () => {
    const [told, untold] = [await connected(), await connected()];
    gateway.failing.add(untold.connection_id);
    await closer().replace([told, untold]);
    expect(gateway.closed).toEqual([told.connection_id]);
    expect(await liveOf()).toEqual([]);
    expect(queue.deliveries).toEqual([
      { delivery_id: expect.any(String), user_id, attempt: 1, type: 'goodbye', connections: [untold] },
    ]);
  });

  it('gets the goodbye later if the gateway does not know it yet, because its $connect has not returned', async () => {
    const connection = await connected();
    gateway.post = async () => 'gone';
    await closer().replace([connection]);
    expect(queue.deliveries).toMatchObject([{ type: 'goodbye', connections: [connection] }]);
  });

  it('is only forgotten if it has long been closed', async () => {
    const connection = await connected();
    await clock.advance(30_001);
    gateway.post = async () => 'gone';
    await closer().replace([connection]);
    expect(queue.deliveries).toEqual([]);
    expect(await liveOf()).toEqual([]);
  });

  it('keeps its row if the goodbye can be sent neither now nor later, so that it is found again', async () => {
    const connection = await connected();
    gateway.failing.add(connection.connection_id);
    queue.put = async () => {
      throw new Error('The table is throttled.');
    };
    await closer().replace([connection]);
    expect(await liveOf()).toEqual([connection]);
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'redelivery_not_queued' }]);
  });

  it('gets the goodbye later if others have taken two seconds', async () => {
    const connections = await Promise.all(Array.from({ length: 9 }, connected));
    gateway.close = async () => {
      await clock.advance(2_001);
      return 'closed';
    };
    await closer().replace(connections);
    expect(queue.deliveries).toMatchObject([{ connections: connections.slice(8) }]);
    expect(await liveOf()).toEqual([]);
  });
});

describe('An expired connection', () => {
  it('is closed without a word, and forgotten', async () => {
    await closer().expire([await connected()]);
    expect(gateway.posted).toEqual([]);
    expect(gateway.closed).toHaveLength(1);
    expect(await liveOf()).toEqual([]);
  });

  it('keeps its row if it cannot be closed, and nothing rejects', async () => {
    const connection = await connected();
    gateway.failing.add(connection.connection_id);
    await closer().expire([connection]);
    expect(await liveOf()).toEqual([connection]);
    expect(queue.deliveries).toEqual([]);
  });

  it('is forgotten if it has long been closed, and kept while its $connect may still return', async () => {
    const old = await connected();
    await clock.advance(30_001);
    const young = await connected();
    gateway.close = async () => 'gone';
    await closer().expire([old, young]);
    expect(await liveOf()).toEqual([young]);
  });

  it('that cannot be forgotten is a line of the log', async () => {
    registry.forget = async () => {
      throw new Error('The table is throttled.');
    };
    await closer().expire([await connected()]);
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'connection_not_forgotten' }]);
  });
});
