import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createScheduleRepository } from '../../../functions/persistence/schedules.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Client, createClients } from './client.ts';

const content = contentOf();

let test: TestDatabase;
const clients = createClients(() => test);
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(() => clients.close());
afterAll(() => test.close());

describe.runIf(inject('postgresUrl'))(`on ${inject('postgresVersion')}, ticks at the same time`, () => {
  it('send each schedule once, also after ticks that have died', async () => {
    const user_id = randomUUID();
    const ticks = clients.open(6);
    const [{ database } = {}] = ticks;
    if (!database) throw new Error('There is a session for each tick.');
    const schedules = createScheduleRepository(database);
    const command = { ...content, user_ids: [user_id], is_batch: false, idempotency_key: null };
    const now = new Date().toISOString();
    const ids = [];
    for (let count = 0; count < 120; count += 1) ids.push((await schedules.schedule(command, now, null)).id);
    const claimed: number[] = [];
    let sent = 0;
    /** Sends what it claims, unless it dies before. */
    const run = async ({ repository, timers }: Client, isDying: (id: number) => boolean) => {
      for (let own = await timers.claimScheduled(); own.length > 0; own = await timers.claimScheduled()) {
        for (const { id } of own) {
          claimed.push(id);
          if (isDying(id)) return;
          const [one] = await repository.create(content, ruleOf(), [user_id], `scheduled:${id}`);
          if (one?.created) sent += 1;
          // It has sent it, and does not come to say so.
          if (isDying(id + 1)) return;
          await timers.settleScheduled(id, 'sent');
        }
      }
    };
    const cancelled = new Set<number>();
    const cancels = ids
      .filter((id) => id % 7 === 0)
      .map(async (id) => {
        if ((await schedules.cancel(id, null)) === 'cancelled') cancelled.add(id);
      });
    await Promise.all([...cancels, ...ticks.map((tick) => run(tick, (id) => id % 20 === 0))]);
    expect(new Set(claimed).size).toBe(claimed.length);
    await test.query(
      "UPDATE scheduled SET leased_until = now() - interval '1 second' WHERE leased_until > '-infinity'",
    );
    await Promise.all(ticks.map((tick) => run(tick, () => false)));

    expect(sent).toBe(ids.length - cancelled.size);
    expect(claimed.filter((id) => cancelled.has(id))).toEqual([]);
    const [{ count } = {}] = await test.query(
      'SELECT count(*)::int AS count FROM scheduled WHERE id = ANY ($1) AND (sent_at IS NULL) = (cancelled_at IS NULL)',
      [ids],
    );
    expect(count).toBe(0);
    expect((await ticks[1]?.repository.inbox(user_id))?.unread_count).toBe(sent);
  });

  it('take each event once', async () => {
    const ticks = clients.open(6);
    await test.query(`DELETE FROM outbox`);
    await test.query(`INSERT INTO outbox (event, user_id, notification_id, version, detail, created_at)
      SELECT 'notification.read', gen_random_uuid(), n, n, '{"type":"booking"}', now() FROM generate_series(1, 1500) n`);
    const taken = await Promise.all(
      ticks.map(async ({ timers }) => {
        const own: number[] = [];
        for (let some = await timers.takeEvents(); some.length > 0; some = await timers.takeEvents()) {
          const ids = some.map(({ outbox_id }) => outbox_id);
          own.push(...ids);
          await timers.dropEvents(ids);
        }
        return own;
      }),
    );
    expect(taken.flat()).toHaveLength(1_500);
    expect(new Set(taken.flat()).size).toBe(1_500);
    expect(await test.query('SELECT FROM outbox')).toEqual([]);
  });
});
