import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectionRegistry } from '../../functions/realtime/connection-registry.ts';
import { testConnectionRegistry } from '../contracts/connection-registry.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import type { TableRequest } from '../support/dynamodb-table.ts';
import { startRealtimeTable } from '../support/realtime-table.ts';

const tableName = 'connections';

testConnectionRegistry('The in-memory registry', async (clock) => ({
  registry: createInMemoryRegistry(clock),
  close: async () => {},
}));

testConnectionRegistry('The registry in DynamoDB', async (clock) => {
  const { dynamo, close } = await startRealtimeTable(tableName);
  return { registry: createConnectionRegistry({ dynamo, tableName, clock }), close };
});

describe('The registry in DynamoDB', () => {
  const now = Date.UTC(2026, 0, 1);
  const connection = { user_id: 'u', connection_id: 'c', connected_at: now, expires_at: now + 60_000 };
  let table: Awaited<ReturnType<typeof startRealtimeTable>>;
  beforeAll(async () => {
    table = await startRealtimeTable(tableName);
  });
  afterAll(() => table?.close());

  const requestsOf = async (run: () => Promise<unknown>): Promise<TableRequest[]> => {
    table.requests.length = 0;
    await run();
    return [...table.requests];
  };
  const registry = () => createConnectionRegistry({ dynamo: table.dynamo, tableName, clock: () => now });

  it('finds by one strongly consistent query of the table itself', async () => {
    const [query, ...others] = await requestsOf(() => registry().find('u'));
    expect(others).toEqual([]);
    expect(query).toMatchObject({ operation: 'QueryCommand', input: { ConsistentRead: true } });
    expect(query?.input).not.toHaveProperty('IndexName');
  });

  it('keeps a row until the gateway has closed its socket for certain, in whole seconds', async () => {
    await registry().add({ ...connection, connected_at: now + 1 });
    const { Items } = await table.dynamo.send(new ScanCommand({ TableName: tableName }));
    expect(Items).toMatchObject([{ expires_at: now + 60_000, ttl: now / 1_000 + 2 * 60 * 60 + 1 }]);
  });

  it('asks the index only if it does not know the user', async () => {
    await registry().add(connection);
    const removing = await requestsOf(() => registry().remove('c'));
    expect(removing).toMatchObject([
      { operation: 'QueryCommand', input: { IndexName: 'by_connection_id' } },
      { operation: 'DeleteItemCommand', input: { Key: { user_id: 'u', connection_id: 'c' } } },
    ]);
    const forgetting = await requestsOf(() => registry().forget('u', 'c'));
    expect(forgetting).toMatchObject([{ operation: 'DeleteItemCommand' }]);
  });

  it('counts page by page, and fetches no row', async () => {
    const note = 'x'.repeat(300_000);
    const rows = Array.from({ length: 8 }, (_, index) => ({
      ...connection,
      connection_id: `large-${index}`,
      note,
    }));
    for (const Item of rows) await table.dynamo.send(new PutCommand({ TableName: tableName, Item }));
    const requests = await requestsOf(async () => expect(await registry().count()).toBeGreaterThanOrEqual(8));
    expect(requests.length).toBeGreaterThan(1);
    for (const request of requests) {
      expect(request).toMatchObject({ operation: 'ScanCommand', input: { Select: 'COUNT' } });
      expect(request.input).not.toHaveProperty('ConsistentRead');
    }
  });

  it('deletes nothing for an unknown connection', async () => {
    const removing = await requestsOf(() => registry().remove('unknown'));
    expect(removing.map(({ operation }) => operation)).toEqual(['QueryCommand']);
  });
});
