import { beforeEach, describe, expect, it } from 'vitest';
import { createAdmission } from '../../functions/core/admission.ts';
import type { Connection, ConnectionCloser, ConnectionRegistry } from '../../functions/core/ports.ts';
import { createInMemoryRegistry } from '../fakes/in-memory-registry.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';

const now = Date.UTC(2026, 0, 1);
const connectionLimit = 3;

let registry: ConnectionRegistry;
let metrics: RecordingMetrics;
let logger: RecordingLogger;
let replaced: string[];
let expired: string[];
beforeEach(() => {
  registry = createInMemoryRegistry(() => now);
  metrics = createRecordingMetrics();
  logger = createRecordingLogger();
  replaced = [];
  expired = [];
});

const closer: ConnectionCloser = {
  async replace(connections) {
    replaced.push(...connections.map(({ connection_id }) => connection_id));
  },
  async expire(connections) {
    expired.push(...connections.map(({ connection_id }) => connection_id));
  },
};

const connection = (connection_id: string, connected_at: number, changes: Partial<Connection> = {}) => ({
  user_id: 'alice',
  connection_id,
  connected_at,
  expires_at: now + 60_000,
  ...changes,
});
const admit = (candidate: Connection) =>
  createAdmission({ registry, closer, metrics, logger }, { connectionLimit }).admit(candidate);
const isRegistered = async ({ connection_id, user_id }: Connection) => {
  const { live, expired } = await registry.find(user_id);
  return [...live, ...expired].some((each) => each.connection_id === connection_id);
};

describe('A connection', () => {
  it('is registered and accepted', async () => {
    const candidate = connection('a', now);
    expect(await admit(candidate)).toBe(true);
    expect(await isRegistered(candidate)).toBe(true);
    expect([replaced, expired]).toEqual([[], []]);
    expect(metrics.measured).toEqual([{ name: 'ConnectionsOpened', value: 1 }]);
  });

  it('replaces the oldest beyond the limit', async () => {
    for (const [index, id] of ['d', 'c', 'b'].entries()) await admit(connection(id, now - 10 + index));
    expect(replaced).toEqual([]);
    expect(await admit(connection('a', now))).toBe(true);
    expect(replaced).toEqual(['d']);
  });

  it('replaces by its id if all have come in the same moment', async () => {
    for (const id of ['b', 'c', 'd']) await admit(connection(id, now));
    expect(await admit(connection('e', now))).toBe(true);
    expect(replaced).toEqual(['b']);
    const smallest = connection('a', now);
    expect(await admit(smallest)).toBe(false);
    expect(await isRegistered(smallest)).toBe(false);
  });

  it('is refused and forgotten if newer ones fill the limit, and replaces no other', async () => {
    for (const id of ['a', 'b', 'c']) await registry.add(connection(id, now));
    const candidate = connection('d', now - 1);
    expect(await admit(candidate)).toBe(false);
    expect(await isRegistered(candidate)).toBe(false);
    expect(replaced).toEqual([]);
    expect(metrics.measured).toEqual([]);
  });

  it('is refused if a newer one has replaced it before it looked', async () => {
    const { add } = registry;
    registry.add = async (candidate) => {
      await add(candidate);
      await registry.forget(candidate.user_id, candidate.connection_id);
    };
    expect(await admit(connection('a', now))).toBe(false);
  });

  it('replaces no connection of another user', async () => {
    for (const id of ['a', 'b', 'c']) await registry.add(connection(id, now, { user_id: 'bob' }));
    expect(await admit(connection('d', now))).toBe(true);
    expect(replaced).toEqual([]);
  });

  it('has those closed that have expired, which count for no limit', async () => {
    for (const id of ['a', 'b', 'c']) await registry.add(connection(id, now - 2, { expires_at: now }));
    for (const id of ['d', 'e']) await registry.add(connection(id, now - 1));
    expect(await admit(connection('f', now))).toBe(true);
    expect(replaced).toEqual([]);
    expect(expired).toEqual(['a', 'b', 'c']);
  });

  it('is accepted although its token has just ended, and is not closed', async () => {
    expect(await admit(connection('a', now, { expires_at: now }))).toBe(true);
    expect(expired).toEqual([]);
  });

  it('replaces a hundred at most', async () => {
    for (let n = 0; n < 110; n += 1) await registry.add(connection(`c${n}`, now - 1));
    expect(await admit(connection('a', now))).toBe(true);
    expect(replaced).toHaveLength(100);
  });

  it('is accepted if the others cannot be looked up', async () => {
    registry.find = async () => {
      throw new Error('The table is throttled.');
    };
    expect(await admit(connection('a', now))).toBe(true);
    expect(logger.lines).toEqual([
      {
        level: 'error',
        message: 'connections_not_found',
        fields: { user_id: 'alice', reason: 'Error: The table is throttled.' },
      },
    ]);
  });

  it('is refused also if it cannot be forgotten', async () => {
    for (const id of ['a', 'b', 'c']) await registry.add(connection(id, now));
    registry.forget = async () => {
      throw new Error('The table is throttled.');
    };
    expect(await admit(connection('d', now - 1))).toBe(false);
    expect(logger.lines).toMatchObject([{ message: 'connection_not_forgotten' }]);
  });

  it('is not accepted if it cannot be registered', async () => {
    registry.add = async () => {
      throw new Error('The table is throttled.');
    };
    await expect(admit(connection('a', now))).rejects.toThrow('throttled');
  });
});
