import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { search } from '../../hostile/search.ts';
import { startWorld, type World } from '../../hostile/world.ts';
import { runAsOwner, usersOfSystem } from '../../support/database.ts';

// A system of its own, whose tables are emptied again and again. `npm run hostile` does the same for longer.
const requests = 5_000;
let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const onDatabase = (sql: string) => runAsOwner(world.own.system.databaseUrl ?? '', sql);

/** What the search finds with these seeds, to be read. */
const findings = async (from: number, count: number) =>
  (await search(world, { from, count })).map(({ report }) => report).join('\n\n');

it(`${requests} hostile requests are served or refused as documented, and write nothing where they are refused`, async () => {
  expect(await findings(1, requests)).toBe('');
});

describe('The search finds', () => {
  it('what writes into an inbox that it has no business with', async () => {
    const { writer } = await usersOfSystem(world.own.system.databaseUrl ?? '');
    await onDatabase(`
      CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        UPDATE inboxes SET floor_version = 1 WHERE user_id <> NEW.user_id;
        RETURN NEW;
      END $$;
      CREATE TRIGGER meddle AFTER INSERT ON notifications FOR EACH ROW
        WHEN (current_user = '${writer}') EXECUTE FUNCTION meddle()`);
    onTestFinished(() => onDatabase('DROP TRIGGER meddle ON notifications').then(() => {}));
    expect(await findings(1, 200)).toContain('changes the inbox of whoever sent it');
  });

  it('a table of connections that is never written, but not one that is busy once', async () => {
    const { throttleDynamoDb } = world.own.system;
    onTestFinished(() => throttleDynamoDb(0));
    throttleDynamoDb(Number.POSITIVE_INFINITY, { operation: 'PutItem' });
    expect(await findings(1, 64)).toContain('answers 500');
    throttleDynamoDb(0);
    // The SDK of a function sends each write twice.
    throttleDynamoDb(2, { operation: 'PutItem' });
    expect(await findings(1, 64)).toBe('');
  });

  it('what fails on our side', async () => {
    const { reader, writer } = await usersOfSystem(world.own.system.databaseUrl ?? '');
    await onDatabase(`REVOKE SELECT ON inboxes FROM ${reader}, ${writer}`);
    expect(await findings(1, 64)).toContain('500: is a failure');
  });
});
