import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import {
  ask,
  type Create,
  createsFor,
  type Door,
  type Try,
  tryOnce,
  tryUntilAcknowledged,
} from '../../support/create-load.ts';
import { createInstallation, newUser } from '../../support/installation.ts';
import { keepLog } from '../../support/kept-log.ts';
import { freePorts, type KillableSystem, startKillableSystem } from '../../support/killable-system.ts';
import { becomeLive, type LiveClient, liveClients, titles } from '../../support/live-client.ts';
import { patience } from '../../support/patience.ts';
import { type Process, stillRunning } from '../../support/processes.ts';
import { type StoredRow, storedIn } from '../../support/stored.ts';

const doors: Door[] = ['direct', 'http', 'event', 'message'];
const users = Array.from({ length: 6 }, newUser);
const creates = createsFor(users, doors, 400);

let directory: string;
let system: KillableSystem;
let bells: LiveClient[];
let orphans: Process[];
let tries: Try[];
let retries: Try[];

const isAnswering = ({ door }: Create) => door === 'direct' || door === 'http';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-killed-'));
  const where = { stateDirectory: join(directory, 'state'), ports: await freePorts() };
  system = await startKillableSystem(where);
  // One attempt, so that no SDK asks again unseen.
  const belfry = createInstallation(system.outputs, { log: keepLog(inject('logDirectory')), maxAttempts: 1 });
  bells = await liveClients(belfry, users);

  // Half of the burst has been acknowledged, some of it by each door; and in the moment in which an event is, where there
  // still is one to come: it has not been handled yet.
  const acknowledged: Create[] = [];
  const countOf = (door: Door) => acknowledged.filter((create) => create.door === door).length;
  const isDue = () => acknowledged.length >= creates.length / 2 && doors.every((door) => countOf(door) > 0);
  const isLastEvent = () => countOf('event') === creates.length / doors.length;
  let killing: Promise<Process[]> | undefined;
  tries = await ask(creates, async (create): Promise<Try> => {
    const outcome = await tryOnce(belfry, create).catch((error): Try => ({ create, refusal: String(error) }));
    if ('id' in outcome) acknowledged.push(create);
    if (isDue() && (create.door === 'event' || isLastEvent())) killing ??= system.kill();
    return outcome;
  });
  orphans = (await killing) ?? [];
  system = await startKillableSystem(where);
  // A few at once, which leave connections to the database to what comes from the queue.
  const limit = pLimit(8);
  const answering = creates.filter(isAnswering);
  retries = await Promise.all(answering.map((create) => limit(() => tryUntilAcknowledged(belfry, create))));
});

afterAll(async () => {
  for (const { client } of bells ?? []) client.stop();
  const left = (await system?.kill()) ?? [];
  await vi.waitFor(() => expect(stillRunning(left)).toEqual([]), patience);
  if (directory) await rm(directory, { recursive: true, force: true });
});

/**
 * What was refused for a moment, by a database that has all its hands full, returns: a message after three minutes, an event
 * after one, and after two more where it was refused again.
 */
const untilReturned = { timeout: 420_000 };

/** All that is stored, once what was acknowledged is among it. What was kept and not acknowledged may come later. */
async function settled(): Promise<StoredRow[]> {
  const acknowledged = [...tries, ...retries].flatMap((one) => ('id' in one ? [one.create.title] : []));
  return vi.waitFor(async () => {
    const stored = await storedIn(system.databaseUrl);
    const known = new Set(stored.map(({ title }) => title));
    expect(acknowledged.filter((title) => !known.has(title))).toEqual([]);
    return stored;
  }, untilReturned);
}

describe('when the runtime was killed in the middle of a burst, and runs again on the same data and ports', () => {
  it('some of each door had been acknowledged before, and others not', () => {
    const acknowledged = tries.filter((one) => 'id' in one);
    expect(new Set(acknowledged.map(({ create }) => create.door))).toEqual(new Set(doors));
    expect(tries.length - acknowledged.length).toBeGreaterThan(0);
  });

  it('nothing that it had started is left', async () => {
    expect(orphans.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(stillRunning(orphans)).toEqual([]), patience);
  });

  it('what was acknowledged by any door is there, and nothing is there twice', async () => {
    const stored = await settled();
    expect(new Set(stored.map(({ title }) => title)).size).toBe(stored.length);
    const idOf = new Map(stored.map(({ id, title }) => [title, id]));
    for (const one of [...tries, ...retries]) {
      if ('id' in one && isAnswering(one.create)) expect(one.id).toBe(idOf.get(one.create.title));
    }
  });

  it('versions have no holes', async () => {
    const stored = await settled();
    for (const user of users) {
      const versions = stored.filter(({ user_id }) => user_id === user).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    }
  });

  it('every client comes back automatically and shows all of it, once, with the count', async () => {
    await settled();
    for (const live of bells) {
      await becomeLive(live);
      await vi.waitFor(async () => {
        const stored = await storedIn(system.databaseUrl);
        const expected = stored.filter(({ user_id }) => user_id === live.user).map(({ title }) => title);
        while (live.client.getSnapshot().hasMore) await live.client.loadMore();
        expect(live.client.getSnapshot().unreadCount).toBe(expected.length);
        expect(titles(live.client)).toEqual(expected.toReversed());
        expect(live.rung.toSorted()).toEqual(expected.toSorted());
      }, untilReturned);
    }
  });
});
