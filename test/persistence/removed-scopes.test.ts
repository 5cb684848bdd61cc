import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { wrongCounts } from '../support/recount.ts';

describe('a migration after a scope was taken out of the settings', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await test.migrate({ scopes: ['attendee', 'organizer', 'admin'] });
  });
  afterEach(() => test.close());

  async function withRepository<Result>(
    scopes: string[],
    work: (repository: ReturnType<typeof createNotificationRepository>) => Promise<Result>,
  ): Promise<Result> {
    const database = createDatabase(test.connection);
    return work(createNotificationRepository(database, { scopes })).finally(() => database.close());
  }
  const create = (user_id: string, scope: string | null) =>
    withRepository(['attendee', 'organizer', 'admin'], async (repository) => {
      const [stored] = await repository.create(contentOf(), ruleOf({ scope }), [user_id], null);
      return stored?.notification?.id ?? 0;
    });

  it('refuses while notifications of it exist, and names it, how many, and what to do', async () => {
    for (const scope of ['organizer', 'organizer', 'admin', 'attendee', null])
      await create(randomUUID(), scope);
    await expect(test.migrate({ scopes: ['attendee'] })).rejects.toThrow(
      /^The settings have no scope admin \(1 notifications\), organizer \(2 notifications\) any more, .*Nothing was migrated\. Put the scope back, or name it in movedScopes/,
    );
    await expect(test.migrate({ scopes: ['attendee'], movedScopes: ['admin'] })).rejects.toThrow(
      'no scope organizer (2 notifications)',
    );
    await test.migrate({ scopes: ['attendee', 'organizer', 'admin'] });
  });

  it('refuses nothing when the deployment that added the scope is undone, and refuses at the next one', async () => {
    await test.migrate({ scopes: ['attendee', 'organizer', 'admin'], deployment: 'migrate:1' });
    await test.migrate({ scopes: ['attendee', 'organizer', 'admin', 'vip'], deployment: 'migrate:2' });
    const user_id = randomUUID();
    await withRepository(['vip'], (repository) =>
      repository.create(contentOf(), ruleOf({ scope: 'vip' }), [user_id], null),
    );
    const former = { scopes: ['attendee', 'organizer', 'admin'] };
    await test.migrate({ ...former, deployment: 'migrate:1' });
    expect(await test.query('SELECT scope FROM notifications')).toEqual([{ scope: 'vip' }]);

    const refusal = 'no scope vip (1 notifications)';
    await expect(test.migrate({ ...former, deployment: 'migrate:3' })).rejects.toThrow(refusal);
    // Asked again with the same deployment, it has not migrated yet.
    await expect(test.migrate({ ...former, deployment: 'migrate:3' })).rejects.toThrow(refusal);
    await expect(test.migrate(former)).rejects.toThrow(refusal);
    await test.migrate({ scopes: ['attendee', 'organizer', 'admin', 'vip'], deployment: 'migrate:4' });
    await withRepository(['vip'], async (repository) => {
      expect((await repository.inbox(user_id)).scopes).toEqual({
        vip: { unread_count: 1, unseen_count: 1 },
      });
    });
  });

  it('goes on if no notification is of it, and looks once more at the next deployment', async () => {
    await test.migrate({ scopes: ['attendee'] });
    // By a function of the last deployment, which was not replaced yet.
    await create(randomUUID(), 'admin');
    await expect(test.migrate({ scopes: ['attendee'] })).rejects.toThrow('no scope admin (1 notifications)');
    await test.migrate({ scopes: ['attendee'], movedScopes: ['admin'] });
    await test.migrate({ scopes: ['attendee'] });
    await test.migrate({ scopes: ['attendee'] });
    expect(await test.query('SELECT name FROM belfry.scopes')).toEqual([{ name: 'attendee' }]);
  });

  it('moves its notifications to no scope, as one change of each inbox, with right counts', async () => {
    const [user_id, other] = [randomUUID(), randomUUID()];
    const first = await create(user_id, 'admin');
    await withRepository(['admin'], (repository) => repository.seen(user_id, first, 'admin'));
    const second = await create(user_id, 'admin');
    await create(user_id, 'organizer');
    await create(user_id, null);
    const untouched = await create(other, 'attendee');

    await test.migrate({ scopes: ['attendee', 'organizer'], movedScopes: ['admin'] });

    await withRepository(['attendee', 'organizer'], async (repository) => {
      expect(await repository.inbox(user_id)).toEqual({
        user_id,
        version: 6,
        unread_count: 4,
        unseen_count: 3,
        scopes: {
          attendee: { unread_count: 3, unseen_count: 2 },
          organizer: { unread_count: 4, unseen_count: 3 },
        },
      });
      const { notifications } = await repository.changes(user_id, 5);
      expect(notifications).toMatchObject([
        { id: first, scope: null },
        { id: second, scope: null },
      ]);
      expect(await repository.inbox(other)).toMatchObject({ version: 1 });
      expect(await repository.find(other, untouched)).toMatchObject({ scope: 'attendee', version: 1 });
    });
    expect(await test.query(wrongCounts, [[user_id, other]])).toEqual([]);
  });

  it('moves those of more inboxes than one transaction locks', async () => {
    await withRepository(['admin'], (repository) =>
      repository.create(
        contentOf(),
        ruleOf({ scope: 'admin' }),
        Array.from({ length: 250 }, () => randomUUID()),
        null,
      ),
    );
    await test.migrate({ movedScopes: ['admin'], scopes: [] });
    expect(await test.query("SELECT FROM notifications WHERE scope <> ''")).toEqual([]);
    expect(await test.query('SELECT FROM inboxes WHERE version = 2')).toHaveLength(250);
  });
});
