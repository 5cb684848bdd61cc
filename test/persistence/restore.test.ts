import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { restoredDatabase } from '../../functions/persistence/restore.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const content = contentOf();

describe('A migration of a database that was restored', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.close());

  it('has every client load anew, and then go on from the new version', async () => {
    const database = createDatabase(test.connection);
    const inboxes = createNotificationRepository(database, { scopes: [] });
    const reader = randomUUID();
    await inboxes.create(content, ruleOf(), [reader], null);
    // What the client saw before the restore, and the backup does not know.
    const since = 7;

    await test.migrate({ isRestored: true });
    for (let left = since; left > 0; left -= 1) await inboxes.create(content, ruleOf(), [reader], null);
    expect(await inboxes.changes(reader, 1)).toMatchObject({ reset: true });
    expect(await inboxes.changes(reader, since)).toMatchObject({ reset: true, version: 1_000_008 });
    const [stored] = await inboxes.create(content, ruleOf(), [reader], null);
    const { reset, notifications } = await inboxes.changes(reader, 1_000_008);
    expect(reset).toBe(false);
    expect(notifications).toEqual([stored?.notification]);
    await database.close();
  });

  it('is the only one that touches a version', async () => {
    await test.query('INSERT INTO inboxes (user_id, version) VALUES (gen_random_uuid(), 7)');
    await test.migrate();
    expect(await test.query('SELECT version FROM inboxes')).toEqual([{ version: '7' }]);
  });
});

describe('A restored database', () => {
  it('is at the host of its identifier, with the same owner', () => {
    const connection = {
      host: 'belfry.c9akciq32.eu-west-1.rds.amazonaws.com',
      port: 5432,
      database: 'belfry',
      user: 'belfry_owner',
      auth: { kind: 'password', password: 'secret' },
      tls: true,
    } as const;
    const host = 'belfry-restored.c9akciq32.eu-west-1.rds.amazonaws.com';
    expect(restoredDatabase(connection, 'belfry-restored')).toEqual({ ...connection, host });
  });

  it('that is not of the stack is for its owner to restore', () => {
    const connectionString = 'postgres://belfry_owner:s3cret@db.example.com/belfry';
    expect(() => restoredDatabase({ connectionString }, 'db2')).toThrow(
      'Belfry cannot restore an existing database',
    );
  });
});
