import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ask,
  type Create,
  createsFor,
  type Door,
  isUnavailable,
  type Try,
  tryOnce,
  tryUntilAcknowledged,
} from '../../support/create-load.ts';
import { sharedState } from '../../support/inbox-state.ts';
import { newUser } from '../../support/installation.ts';
import { type LiveClient, liveClients, titles } from '../../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { killAll, type Process, postgresProcesses } from '../../support/processes.ts';
import { type StoredRow, storedIn } from '../../support/stored.ts';
import { withholdAnswer } from '../../support/withheld-answer.ts';

const doors: Door[] = ['direct', 'http'];
const users = Array.from({ length: 10 }, newUser);
const load = createsFor(users, doors, 500);
const [warmUp, burst, whileAway, onReturn] = [
  load.slice(0, 100),
  load.slice(100, 300),
  load.slice(300, 400),
  load.slice(400),
];
/** Is committed, and its caller never told. In an inbox of its own, which it keeps locked. */
const unanswered: Create = { door: 'direct', user: newUser(), title: 'Unanswered' };
const creates = [...load, unanswered];
const everybody = [...users, unanswered.user];

let own: OwnSystem;
let bells: LiveClient[];
/** The requests whose environment ended before it had answered. */
const crashes: string[] = [];
let tries: Record<'burst' | 'unanswered' | 'whileAway' | 'whileStarting' | 'onceBack' | 'afterwards', Try[]>;
/** What was there before anything else was tried again. */
let storedOnReturn: StoredRow[];

const tryIt = (create: Create) => tryOnce(own.belfry, create);
const askAll = (some: readonly Create[]) => ask(some, tryIt);

beforeAll(async () => {
  own = await startOwnSystem({
    durable: true,
    report({ message }) {
      if (message.includes('failed with Runtime.ExitError')) crashes.push(message);
    },
  });
  bells = await liveClients(own.belfry, everybody);
  await askAll(warmUp);
  const [server] = postgresProcesses();
  const withheld = await withholdAnswer(own.system.databaseUrl ?? '', server, unanswered.title);
  const waiting = tryIt(unanswered);
  await withheld.committed();
  tries = {
    burst: await killInTheMiddle(),
    unanswered: [await waiting],
    whileAway: await askAll(whileAway),
    ...(await askUntilBack()),
    afterwards: [],
  };
  storedOnReturn = await storedIn(own.system.databaseUrl);
  await withheld.release();
  tries.afterwards = await ask(creates, (create) => tryUntilAcknowledged(own.belfry, create));
});

afterAll(async () => {
  for (const { client } of bells ?? []) client.stop();
  await own?.stop();
});

/** Kills PostgreSQL in the middle of the burst, however fast it is: some is acknowledged by each door, and some to come. */
async function killInTheMiddle(): Promise<Try[]> {
  // Looked up before, since it holds up everything else: the burst would be over.
  let server: Process[] | undefined = postgresProcesses();
  const acknowledged: Door[] = [];
  const isDue = () => acknowledged.length >= 40 && doors.every((door) => acknowledged.includes(door));
  return ask(burst, async (create) => {
    const one = await tryIt(create);
    if ('id' in one) acknowledged.push(create.door);
    if (server && isDue()) {
      killAll(server);
      server = undefined;
    }
    return one;
  });
}

/** Goes on asking while PostgreSQL is started again, and once more when it is back. */
async function askUntilBack(): Promise<Record<'whileStarting' | 'onceBack', Try[]>> {
  let isBack = false;
  const start = async () => {
    await own.system.restartDatabase();
    isBack = true;
  };
  const whileStarting: Try[] = [];
  const askOnAndOn = async () => {
    while (!isBack) whileStarting.push(...(await askAll(onReturn)));
  };
  await Promise.all([start(), askOnAndOn()]);
  return { whileStarting, onceBack: await askAll(onReturn) };
}

const isAcknowledged = (one: Try) => 'id' in one;

describe('while PostgreSQL is away', () => {
  it('every create over HTTP is answered 503 with Retry-After, and every invocation fails as Unavailable', () => {
    expect(tries.whileAway).toHaveLength(whileAway.length);
    expect(tries.whileAway.filter((one) => !isUnavailable(one))).toEqual([]);
  });
});

describe('when PostgreSQL was killed during a burst of creates, and is back', () => {
  it('some creates had been acknowledged before, others met it, and each door serves again', () => {
    expect(tries.burst.filter(isAcknowledged).length).toBeGreaterThanOrEqual(40);
    expect(tries.burst.filter(isUnavailable).length).toBeGreaterThan(0);
    for (const door of doors) {
      expect(tries.onceBack.filter((one) => isAcknowledged(one) && one.create.door === door)).not.toEqual([]);
    }
  });

  it('every create that met it was acknowledged, or refused as for a while', () => {
    const all = [...tries.burst, ...tries.whileStarting, ...tries.onceBack];
    expect(all.filter((one) => !(isAcknowledged(one) || isUnavailable(one)))).toEqual([]);
  });

  it('a create that was committed and not answered was refused, and is there', () => {
    expect(tries.unanswered.filter(isUnavailable)).toHaveLength(1);
    expect(storedOnReturn.map(({ title }) => title)).toContain(unanswered.title);
  });

  it('nothing that was acknowledged is lost, and nothing that was tried again is doubled', async () => {
    const stored = await storedIn(own.system.databaseUrl);
    expect(stored.map(({ title }) => title).sort()).toEqual(creates.map(({ title }) => title).sort());
    const idOf = new Map(stored.map(({ id, title }) => [title, id]));
    for (const one of Object.values(tries).flat())
      if ('id' in one) expect(one.id).toBe(idOf.get(one.create.title));
  });

  it('versions have no holes, and the counts are right', async () => {
    const stored = await storedIn(own.system.databaseUrl);
    for (const user of everybody) {
      const versions = stored.filter(({ user_id }) => user_id === user).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      const { body } = await own.belfry.as(user).get('/notifications/unread-count');
      expect(body).toEqual(sharedState(user, versions.length, versions.length));
    }
  });

  it('no function environment has ended by it', () => {
    expect(crashes).toEqual([]);
  });

  it('every bell shows all of it, in order, with the count, and has announced each once', async () => {
    const stored = await storedIn(own.system.databaseUrl);
    for (const { user, client, rung } of bells) {
      const expected = stored.filter(({ user_id }) => user_id === user).map(({ title }) => title);
      await vi.waitFor(() => expect(client.getSnapshot().unreadCount).toBe(expected.length), patience);
      while (client.getSnapshot().hasMore) await client.loadMore();
      expect(titles(client)).toEqual(expected.toReversed());
      expect(rung.toSorted()).toEqual(expected.toSorted());
    }
  });
});
