import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runAsOwner } from '../../support/database.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { nameOfResource } from '../../support/templates.ts';

// A system of its own, whose database lets no function in.
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  own = await startOwnSystem();
  belfry = own.belfry;
  await letIn(0);
});

afterAll(() => own?.stop());

/** How many connections the database lets functions have, of those that they have not got yet. */
async function letIn(connections: number): Promise<void> {
  for (const role of ['belfry_reader', 'belfry_writer']) {
    await asOwner(`ALTER ROLE ${role} CONNECTION LIMIT ${connections}`);
  }
}

const asOwner = (text: string) => runAsOwner(own.system.databaseUrl ?? '', text);

const inboxOf = async (user: string) => (await belfry.as(user).get('/notifications/unread-count')).body;

describe('while the database cannot be reached', () => {
  const requests: [string, () => ReturnType<Installation['request']>][] = [
    ['GET /notifications', () => belfry.as(newUser()).get('/notifications')],
    ['GET /notifications/changes', () => belfry.as(newUser()).get('/notifications/changes?since=0')],
    ['POST /notifications/1/read', () => belfry.as(newUser()).post('/notifications/1/read')],
    ['POST /notifications/read-all', () => belfry.as(newUser()).post('/notifications/read-all')],
    [
      'POST /notifications',
      () =>
        belfry.as(newUser(), { scope: 'notifications:create' }).post('/notifications', command(newUser())),
    ],
  ];

  it.each(requests)('a request is answered 503, and after how long to try again: %s', async (_, ask) => {
    const { status, headers, body } = await ask();
    expect(status).toBe(503);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(body).toMatchObject({ status: 503, code: 'unavailable', request_id: expect.any(String) });
  });

  it('an invocation fails as Unavailable', async () => {
    const { error } = await belfry.invoke(command(newUser()));
    expect(error?.errorType).toBe('Unavailable');
  });

  it('a socket is opened all the same', async () => {
    const socket = await belfry.connect(newUser());
    expect(await socket.settled()).toEqual([]);
    await socket.close();
  });
});

describe('what came while the database could not be reached', () => {
  it('is created once it can be: an event, a message and an invocation that nobody waits for', async () => {
    const users = [newUser(), newUser(), newUser()];
    const [one = '', two = '', three = ''] = users;
    await Promise.all([
      belfry.putEvent(command(one)),
      belfry.sendMessage(JSON.stringify(command(two))),
      belfry.invokeLater(command(three)),
    ]);
    await vi.waitFor(() => expect(own.system.lambda.running()).toBe(0), 20_000);
    await letIn(40);
    const created = async () => {
      for (const user of users)
        expect(await inboxOf(user)).toEqual({ user_id: user, unread_count: 1, version: 1 });
    };
    await own.later(5_000, vi.waitFor(created, 20_000));
  });
});

describe('a database that has lost everything', () => {
  it('is migrated by several invocations at once, each migration once, and serves again', async () => {
    const migrations = () => asOwner('SELECT hash FROM belfry.__drizzle_migrations ORDER BY id');
    const before = await migrations();
    await asOwner('DROP SCHEMA belfry, public CASCADE; CREATE SCHEMA public');

    // Nobody gets further than to make the schema that the list is kept in, until all are there.
    const held = new pg.Client({ connectionString: own.system.databaseUrl });
    await held.connect();
    await held.query('BEGIN; CREATE SCHEMA belfry');
    const migrate = nameOfResource(own.assemblyDirectory, 'AWS::Lambda::Function', 'Migrate');
    const invocations = Array.from({ length: 4 }, () =>
      own.system.lambda.invoke(migrate, {}, { principal: 'account' }),
    );
    await vi.waitFor(async () => {
      const waiting = await asOwner(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
      expect(waiting).toHaveLength(invocations.length);
    }, 20_000);
    await held.end();

    for (const { payload, functionError } of await Promise.all(invocations)) {
      expect({ payload, functionError }).toEqual({ payload: null });
    }
    expect(await migrations()).toEqual(before);
    const user = newUser();
    await belfry.invoke(command(user));
    expect(await inboxOf(user)).toEqual({ user_id: user, unread_count: 1, version: 1 });
  });
});
