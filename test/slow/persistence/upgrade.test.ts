import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { IdempotencyConflict } from '../../../functions/core/errors.ts';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { contentOf, inboxOf, ruleOf } from '../../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openFirstEdition } from '../../support/first-edition.ts';
import { makeFirstSchema } from '../../support/first-schema.ts';
import { makeMovedUp } from '../../support/moved-up.ts';
import { wrongCounts } from '../../support/recount.ts';
import { type Change, clientOf, policy, randomNumbers, scopes } from './client.ts';
import { changeAtRandom, changeByFirstEdition } from './random-changes.ts';

// A deployment migrates first, and replaces the functions some minutes later. Until then, and after a rollback, functions of
// the first edition write to the new schema.

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase({ empty: true });
  await makeFirstSchema(test.url);
});
afterEach(() => test.close());

async function firstEdition() {
  const functions = await openFirstEdition(test.url);
  onTestFinished(() => functions.close());
  return functions;
}

function secondEdition(configured: readonly string[] = scopes) {
  const database = createDatabase(test.connection, { statementTimeoutMs: 20_000, isPooled: true });
  onTestFinished(() => database.close());
  return {
    ...clientOf(database, { sleeps: new Map(), told: new Set() }),
    repository: createNotificationRepository(database, { ...policy, scopes: configured }),
  };
}

const rows = () =>
  test.query(
    'SELECT user_id, id, title, status, version, idempotency_key, created_at, updated_at FROM notifications ORDER BY id',
  );

describe('a migration of a database of the first edition', () => {
  it('loses and renumbers nothing, and every position is the id', async () => {
    const functions = await firstEdition();
    const random = randomNumbers(1);
    const user_ids = Array.from({ length: 20 }, () => randomUUID());
    for (let step = 0; step < 400; step += 1) await changeByFirstEdition(functions, user_ids, random);
    const [before, inboxes] = [
      await rows(),
      await test.query('SELECT user_id, version FROM inboxes ORDER BY user_id'),
    ];

    await test.migrate();

    expect(await rows()).toEqual(before);
    expect(await test.query('SELECT user_id, version FROM inboxes ORDER BY user_id')).toEqual(inboxes);
    const [{ moved } = {}] = await test.query(
      "SELECT count(*)::int AS moved FROM notifications WHERE moved_to IS NOT NULL OR scope <> '' OR seen",
    );
    expect(moved).toBe(0);
  });

  it('counts what is unread as unseen, for readers at once and for writers exactly', async () => {
    const functions = await firstEdition();
    const user_id = randomUUID();
    for (let made = 0; made < 3; made += 1) await functions.create(contentOf(), [user_id], null);
    await test.migrate();
    const { repository } = secondEdition([]);
    expect(await repository.inbox(user_id)).toEqual(inboxOf(user_id, 3, 3));
    const { notifications } = await repository.list(user_id, {
      limit: 20,
      before_position: null,
      statuses: ['unread'],
      scope: null,
      types: [],
    });
    const newest = notifications[0]?.position ?? 0;
    expect(await repository.seen(user_id, newest, null)).toMatchObject({ inbox: inboxOf(user_id, 4, 3, 0) });
  });

  it('answers a key of before it, and refuses it for another command', async () => {
    const functions = await firstEdition();
    const user_id = randomUUID();
    const actor_id = randomUUID();
    const content = contentOf({ actor_id, metadata: { type: 'build', nested: { none: null } } });
    const [first] = (await functions.create(content, [user_id], 'key')) ?? [];
    await test.migrate();
    const { repository } = secondEdition([]);
    expect(await repository.create(content, ruleOf({ scope: 'admin' }), [user_id], 'key')).toMatchObject([
      { created: false, notification: { id: first?.id, scope: null } },
    ]);
    for (const changed of [
      { actor_id: null },
      { metadata: { type: 'build', nested: {} } },
      { scope: 'admin' },
    ])
      await expect(repository.create({ ...content, ...changed }, ruleOf(), [user_id], 'key')).rejects.toThrow(
        'idempotency key',
      );
  });

  it('answers a key of after it to functions of the first edition', async () => {
    await test.migrate();
    const { repository } = secondEdition([]);
    const user_id = randomUUID();
    const [created] = await repository.create(contentOf(), ruleOf(), [user_id], 'key');
    const functions = await firstEdition();
    expect(await functions.create(contentOf(), [user_id], 'key')).toMatchObject([
      { id: created?.notification?.id, created: false },
    ]);
    expect(await functions.create(contentOf({ title: 'Other' }), [user_id], 'key')).toBeUndefined();
  });
});

describe('functions of the first edition on the new schema', () => {
  it('lose and double nothing while both write, and the next change counts right again', async () => {
    const user_ids = Array.from({ length: 3 }, () => randomUUID());
    const versions = new Map<string, number[]>(user_ids.map((user_id) => [user_id, []]));
    const note = (changes: readonly Change[]) => {
      for (const { user_id, version } of changes) versions.get(user_id)?.push(version);
    };
    let isOver = false;
    // They work before the migration, and while it changes the tables and makes the indexes.
    const first = Array.from({ length: 5 }, async (_, index) => {
      const functions = await firstEdition();
      const random = randomNumbers(500 + index);
      for (let step = 0; step < 60 || !isOver; step += 1) {
        if (step < 300) note(await changeByFirstEdition(functions, user_ids, random));
        else break;
      }
    });
    await test.migrate();
    await test.query(makeMovedUp);
    const second = Array.from({ length: 5 }, async (_, index) => {
      const client = secondEdition();
      const random = randomNumbers(600 + index);
      for (let step = 0; step < 80; step += 1) note(await changeAtRandom(client, user_ids, random));
    });
    await Promise.all(second).finally(() => {
      isOver = true;
    });
    await Promise.all(first);

    expect(await test.query(wrongCounts, [user_ids])).toEqual([]);
    const { repository } = secondEdition();
    for (const [user_id, seen] of versions) {
      const { version } = await repository.inbox(user_id);
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
      await repository.create(contentOf(), ruleOf(), [user_id], null);
    }
    const healed = await test.query(
      'SELECT FROM inboxes WHERE user_id = ANY ($1) AND counted_version <> version',
      [user_ids],
    );
    expect(healed).toEqual([]);
    expect(await test.query(wrongCounts, [user_ids])).toEqual([]);
  });

  it('leave nothing unseen that its user has seen, once the bell is opened again', async () => {
    await test.migrate();
    const { repository } = secondEdition([]);
    const user_id = randomUUID();
    const [, second] = [
      await repository.create(contentOf(), ruleOf(), [user_id], null),
      await repository.create(contentOf(), ruleOf(), [user_id], null),
      await repository.create(contentOf(), ruleOf(), [user_id], null),
    ].map(([created]) => created?.notification?.id ?? 0);
    await repository.seen(user_id, Number.MAX_SAFE_INTEGER, null);
    const functions = await firstEdition();
    await functions.mark(user_id, second ?? 0, 'read');
    expect(await repository.inbox(user_id)).toEqual(inboxOf(user_id, 5, 2, 2));

    const open = () => repository.seen(user_id, Number.MAX_SAFE_INTEGER, null);
    expect(await open()).toMatchObject({ changed: true, inbox: inboxOf(user_id, 6, 2, 0) });
    expect(await repository.inbox(user_id)).toEqual(inboxOf(user_id, 6, 2, 0));
    expect(await open()).toMatchObject({ changed: false, inbox: inboxOf(user_id, 6, 2, 0) });
  });

  it('lose no key when a producer edits, realerts and retracts what they have made', async () => {
    await test.migrate();
    const functions = await firstEdition();
    const { repository } = secondEdition([]);
    const user_id = randomUUID();
    for (const key of ['edited', 'retracted']) await functions.create(contentOf(), [user_id], key);
    const update = repository.update({ title: 'New' }, true, [user_id], 'edited', []);
    expect(await update).toMatchObject([{ changed: true, notification: { title: 'New' } }]);
    await repository.retract({ idempotency_key: 'retracted' }, [user_id], []);
    for (const key of ['edited', 'retracted']) {
      const [again] = await repository.create(contentOf(), ruleOf(), [user_id], key);
      expect(again).toMatchObject({ created: false, inbox: { version: 4 } });
      const other = repository.create(contentOf({ title: 'New' }), ruleOf(), [user_id], key);
      await expect(other).rejects.toBeInstanceOf(IdempotencyConflict);
    }
  });

  it('close a group when they mark its notification as read', async () => {
    await test.migrate();
    const functions = await firstEdition();
    const { repository } = secondEdition([]);
    const user_id = randomUUID();
    const grouped = contentOf({ group: { key: 'group', title: null, body: null } });
    const create = async () => (await repository.create(grouped, ruleOf(), [user_id], null))[0];
    const first = await create();
    await functions.mark(user_id, first?.notification?.id ?? 0, 'read');
    const second = await create();
    expect(second).toMatchObject({ created: true });
    await functions.mark(user_id, first?.notification?.id ?? 0, 'unread');
    expect(await create()).toMatchObject({ grouped: true, notification: { id: second?.notification?.id } });
  });

  it('never make a reader answer a count below 0', async () => {
    await test.migrate();
    const { repository } = secondEdition(['admin']);
    const user_id = randomUUID();
    const [created] = await repository.create(contentOf(), ruleOf({ scope: 'admin' }), [user_id], null);
    const functions = await firstEdition();
    await functions.mark(user_id, created?.notification?.id ?? 0, 'read');
    const none = { unread_count: 0, unseen_count: 0 };
    expect(await repository.inbox(user_id)).toEqual({
      user_id,
      version: 2,
      ...none,
      scopes: { admin: none },
    });
    const again = await repository.mark(user_id, created?.notification?.id ?? 0, 'unread');
    expect(again?.inbox).toMatchObject({ version: 3, unread_count: 1, unseen_count: 0 });
  });
});
