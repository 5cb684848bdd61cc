import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runAsOwner, usersOfSystem } from '../../support/database.ts';
import {
  batchCommand,
  type CreatedMany,
  command,
  type Installation,
  newUser,
} from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { riseTo } from '../../support/rise.ts';

/** How many connections the database user of a role may have. */
const connections = 30;
/** Each of so many requests at once needs an environment of its own. */
const burst = 5 * connections;
const waves = [burst, burst, burst];

// A system of its own, whose functions have as many environments as on AWS.
let own: OwnSystem;
let belfry: Installation;
/** How often functions have tried to sign in to the database. */
let signIns = 0;
beforeAll(async () => {
  own = await startOwnSystem({
    report: ({ message }) => {
      if (message.includes(' connected as "')) signIns += 1;
    },
  });
  belfry = own.belfry;
  const { reader } = await usersOfSystem(own.system.databaseUrl ?? '');
  // PostgreSQL shows the times of a session only to members of its role.
  await query(`GRANT ${reader} TO CURRENT_USER`);
});
afterAll(() => own?.stop());

const query = <Row extends Record<string, unknown>>(text: string) =>
  runAsOwner<Row>(own.system.databaseUrl ?? '', text);

/** The environments of the function with this part in its name. */
const environmentsOf = (part: string) =>
  Object.entries(own.system.lambda.environments().byFunction).find(([name]) => name.includes(part))?.[1] ?? 0;

/** Asks as often as this at once, and counts the answers by what they say. */
async function atOnce(
  times: number,
  ask: (index: number) => Promise<number | string>,
): Promise<Record<string, number>> {
  const answers = await Promise.all(Array.from({ length: times }, (_, index) => ask(index)));
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

/** Signs a user in. The gateway has verified the token, and does so again for each request after 30 seconds. */
async function signedIn(user = newUser()) {
  const headers = { authorization: `Bearer ${await belfry.token(user, { scope: 'notifications:create' })}` };
  const status = async (path: string, init: RequestInit = {}) =>
    (await belfry.request(path, { headers, ...init })).status;
  expect(await status('/notifications/unread-count')).toBe(200);
  return { status };
}

describe('150 requests at once are all answered, in three waves', () => {
  it('creates by invocation', async () => {
    const create = async () => {
      const { created, error } = await belfry.invoke(command(newUser()));
      return error?.errorType ?? (created.created ? 'created' : 'not created');
    };
    for (const times of [...riseTo(burst), ...waves])
      expect(await atOnce(times, create)).toEqual({ created: times });
  });

  it('creates over HTTP', async () => {
    for (const times of waves) {
      const producers = await Promise.all([signedIn(), signedIn()]);
      const create = async (index: number) => {
        const body = JSON.stringify(command(newUser()));
        return (
          (await producers[index % 2]?.status('/notifications', { method: 'POST', body })) ?? 'no producer'
        );
      };
      expect(await atOnce(times, create)).toEqual({ 201: times });
    }
    expect(environmentsOf('Create')).toBeGreaterThan(connections);
  });

  it('pages of one user', async () => {
    const user = newUser();
    for (const times of [...riseTo(burst), ...waves]) {
      const { status } = await signedIn(user);
      expect(await atOnce(times, () => status('/notifications'))).toEqual({ 200: times });
    }
    expect(environmentsOf('Read')).toBeGreaterThan(connections);
  });

  it('marks of ten users', async () => {
    const users = Array.from({ length: 10 }, newUser);
    const ids: number[][] = users.map(() => []);
    for (let count = 0; count < burst / users.length; count += 1) {
      const { created } = await belfry.invoke<CreatedMany>(batchCommand(users));
      for (const [index, { id }] of created.notifications.entries()) ids[index]?.push(id);
    }
    const actions = ['read', 'unread', 'archive', 'unarchive'];
    for (const [wave, times] of [...riseTo(burst), ...waves].entries()) {
      const action = actions[wave % actions.length];
      const readers = await Promise.all(users.map((user) => signedIn(user)));
      const mark = async (index: number) => {
        const at = index % readers.length;
        const id = ids[at]?.[Math.floor(index / readers.length)];
        return (
          (await readers[at]?.status(`/notifications/${id}/${action}`, { method: 'POST' })) ?? 'no reader'
        );
      };
      expect(await atOnce(times, mark), action).toEqual({ 200: times });
    }
  });
});

describe('while others have all connections of a role', () => {
  it('requests wait, and are answered when the connections come back', async () => {
    const { reader } = await usersOfSystem(own.system.databaseUrl ?? '');
    const { status } = await signedIn();
    await query(`ALTER ROLE ${reader} CONNECTION LIMIT 0`);
    await query(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '${reader}'`);
    signIns = 0;
    const answered = atOnce(60, () => status('/notifications'));
    await vi.waitFor(() => expect(signIns).toBeGreaterThan(120), patience);
    await query(`ALTER ROLE ${reader} CONNECTION LIMIT ${connections}`);
    expect(await answered).toEqual({ 200: 60 });
  });
});

describe('a user with 60 requests in flight', () => {
  it('leaves all but three kept connections to the others, one of whom has one', async () => {
    // The gateway asks the authorizer again while it lasts, for all of them at once.
    const signIn = async () => {
      await signedIn();
      return 'signed in';
    };
    for (const times of riseTo(60)) await atOnce(times, signIn);
    const [greedy, modest] = [await signedIn(), await signedIn()];
    const answers = new Set<number>();
    let isOver = false;
    const askOn = async ({ status }: typeof greedy) => {
      while (!isOver) answers.add(await status('/notifications'));
    };
    const asking = [askOn(modest), ...Array.from({ length: 60 }, () => askOn(greedy))];
    // Sessions that are older than the time of any statement are kept.
    const kept = async () =>
      (
        await query<{ count: number }>(
          `SELECT count(*)::int AS count FROM pg_stat_activity
           WHERE application_name LIKE 'belfry/%' AND backend_start < clock_timestamp() - interval '3 seconds'
             AND state_change > clock_timestamp() - interval '2 seconds'
           GROUP BY application_name ORDER BY count`,
        )
      ).map(({ count }) => count);
    await vi.waitFor(async () => expect(await kept()).toEqual([1, 3]), { timeout: 120_000, interval: 200 });
    isOver = true;
    await Promise.all(asking);
    expect([...answers]).toEqual([200]);
  });
});
