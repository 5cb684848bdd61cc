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

/** Five times as many as the 30 connections that a role may have. Each needs an environment of its own. */
const burst = 150;
const waves = ['first', 'second', 'third'];
const patienceMs = 180_000;

// A system of its own, whose functions have as many environments as on AWS.
let own: OwnSystem;
let belfry: Installation;
beforeAll(async () => {
  own = await startOwnSystem();
  belfry = own.belfry;
}, patienceMs);
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

/** A signed-in user, whose token the gateway has verified already. */
async function signedIn() {
  const user = newUser();
  const headers = { authorization: `Bearer ${await belfry.token(user, { scope: 'notifications:create' })}` };
  const status = async (path: string, init: RequestInit = {}) =>
    (await belfry.request(path, { headers, ...init })).status;
  await status('/notifications/unread-count');
  return { user, headers, status };
}

describe('150 requests at once are all answered, in three waves', { timeout: patienceMs }, () => {
  it('creates by invocation', async () => {
    for (const wave of waves) {
      const key = (index: number) => `${wave}-${index}`;
      const create = async (index: number) => {
        const { created, error } = await belfry.invoke(command(newUser(), { idempotency_key: key(index) }));
        return error?.errorType ?? (created.created ? 'created' : 'not created');
      };
      expect(await atOnce(burst, create), wave).toEqual({ created: burst });
    }
  });

  it('creates over HTTP', async () => {
    const { status } = await signedIn();
    const create = () =>
      status('/notifications', { method: 'POST', body: JSON.stringify(command(newUser())) });
    for (const wave of waves) expect(await atOnce(burst, create), wave).toEqual({ 201: burst });
    expect(environmentsOf('Create')).toBeGreaterThanOrEqual(100);
  });

  it('pages of one user', async () => {
    const { status } = await signedIn();
    for (const wave of waves)
      expect(await atOnce(burst, () => status('/notifications')), wave).toEqual({ 200: burst });
    expect(environmentsOf('Read')).toBeGreaterThanOrEqual(100);
  });

  it('marks of ten users', async () => {
    const readers = await Promise.all(Array.from({ length: 10 }, signedIn));
    const ids: number[][] = readers.map(() => []);
    for (let count = 0; count < burst / readers.length; count += 1) {
      const { created } = await belfry.invoke<CreatedMany>(batchCommand(readers.map(({ user }) => user)));
      for (const [index, { id }] of created.notifications.entries()) ids[index]?.push(id);
    }
    for (const action of ['read', 'unread', 'archive']) {
      const mark = async (index: number) => {
        const at = index % readers.length;
        const id = ids[at]?.[Math.floor(index / readers.length)];
        return (
          (await readers[at]?.status(`/notifications/${id}/${action}`, { method: 'POST' })) ?? 'no reader'
        );
      };
      expect(await atOnce(burst, mark), action).toEqual({ 200: burst });
    }
  });
});

describe('while others have all connections of a role', { timeout: patienceMs }, () => {
  it('requests wait, and are answered when the connections come back', async () => {
    const { reader } = await usersOfSystem(own.system.databaseUrl ?? '');
    const { status } = await signedIn();
    await query(`ALTER ROLE ${reader} CONNECTION LIMIT 0`);
    await query(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '${reader}'`);
    const answered = atOnce(60, () => status('/notifications'));
    await vi.waitFor(() => expect(own.system.lambda.running()).toBeGreaterThanOrEqual(60), 30_000);
    await query(`ALTER ROLE ${reader} CONNECTION LIMIT 30`);
    expect(await answered).toEqual({ 200: 60 });
  });
});

describe('a user with 60 requests in flight', { timeout: patienceMs }, () => {
  it('leaves all but three kept connections to the others, one of whom has one', async () => {
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
    await vi.waitFor(async () => expect(await kept()).toEqual([1, 3]), { timeout: 60_000, interval: 200 });
    isOver = true;
    await Promise.all(asking);
    expect([...answers]).toEqual([200]);
  });
});
