import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assumptions } from '../../bin/cost/assumptions.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('A notification with a content of 500 bytes', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  it('takes as much of the disk as docs/cost.md counts with', async () => {
    const rows = 20_000;
    // 20 bytes of title, 450 of body, and 30 of metadata; in a hundred inboxes, most of them read.
    await test.query(`
      INSERT INTO notifications
        (user_id, actor_id, title, body, metadata, status, created_at, updated_at, version, idempotency_key, command_hash, compared_type, scope, seen)
      SELECT md5((n % 100)::text)::uuid, md5(n::text)::uuid, left(md5('t' || n), 20),
        left(repeat(md5('b' || n), 15), 450), jsonb_build_object('type', 'booking', 'route', '/b/' || n),
        CASE WHEN n % 10 = 0 THEN 'unread' WHEN n % 2 = 0 THEN 'read' ELSE 'archived' END,
        now() - n * interval '1 minute', now(), n, 'booking-' || n || '-confirmed',
        decode(md5('c' || n), 'hex'), 'booking', (ARRAY['', 'attendee', 'organizer'])[1 + n % 3], n % 2 = 0
      FROM generate_series(1, ${rows}) n`);
    const [size] = await test.query<{ bytes: string }>(
      `SELECT pg_total_relation_size('notifications') AS bytes`,
    );
    const measured = Number(size?.bytes) / rows;
    const counted = 500 + assumptions.bytes.row;
    expect(measured).toBeLessThan(counted);
    expect(measured).toBeGreaterThan(counted * 0.6);
  });
});
