import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { createDatabase, type Database } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { createScheduleRepository } from '../../functions/persistence/schedules.ts';
import { createTimerRepository } from '../../functions/persistence/timers.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe.runIf(inject('postgresUrl'))(`a tick on ${inject('postgresVersion')}`, () => {
  let test: TestDatabase;
  let writer: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    writer = createDatabase(test.as('writer'));
  });
  afterAll(async () => {
    await writer.close();
    await test.close();
  });

  async function begin(statement: string, values: unknown[]): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('BEGIN');
    await client.query(statement, values);
    return client;
  }

  const past = () => new Date(Date.now() - 1_000).toISOString();

  it('passes over an inbox that a writer has, and fires it in its next run', async () => {
    const [busy, free] = [randomUUID(), randomUUID()];
    const repository = createNotificationRepository(writer, { scopes: [] });
    const timers = createTimerRepository(writer, { scopes: [] });
    await repository.create(contentOf({ expires_at: past() }), ruleOf(), [busy, free], null);
    const holder = await begin('SELECT FROM inboxes WHERE user_id = $1 FOR NO KEY UPDATE', [busy]);
    const { fired } = await timers.fire([]);
    expect(fired).toHaveLength(2);
    expect(fired).toContainEqual({ outcome: 'skipped', user_id: busy });
    expect(fired).toMatchObject(
      fired.map((one) =>
        one.outcome === 'skipped' ? one : { outcome: 'archived', inbox: { user_id: free } },
      ),
    );
    expect(await timers.fire([busy])).toEqual({ fired: [], isDone: true });
    await holder.query('ROLLBACK');
    expect((await timers.fire([])).fired).toMatchObject([{ outcome: 'archived', inbox: { user_id: busy } }]);
  });

  it('counts anew what functions of the first edition have left behind', async () => {
    const user_id = randomUUID();
    const repository = createNotificationRepository(writer, { scopes: [] });
    await repository.create(contentOf({ expires_at: past() }), ruleOf(), [user_id], null);
    await repository.create(contentOf(), ruleOf(), [user_id], null);
    await test.query('UPDATE inboxes SET version = version + 1, unseen_count = 9 WHERE user_id = $1', [
      user_id,
    ]);
    const { fired } = await createTimerRepository(writer, { scopes: [] }).fire([]);
    expect(fired).toMatchObject([{ inbox: { version: 4, unread_count: 1, unseen_count: 1 } }]);
  });

  it('keeps of a scheduled create what it said until it was sent or called off, and if it was refused', async () => {
    const schedules = createScheduleRepository(writer);
    const timers = createTimerRepository(writer, { scopes: [] });
    const keep = async (title: string) => {
      const user_ids = [randomUUID()];
      const command = { ...contentOf({ title }), user_ids, is_batch: false, idempotency_key: title };
      return (await schedules.schedule(command, past(), null)).id;
    };
    const [waiting, sent, refused, cancelled] = [
      await keep('waiting'),
      await keep('sent'),
      await keep('refused'),
      await keep('cancelled'),
    ];
    await schedules.cancel(cancelled, null);
    await timers.settleScheduled(sent, 'sent');
    await timers.settleScheduled(refused, 'refused');
    const titles = await test.query("SELECT id, command->>'title' AS title FROM scheduled ORDER BY id");
    expect(titles.map(({ id, title }) => [Number(id), title])).toEqual([
      [waiting, 'waiting'],
      [sent, null],
      [refused, 'refused'],
      [cancelled, null],
    ]);
  });

  it('keeps the time of the database, whatever the clock of the function says', async () => {
    const user_id = randomUUID();
    const repository = createNotificationRepository(writer, { scopes: [] });
    await repository.create(
      contentOf({ expires_at: new Date(Date.now() + 3_600_000).toISOString() }),
      ruleOf(),
      [user_id],
      null,
    );
    const fast = createDatabase(test.as('writer'), { clock: () => Date.now() + 86_400_000 });
    onTestFinished(() => fast.close());
    const timers = createTimerRepository(fast, { scopes: [] });
    expect(await timers.fire([])).toEqual({ fired: [], isDone: true });
    expect(await timers.standing()).toMatchObject({ timers_late_ms: 0 });
  });
});
