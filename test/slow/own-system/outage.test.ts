import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runAsOwner, usersOfSystem } from '../../support/database.ts';
import { sharedState } from '../../support/inbox-state.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

// A system of its own, whose database lets no function in.
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  own = await startOwnSystem();
  belfry = own.belfry;
  await letIn(false);
});

afterAll(() => own?.stop());

/** Whether functions may open connections. They keep those that they have. */
async function letIn(isAllowed: boolean): Promise<void> {
  const { reader, writer } = await usersOfSystem(own.system.databaseUrl ?? '');
  for (const user of [reader, writer]) await asOwner(`ALTER ROLE ${user} ${isAllowed ? 'LOGIN' : 'NOLOGIN'}`);
}

const asOwner = (text: string) => runAsOwner(own.system.databaseUrl ?? '', text);

const inboxOf = async (user: string) => (await belfry.as(user).get('/notifications/unread-count')).body;

describe('while the database cannot be reached', () => {
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
  it('is created later: an event, a message and an asynchronous invocation', async () => {
    const users = [newUser(), newUser(), newUser()];
    const [one = '', two = '', three = ''] = users;
    await Promise.all([
      belfry.putEvent(command(one)),
      belfry.sendMessage(JSON.stringify(command(two))),
      belfry.invokeLater(command(three)),
    ]);
    await vi.waitFor(() => expect(own.system.lambda.running()).toBe(0), patience);
    await letIn(true);
    const created = async () => {
      for (const user of users) expect(await inboxOf(user)).toEqual(sharedState(user, 1, 1));
    };
    await own.later(5_000, vi.waitFor(created, patience));
  });
});

describe('while every statement is the victim of a deadlock', () => {
  it.each([
    ['a create', () => ({ path: '/notifications', body: command(newUser()) })],
    ['a mark', (id: number) => ({ path: `/notifications/${id}/read` })],
    ['a read-all', () => ({ path: '/notifications/read-all' })],
  ])('the answer is 503 with Retry-After, and not 500: %s', async (_, requestFor) => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user));
    await asOwner(`CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$;
      CREATE TRIGGER collide BEFORE INSERT OR UPDATE ON inboxes FOR EACH ROW EXECUTE FUNCTION collide()`);
    const { path, body } = { body: undefined, ...requestFor(created.notification.id) };
    const answer = await belfry.as(user, { scope: 'notifications:create' }).post(path, body);
    await asOwner('DROP TRIGGER collide ON inboxes; DROP FUNCTION collide()');
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await inboxOf(user)).toMatchObject({ version: 1, unread_count: 1 });
  });
});
