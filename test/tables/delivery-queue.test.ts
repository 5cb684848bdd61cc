import { ScanCommand as RawScanCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AttributeValue } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parsePendingDelivery } from '../../functions/core/pending-delivery.ts';
import { createDeliveryQueue } from '../../functions/realtime/delivery-queue.ts';
import { readImage } from '../../functions/transport/deliveries-stream.ts';
import { testDeliveryQueue } from '../contracts/delivery-queue.ts';
import { createInMemoryDeliveryQueue } from '../fakes/in-memory-delivery-queue.ts';
import { startRealtimeTable } from '../support/realtime-table.ts';

const tableName = 'deliveries';
const now = Date.UTC(2026, 0, 1);

testDeliveryQueue('The in-memory queue', async () => {
  const queue = createInMemoryDeliveryQueue();
  return { queue, read: async () => [...queue.deliveries], close: async () => {} };
});

testDeliveryQueue('The table of deliveries', async () => {
  const { dynamo, close } = await startRealtimeTable(tableName);
  return {
    queue: createDeliveryQueue({ dynamo, tableName, clock: () => now }),
    // Raw items are what the images of the stream hold, and read by what reads those.
    async read() {
      const { Items = [] } = await dynamo.send(new RawScanCommand({ TableName: tableName }));
      return Items.map((image) => parsePendingDelivery(readImage(image as Record<string, AttributeValue>)));
    },
    close,
  };
});

let table: Awaited<ReturnType<typeof startRealtimeTable>>;
beforeAll(async () => {
  table = await startRealtimeTable(tableName);
});
afterAll(() => table?.close());

it('An item of the table of deliveries goes after a day', async () => {
  const queue = createDeliveryQueue({ dynamo: table.dynamo, tableName, clock: () => now + 1 });
  const common = { delivery_id: 'd', user_id: 'u', attempt: 1, version: 1, unread_count: 0 };
  await queue.put({ ...common, type: 'inbox.changed' });
  const { Items } = await table.dynamo.send(new ScanCommand({ TableName: tableName }));
  expect(Items).toEqual([
    { ...common, leftover_id: 'd#1', type: 'inbox.changed', ttl: now / 1_000 + 24 * 60 * 60 + 1 },
  ]);
});
