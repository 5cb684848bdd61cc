import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createsFor, type Try, tryOnce } from '../../support/create-load.ts';
import { newUser, UpgradeRefused } from '../../support/installation.ts';
import { type LiveClient, liveClients, titles } from '../../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { storedIn } from '../../support/stored.ts';

let own: OwnSystem;
let users: string[];
let bells: LiveClient[];

beforeAll(async () => {
  own = await startOwnSystem();
});

beforeEach(async () => {
  users = Array.from({ length: 4 }, newUser);
  const opened = await liveClients(own.belfry, users);
  bells = opened;
  onTestFinished(() => {
    for (const { client } of opened) client.stop();
  });
});

afterAll(() => own?.stop());

/** Creates through both doors, and a connect for each user, at once. */
async function createAndConnect(): Promise<{ tries: Try[]; connects: PromiseSettledResult<unknown>[] }> {
  const creates = createsFor(users, ['direct', 'http'], 16);
  const [tries, connects] = await Promise.all([
    Promise.all(creates.map((create) => tryOnce(own.belfry, create))),
    Promise.allSettled(
      users.map(async (user) => {
        const socket = await own.belfry.connect(user);
        onTestFinished(() => socket.terminate());
        // It is a whole one: it answers.
        await socket.settled();
      }),
    ),
  ]);
  return { tries, connects };
}

/** What a refused connect was answered: docs/api.md has 500 where the connections table cannot be written. */
const refusals = (connects: PromiseSettledResult<unknown>[]) =>
  connects.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));

async function expectStored(tries: Try[]): Promise<void> {
  expect(tries.filter((one) => !('id' in one))).toEqual([]);
  const stored = (await storedIn(own.system.databaseUrl)).filter(({ user_id }) => users.includes(user_id));
  expect(stored.map(({ id }) => id)).toEqual(
    tries.flatMap((one) => ('id' in one ? [one.id] : [])).sort((a = 0, b = 0) => a - b),
  );
}

async function expectShown(live: LiveClient): Promise<void> {
  const stored = await storedIn(own.system.databaseUrl);
  const expected = stored.filter(({ user_id }) => user_id === live.user).map(({ title }) => title);
  await vi.waitFor(() => expect(titles(live.client)).toEqual(expected.toReversed()), patience);
  expect(live.client.getSnapshot().unreadCount).toBe(expected.length);
  expect(live.rung).toEqual(expected);
}

/** Each second bell asks, as on a page that comes to the front; the others learn of it by the next push. */
async function heal(): Promise<void> {
  own.system.throttleDynamoDb(0);
  for (const [index, { user, client }] of bells.entries()) {
    if (index % 2 === 0) await client.refresh();
    else await tryOnce(own.belfry, { door: 'direct', user, title: 'Afterwards' });
  }
}

describe('while DynamoDB throttles every call', () => {
  it('creates are acknowledged and stored, connects are refused, and bells catch up afterwards', async () => {
    own.system.throttleDynamoDb(Number.POSITIVE_INFINITY);
    const { tries, connects } = await createAndConnect();
    await expectStored(tries);
    expect(refusals(connects)).toEqual(users.map(() => new UpgradeRefused(500)));
    await heal();
    for (const live of bells) await expectShown(live);
  });
});

describe('while DynamoDB throttles every second call', () => {
  it('creates are acknowledged and stored, connects succeed or are refused, and bells catch up afterwards', async () => {
    own.system.throttleDynamoDb(Number.POSITIVE_INFINITY, { every: 2 });
    const { tries, connects } = await createAndConnect();
    await expectStored(tries);
    for (const refusal of refusals(connects)) expect(refusal).toEqual(new UpgradeRefused(500));
    await heal();
    for (const live of bells) await expectShown(live);
  });

  it('what could not be posted at first is delivered again automatically', async () => {
    const [live] = bells;
    if (!live) throw new Error('There is no bell.');
    // The look-up and its repetition by the SDK.
    own.system.throttleDynamoDb(2, { operation: 'Query' });
    await tryOnce(own.belfry, { door: 'direct', user: live.user, title: 'Delivered again' });
    await own.later(2_000, expectShown(live));
  });
});
