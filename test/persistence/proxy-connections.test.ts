import { afterAll, beforeAll, expect, it } from 'vitest';
import { quotas } from '../../bin/cost/quotas.ts';
import { mostConnections } from '../../lib/database-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

// Otherwise PostgreSQL would refuse a connection of the proxy, whose statement should wait.
it('A proxy opens no more connections than a reader or a writer may have, which docs/performance.md names', async () => {
  for (const role of ['reader', 'writer'] as const) {
    const [user] = await database.query<{ rolconnlimit: number }>(
      'SELECT rolconnlimit FROM pg_roles WHERE rolname = $1',
      [database.userOf(role)],
    );
    expect(mostConnections).toBeLessThanOrEqual(user?.rolconnlimit ?? 0);
    expect(quotas[`${role}s`].limit).toBe(user?.rolconnlimit);
  }
});
