import { ScanCommand as RawScanCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AttributeValue } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePendingDelivery } from '../../functions/core/parse-pending-delivery.ts';
import { createDeliveryQueue } from '../../functions/realtime/delivery-queue.ts';
import { readImage } from '../../functions/transport/deliveries-stream.ts';
import { testDeliveryQueue } from '../contracts/delivery-queue.ts';
import { createInMemoryDeliveryQueue } from '../fakes/in-memory-delivery-queue.ts';
import { inboxState } from '../support/inbox-state.ts';
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
  const common = { delivery_id: 'd', attempt: 1, ...inboxState('u', 1, 0) };
  await queue.put({ ...common, type: 'inbox.changed' });
  const { Items } = await table.dynamo.send(new ScanCommand({ TableName: tableName }));
  expect(Items).toEqual([
    { ...common, leftover_id: 'd#1', type: 'inbox.changed', ttl: now / 1_000 + 24 * 60 * 60 + 1 },
  ]);
});

describe('A put that the table refuses', () => {
  const pending = {
    delivery_id: 'd',
    attempt: 1,
    type: 'inbox.changed' as const,
    ...inboxState('u', 1, 0),
  };

  /** A queue whose table refuses the next puts with these errors, and a clock that only the pauses move. */
  function refusing(...names: string[]) {
    const pauses: number[] = [];
    let time = now;
    let tries = 0;
    const send = async () => {
      const name = names[tries];
      tries += 1;
      if (name) throw Object.assign(new Error(name), { name });
    };
    const queue = createDeliveryQueue({
      // The cast: nothing else is used of the client.
      dynamo: { send } as unknown as typeof table.dynamo,
      tableName,
      clock: () => time,
      pause: async (ms) => {
        pauses.push(ms);
        time += ms;
      },
    });
    return { queue, pauses, tries: () => tries };
  }
  const throttle = 'ProvisionedThroughputExceededException';

  it.each([throttle, 'ThrottlingException', 'TimeoutError'])('with %s is tried again', async (name) => {
    const { queue, tries } = refusing(name, name, name);
    await queue.put(pending, now + 5_000);
    expect(tries()).toBe(4);
  });

  it('is tried again after pauses that grow up to 0.4 seconds, until the given time', async () => {
    const { queue, pauses } = refusing(...Array.from({ length: 100 }, () => throttle));
    await expect(queue.put(pending, now + 5_000)).rejects.toThrow(throttle);
    const longest = [100, 200, ...pauses.slice(2).map(() => 400)];
    for (const [index, ms] of pauses.entries()) {
      expect(ms).toBeLessThanOrEqual(longest[index] ?? 0);
      expect(ms).toBeGreaterThanOrEqual((longest[index] ?? 0) / 2);
    }
    const waited = pauses.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThan(4_000);
    expect(waited).toBeLessThanOrEqual(5_000);
  });

  it('is tried once if no time is given', async () => {
    const { queue, tries } = refusing(throttle);
    await expect(queue.put(pending)).rejects.toThrow(throttle);
    expect(tries()).toBe(1);
  });

  it('for good is not tried again', async () => {
    const { queue, tries } = refusing('AccessDeniedException');
    await expect(queue.put(pending, now + 5_000)).rejects.toThrow('AccessDeniedException');
    expect(tries()).toBe(1);
  });
});
