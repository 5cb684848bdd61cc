import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { contentOf } from '../../support/content.ts';
import { createTestDatabase } from '../../support/database.ts';
import { openFirstEdition } from '../../support/first-edition.ts';
import { makeFirstSchema } from '../../support/first-schema.ts';
import { wrongCounts } from '../../support/recount.ts';

/**
 * How many notifications the database has. With `MIGRATED_ROWS=1000000` the test also prints how long the migration took, and
 * how long functions had to wait (docs/decisions/0045).
 */
const rows = Number(process.env.MIGRATED_ROWS ?? 50_000);
const timeoutMs = 1_800_000;

const fill = `
  INSERT INTO notifications (user_id, actor_id, title, body, metadata, status, created_at, updated_at, version, idempotency_key)
  SELECT md5((n % (${rows} / 100))::text)::uuid, md5(n::text)::uuid, left(md5('t' || n), 20), left(repeat(md5('b' || n), 15), 450),
    jsonb_build_object('type', 'booking-' || n % 5, 'route', '/bookings/' || n),
    CASE WHEN n % 10 = 0 THEN 'unread' WHEN n % 2 = 0 THEN 'read' ELSE 'archived' END,
    now() - n * interval '1 second', now(), 1 + n / (${rows} / 100), 'booking-' || n
  FROM generate_series(1, ${rows}) n;
  INSERT INTO inboxes (user_id, version, unread_count)
    SELECT user_id, max(version), count(*) FILTER (WHERE status = 'unread') FROM notifications GROUP BY user_id;
  ANALYZE`;

/** One text of all that the first edition has stored. */
const fingerprint = `
  SELECT count(*)::int AS rows, md5(string_agg(md5(concat_ws('|', id, user_id, actor_id, title, body, metadata, channel, status,
    created_at, updated_at, version, idempotency_key)), '' ORDER BY id)) AS content FROM notifications WHERE title <> 'Build passed'`;

it('a large database is migrated while functions write to it, and nothing is lost or renumbered', {
  timeout: timeoutMs,
}, async () => {
  const test = await createTestDatabase({ empty: true });
  onTestFinished(() => test.close());
  await makeFirstSchema(test.url);
  await test.query(fill);
  const before = await test.query(fingerprint);
  const writer = await openFirstEdition(test.url);
  const user_id = randomUUID();
  let isOver = false;
  let created = 0;
  let longestMs = 0;
  const writing = (async () => {
    for (; !isOver; created += 1) {
      const sentAt = performance.now();
      await writer.create(contentOf(), [user_id], null);
      longestMs = Math.max(longestMs, performance.now() - sentAt);
    }
  })();
  const startedAt = performance.now();
  await test.migrate({ turnTimeoutMs: timeoutMs }).finally(() => {
    isOver = true;
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  await writing;
  await writer.close();

  expect(await test.query(fingerprint)).toEqual(before);
  const [inbox] = await test.query('SELECT version::int, unread_count FROM inboxes WHERE user_id = $1', [
    user_id,
  ]);
  expect(inbox).toEqual({ version: created, unread_count: created });
  const sample = await test.query<{ user_id: string }>(
    'SELECT user_id FROM inboxes ORDER BY user_id LIMIT 200',
  );
  expect(await test.query(wrongCounts, [sample.map((row) => row.user_id)])).toEqual([]);
  if (process.env.MIGRATED_ROWS) {
    const sizes = await test.query(
      `SELECT relname, pg_size_pretty(pg_relation_size(oid)) AS size FROM pg_class
       WHERE relname LIKE 'notifications%' AND relkind IN ('r', 'i') ORDER BY relname`,
    );
    console.log({ rows, seconds, longestMs, created, sizes });
  }
});
