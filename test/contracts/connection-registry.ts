import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, ConnectionRegistry } from '../../functions/core/ports.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

/** A registry by the test's clock, and how to let go of it. */
export interface RegistryUnderTest {
  registry: ConnectionRegistry;
  close(): Promise<void>;
}

/** What every `ConnectionRegistry` keeps to. */
export function testConnectionRegistry(
  name: string,
  open: (clock: () => number) => Promise<RegistryUnderTest>,
): void {
  describe(`${name} as a connection registry`, () => {
    let clock: TestClock;
    let under: RegistryUnderTest;
    let registry: ConnectionRegistry;
    beforeAll(async () => {
      clock = createTestClock();
      under = await open(() => clock.now());
      registry = under.registry;
    });
    afterAll(() => under?.close());

    /** Registers a connection of a user, which gets pushes for a minute unless said otherwise. */
    async function connect(user_id: string, changes: Partial<Connection> = {}): Promise<Connection> {
      const connection = {
        connection_id: randomUUID(),
        user_id,
        connected_at: clock.now(),
        expires_at: clock.now() + 60_000,
        ...changes,
      };
      await registry.add(connection);
      return connection;
    }
    const byId = (a: Connection, b: Connection) => (a.connection_id < b.connection_id ? -1 : 1);
    const liveOf = async (user_id: string) => (await registry.find(user_id)).live.toSorted(byId);
    const expiredOf = async (user_id: string) => (await registry.find(user_id)).expired.toSorted(byId);

    it('finds nothing for a user without connections', async () => {
      expect(await liveOf(randomUUID())).toEqual([]);
    });

    it('finds a connection as it was added, and nothing else of it', async () => {
      const user_id = randomUUID();
      const connection = await connect(user_id);
      expect(await liveOf(user_id)).toEqual([connection]);
    });

    it('finds a connection at once after it was added', async () => {
      for (let n = 0; n < 10; n += 1) {
        const user_id = randomUUID();
        const connection = await connect(user_id);
        expect(await liveOf(user_id)).toEqual([connection]);
      }
    });

    it('finds all connections of a user and none of another', async () => {
      const user_id = randomUUID();
      const connections = [await connect(user_id), await connect(user_id), await connect(user_id)];
      await connect(randomUUID());
      expect(await liveOf(user_id)).toEqual(connections.toSorted(byId));
    });

    it('finds more connections than one would expect of a user', async () => {
      const user_id = randomUUID();
      await Promise.all(Array.from({ length: 100 }, () => connect(user_id)));
      expect(await liveOf(user_id)).toHaveLength(100);
    });

    it('keeps one row for a connection that is added twice', async () => {
      const user_id = randomUUID();
      const connection = await connect(user_id);
      await registry.add(connection);
      expect(await liveOf(user_id)).toEqual([connection]);
    });

    it('finds a connection as expired from the moment it expires', async () => {
      const user_id = randomUUID();
      const connection = await connect(user_id, { expires_at: clock.now() + 1_000 });
      await clock.advance(999);
      expect(await registry.find(user_id)).toEqual({ live: [connection], expired: [] });
      await clock.advance(1);
      expect(await registry.find(user_id)).toEqual({ live: [], expired: [connection] });
    });

    it('tells the connections that are left from those that expired', async () => {
      const user_id = randomUUID();
      const expired = await connect(user_id, { expires_at: clock.now() });
      const left = await connect(user_id);
      expect(await registry.find(user_id)).toEqual({ live: [left], expired: [expired] });
    });

    it('removes a connection by its id alone', async () => {
      const user_id = randomUUID();
      const closed = await connect(user_id);
      const left = await connect(user_id);
      await registry.remove(closed.connection_id);
      expect(await liveOf(user_id)).toEqual([left]);
    });

    it('removes a connection that has expired', async () => {
      const expired = await connect(randomUUID(), { expires_at: clock.now() });
      await registry.remove(expired.connection_id);
      expect(await expiredOf(expired.user_id)).toEqual([]);
    });

    it('forgets one connection of a user', async () => {
      const user_id = randomUUID();
      const gone = await connect(user_id);
      const left = await connect(user_id);
      await registry.forget(user_id, gone.connection_id);
      expect(await liveOf(user_id)).toEqual([left]);
    });

    it('forgets nothing of another user', async () => {
      const connection = await connect(randomUUID());
      await registry.forget(randomUUID(), connection.connection_id);
      expect(await liveOf(connection.user_id)).toEqual([connection]);
    });

    it('counts the live connections of all users', async () => {
      const before = await registry.count();
      const user_id = randomUUID();
      await Promise.all([connect(user_id), connect(user_id), connect(randomUUID())]);
      const expired = await connect(user_id, { expires_at: clock.now() });
      expect(await registry.count()).toBe(before + 3);
      await registry.forget(user_id, expired.connection_id);
    });

    it('removes and forgets as often as it is asked to', async () => {
      const user_id = randomUUID();
      const { connection_id } = await connect(user_id);
      for (let n = 0; n < 2; n += 1) {
        await registry.remove(connection_id);
        await registry.forget(user_id, connection_id);
      }
      await registry.remove(randomUUID());
      await registry.forget(randomUUID(), randomUUID());
      expect(await liveOf(user_id)).toEqual([]);
    });
  });
}
