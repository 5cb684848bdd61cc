import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOf, notificationColumns } from '../../functions/persistence/columns.ts';
import * as schema from '../../functions/persistence/schema.ts';
import { createTestDatabase, migrationsFolder, type TestDatabase } from '../support/database.ts';

const readJson = async (path: string) => JSON.parse(await readFile(join(migrationsFolder, path), 'utf8'));

describe('the migrations', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  it('leave `drizzle-kit generate` nothing to add to the schema', async () => {
    const { entries } = await readJson('meta/_journal.json');
    const last = String(entries.length - 1).padStart(4, '0');
    const snapshot = await readJson(`meta/${last}_snapshot.json`);
    const statements = await generateMigration(snapshot, generateDrizzleJson(schema, snapshot.id));
    expect(statements).toEqual([]);
  });

  it('number their files without a gap, each with a snapshot', async () => {
    const { entries } = await readJson('meta/_journal.json');
    for (const [index, { idx, tag }] of entries.entries()) {
      const number = String(index).padStart(4, '0');
      expect([idx, tag.slice(0, 4)]).toEqual([index, number]);
      await readFile(join(migrationsFolder, `${tag}.sql`));
      await readJson(`meta/${number}_snapshot.json`);
    }
  });

  it('make the indexes that the statements rely on', async () => {
    const indexes = await test.query<{ indexdef: string }>(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'notifications'`,
    );
    const definitions = indexes.map(({ indexdef }) => indexdef.replace(/^.* (?=INDEX)/, '')).sort();
    const on = 'ON public.notifications USING btree';
    const due = 'notification_due((status)::text, is_expired, expires_at, alert_at, snoozed_until)';
    expect(definitions).toEqual([
      `INDEX notifications_archivable ${on} (created_at) WHERE ((status)::text <> 'archived'::text)`,
      `INDEX notifications_changes ${on} (user_id, version, id)`,
      `INDEX notifications_deletable ${on} (created_at) WHERE ((status)::text = 'archived'::text)`,
      `INDEX notifications_due ${on} (${due}) WHERE (${due} IS NOT NULL)`,
      `INDEX notifications_group ${on} (user_id, group_key, group_open) WHERE (group_key IS NOT NULL)`,
      `INDEX notifications_pkey ${on} (user_id, id)`,
      `INDEX notifications_shelf ${on} (user_id, status, scope, COALESCE(moved_to, id) DESC)`,
      `INDEX notifications_type ${on} (user_id, ((metadata ->> 'type'::text)), status, scope, COALESCE(moved_to, id) DESC)` +
        " WHERE ((metadata ->> 'type'::text) IS NOT NULL)",
      `INDEX notifications_user_key ${on} (user_id, idempotency_key)`,
    ]);
  });

  it('let a change answer every field of a notification', async () => {
    const attributes = await test.query<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'inbox_answer'::regclass ORDER BY attname",
    );
    const inbox = ['outcome', 'inbox_version', 'unread_count', 'unseen_count', 'scopes', 'burst_count'];
    expect(attributes.map(({ name }) => name)).toEqual([...inbox, ...namesOf(notificationColumns)].sort());
  });

  it('leave no rule that PostgreSQL has not checked the rows by', async () => {
    expect(await test.query('SELECT conname FROM pg_constraint WHERE NOT convalidated')).toEqual([]);
  });

  it('leave room in the pages of inboxes', async () => {
    const [table] = await test.query(`SELECT reloptions FROM pg_class WHERE relname = 'inboxes'`);
    expect(table).toEqual({ reloptions: ['fillfactor=50'] });
  });

  it('draw ids one by one, so that their order is the order of versions', async () => {
    const [sequence] = await test.query(
      `SELECT cache_size FROM pg_sequences WHERE sequencename = 'notifications_id_seq'`,
    );
    expect(sequence).toEqual({ cache_size: '1' });
  });
});
