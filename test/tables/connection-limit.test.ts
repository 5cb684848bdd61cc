import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAdmission } from '../../functions/core/admission.ts';
import { createConnectionCloser } from '../../functions/realtime/connection-closer.ts';
import { createConnectionRegistry } from '../../functions/realtime/connection-registry.ts';
import type { SocketGateway } from '../../functions/realtime/socket-gateway.ts';
import { createInMemoryDeliveryQueue } from '../fakes/in-memory-delivery-queue.ts';
import { createRecordingGateway } from '../fakes/recording-gateway.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { startRealtimeTable } from '../support/realtime-table.ts';

const connectionLimit = 10;
const tableName = 'connections';
const clock = Date.now;

let table: Awaited<ReturnType<typeof startRealtimeTable>>;
beforeAll(async () => {
  table = await startRealtimeTable(tableName);
});
afterAll(() => table?.close());

const registry = () => createConnectionRegistry({ dynamo: table.dynamo, tableName, clock });
let user_id: string;
beforeEach(() => {
  user_id = randomUUID();
});

/** 40 connects of one user at once, each by a function of its own; half of them within the same millisecond. */
async function connectAtOnce(gateway: SocketGateway) {
  const queue = createInMemoryDeliveryQueue();
  const metrics = createRecordingMetrics();
  const start = clock();
  const connections = Array.from({ length: 40 }, (_, index) => ({
    user_id,
    connection_id: randomUUID(),
    connected_at: start + Math.floor(index / 20),
    expires_at: start + 3_600_000,
  }));
  const admitted = await Promise.all(
    connections.map((connection) => {
      const ports = { registry: registry(), gateway, queue, metrics, clock, logger: createRecordingLogger() };
      const admission = createAdmission(
        { ...ports, closer: createConnectionCloser(ports) },
        { connectionLimit },
      );
      return admission.admit(connection);
    }),
  );
  const order = (a: (typeof connections)[number], b: (typeof connections)[number]) =>
    b.connected_at - a.connected_at || (a.connection_id > b.connection_id ? -1 : 1);
  return {
    queue,
    newest: connections
      .toSorted(order)
      .slice(0, connectionLimit)
      .map(({ connection_id }) => connection_id),
    admitted: connections.filter((_, index) => admitted[index]).map(({ connection_id }) => connection_id),
  };
}

const registered = async () =>
  (await registry().find(user_id)).live.map(({ connection_id }) => connection_id).toSorted();

describe('Forty connects of one user at once', () => {
  it('leave exactly the newest up to the limit; every other accepted one gets a goodbye and is closed', async () => {
    const gateway = createRecordingGateway();
    const { newest, admitted } = await connectAtOnce(gateway);
    expect(await registered()).toEqual(newest.toSorted());
    expect(admitted).toEqual(expect.arrayContaining(newest));
    const replaced = admitted.filter((id) => !newest.includes(id));
    expect(gateway.closed).toEqual(expect.arrayContaining(replaced));
    expect(gateway.posted.map(({ connection_id }) => connection_id)).toEqual(
      expect.arrayContaining(replaced),
    );
  });

  it('leave exactly the limit if the gateway knows none of them yet: goodbye is said later', async () => {
    const unopened: SocketGateway = { post: async () => 'gone', close: async () => 'gone' };
    const { newest, admitted, queue } = await connectAtOnce(unopened);
    expect(await registered()).toEqual(newest.toSorted());
    const replaced = admitted.filter((id) => !newest.includes(id));
    const later = queue.deliveries.flatMap((pending) =>
      pending.type === 'goodbye' ? pending.connections.map((each) => each.connection_id) : [],
    );
    expect(later).toEqual(expect.arrayContaining(replaced));
  });
});

describe('A connect', () => {
  it('is two requests to DynamoDB', async () => {
    table.requests.length = 0;
    const ports = {
      registry: registry(),
      gateway: createRecordingGateway(),
      queue: createInMemoryDeliveryQueue(),
      metrics: createRecordingMetrics(),
      clock,
      logger: createRecordingLogger(),
    };
    const admission = createAdmission(
      { ...ports, closer: createConnectionCloser(ports) },
      { connectionLimit },
    );
    const expires_at = clock() + 60_000;
    await admission.admit({ user_id, connection_id: 'c', connected_at: clock(), expires_at });
    expect(table.requests.map(({ operation }) => operation)).toEqual(['PutItemCommand', 'QueryCommand']);
  });
});
