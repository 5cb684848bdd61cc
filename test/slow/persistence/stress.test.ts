import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Unavailable } from '../../../functions/core/errors.ts';
import type { NotificationOrRetracted } from '../../../functions/core/notification.ts';
import { createRetention } from '../../../functions/core/retention.ts';
import { createDatabase, type Database } from '../../../functions/persistence/database.ts';
import { createRetentionRepository } from '../../../functions/persistence/retention.ts';
import { createRecordingLogger } from '../../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeMovedUp } from '../../support/moved-up.ts';
import { patience } from '../../support/patience.ts';
import { wrongCounts } from '../../support/recount.ts';
import { type Change, type Client, createClients, everything, randomNumbers, shuffled } from './client.ts';
import { changesOf, stillDue, wrongEvents, wrongRows, wrongWakes } from './living-changes.ts';
import { changeAtRandom } from './random-changes.ts';

// Several clients on few inboxes, transactions that commit late, lost connections, and readers of the change feed beside
// them: what the statements were chosen by, at a size for every run.

const content = contentOf();

let test: TestDatabase;
const { open: clients, close: closeClients } = createClients(() => test);
const opened: Database[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  await test.query(makeMovedUp);
});
// The server has 100 connections for all test files.
afterEach(async () => {
  await closeClients();
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(() => test.close());

/** Retention of everything in the database, by ages that a test can wait for. */
function retentionByMs({ archiveAfterMs, deleteAfterMs }: { archiveAfterMs: number; deleteAfterMs: number }) {
  const database = createDatabase(test.as('purger'));
  opened.push(database);
  const dayMs = 24 * 60 * 60_000;
  return createRetention(
    {
      repository: createRetentionRepository(database),
      metrics: createRecordingMetrics(),
      clock: Date.now,
      logger: createRecordingLogger(),
    },
    { archiveAfterDays: archiveAfterMs / dayMs, deleteAfterDays: deleteAfterMs / dayMs },
  );
}

const users = (count: number) => Array.from({ length: count }, () => randomUUID());

/** The rows that a follower of the change feed knows, by their users and ids. */
type Followed = Map<string, Map<number, NotificationOrRetracted>>;

/**
 * Follows the change feed of some inboxes as a bell would, and checks each answer against what it knows. A reset makes it
 * load the inbox anew, where rows may be deleted; elsewhere none may come.
 */
async function follow(
  { repository }: Client,
  user_ids: readonly string[],
  isOver: () => boolean,
  { mayReset = false } = {},
): Promise<Followed> {
  const known: Followed = new Map(user_ids.map((user_id) => [user_id, new Map()]));
  const versions = new Map<string, number>();
  for (let isLastRound = false; !isLastRound; ) {
    // What was changed before this round began is told in it.
    isLastRound = isOver();
    for (const [user_id, rows] of known) {
      const since = versions.get(user_id) ?? 0;
      const changes = await repository.changes(user_id, since);
      if (!mayReset) expect(changes.reset).toBe(false);
      if (changes.reset) rows.clear();
      const answer = changes.reset ? await repository.list(user_id, everything) : changes;
      expect(answer.version).toBeGreaterThanOrEqual(since);
      for (const row of answer.notifications) {
        if (!changes.reset) expect(row.version).toBeGreaterThan(since);
        expect(row.version).toBeLessThanOrEqual(answer.version);
        // What is retracted is never changed again.
        expect(rows.get(row.id)?.status).not.toBe('retracted');
        rows.set(row.id, row);
      }
      // Nothing was missed: else the rows would not add up to the count of the same answer.
      expect([...rows.values()].filter(({ status }) => status === 'unread')).toHaveLength(
        answer.unread_count,
      );
      for (const [scope, { unread_count }] of Object.entries(answer.scopes)) {
        const unread = [...rows.values()].filter(
          (row) => row.status === 'unread' && (row.scope === null || row.scope === scope),
        );
        expect(unread).toHaveLength(unread_count);
      }
      versions.set(user_id, answer.version);
    }
  }
  return known;
}

/** Recounts some inboxes again and again while they are changed. */
async function audit(user_ids: readonly string[], isOver: () => boolean): Promise<number> {
  let audits = 0;
  for (; !isOver(); audits += 1) {
    expect(await test.query(wrongCounts, [user_ids])).toEqual([]);
    expect(await test.query(wrongRows, [user_ids])).toEqual([]);
  }
  return audits;
}

/** Lets ticks on several sessions fire everything that is due soon. */
async function fireAll(ticks: readonly Client[], user_ids: readonly string[]): Promise<Change[]> {
  const changes: Change[] = [];
  await test.query(
    'UPDATE notifications SET alert_at = clock_timestamp() WHERE alert_at > now() AND user_id = ANY ($1)',
    [user_ids],
  );
  await vi.waitFor(async () => {
    const fired = await Promise.all(ticks.slice(0, 3).map(({ timers }) => timers.fire([])));
    for (const [index, one] of fired.entries())
      changes.push(...changesOf(one.fired, ticks[index]?.sleeps ?? new Map()));
    expect(await test.query(stillDue, [user_ids])).toEqual([]);
  }, patience);
  return changes;
}

/** Of the events that must be in the outbox, those that are not. */
const missingEvents = (told: ReadonlySet<string>) =>
  test.query(
    `SELECT id FROM unnest($1::text[]) id EXCEPT SELECT concat_ws(':', user_id, version, notification_id, event) FROM outbox`,
    [[...told]],
  );

/** What the followers know must be what is in the tables, and the counts what is in the rows. */
async function expectAgreement(user_ids: string[], followed: Followed[]) {
  for (const wrong of [wrongCounts, wrongRows, wrongEvents])
    expect(await test.query(wrong, [user_ids])).toEqual([]);
  const rows = await test.query<{ row: string }>(
    `SELECT concat_ws(' ', user_id, id, version, status) AS row FROM notifications WHERE user_id = ANY ($1) AND status <> 'retracted' ORDER BY id`,
    [user_ids],
  );
  for (const known of followed) {
    const all = [...known.values()].flatMap((notifications) => [...notifications.values()]);
    // A follower that had to load an inbox anew does not know what is retracted.
    const living = all.filter(({ status }) => status !== 'retracted').sort((a, b) => a.id - b.id);
    const told = living.map((n) => `${n.user_id} ${n.id} ${n.version} ${n.status}`);
    expect(told).toEqual(rows.map(({ row }) => row));
  }
}

describe.runIf(inject('postgresUrl'))(`${inject('postgresVersion')} under concurrent changes`, () => {
  it.each([
    { rounds: 1, steps: 80 },
    // The first change of an inbox makes it, and others may look for it at that moment.
    { rounds: 20, steps: 6 },
  ])(
    'versions have no holes, counts are right, and the change feed misses nothing, in $rounds x $steps steps',
    async ({ rounds, steps }) => {
      const shared = { sleeps: new Map(), told: new Set<string>() };
      const [workers, followers] = [clients(10, shared), clients(3)];
      const [reader] = clients(1);
      for (let round = 0; round < rounds; round += 1) {
        const user_ids = users(4);
        const versions = new Map<string, number[]>(user_ids.map((user_id) => [user_id, []]));
        let isOver = false;
        const followed = followers.map((client) => follow(client, user_ids, () => isOver));
        const audits = audit(user_ids, () => isOver);
        const note = (changes: readonly Change[]) => {
          for (const { user_id, version } of changes) versions.get(user_id)?.push(version);
        };
        const changes = workers.map(async (client, index) => {
          const random = randomNumbers(round * 100 + index);
          for (let step = 0; step < steps; step += 1) note(await changeAtRandom(client, user_ids, random));
        });
        await Promise.all(changes)
          .then(async () => note(await fireAll(workers, user_ids)))
          .finally(() => {
            isOver = true;
          });

        expect(await audits).toBeGreaterThan(0);
        await expectAgreement(user_ids, await Promise.all(followed));
        for (const [user_id, seen] of versions) {
          const inbox = await reader?.repository.inbox(user_id);
          expect(seen.sort((a, b) => a - b)).toEqual(
            Array.from({ length: inbox?.version ?? 0 }, (_, index) => index + 1),
          );
        }
      }
      expect(wrongWakes(shared.sleeps)).toEqual([]);
      expect(await missingEvents(shared.told)).toEqual([]);
    },
  );

  it('counts stay right and the change feed misses nothing while connections are killed', async () => {
    const user_ids = users(3);
    let isOver = false;
    let unavailable = 0;
    const followers = clients(2).map((client) => follow(client, user_ids, () => isOver));
    const workers = clients(8).map(async (client, index) => {
      const random = randomNumbers(100 + index);
      for (let step = 0; step < 60; step += 1) {
        await changeAtRandom(client, user_ids, random).catch((error) => {
          if (!(error instanceof Unavailable)) throw error;
          unavailable += 1;
        });
      }
    });
    // Followers are spared: one that is killed twice in a row would have to ask again, as a bell does.
    const killer = (async () => {
      while (!isOver) {
        await test.query(
          `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
           WHERE datname = current_database() AND usename = '${test.userOf('writer')}' AND state <> 'idle' AND query NOT LIKE '%AS since%'
           ORDER BY random() LIMIT 1`,
        );
      }
    })();
    await Promise.all(workers).finally(() => {
      isOver = true;
    });
    await killer;
    expect(unavailable).toBeGreaterThan(0);
    await expectAgreement(user_ids, await Promise.all(followers));
  });

  it('retention leaves every count right, blocks no client, and every client learns of its changes', async () => {
    // What other tests have left is due as well.
    await test.query('DELETE FROM notifications');
    const user_ids = users(4);
    let isOver = false;
    let areWritersDone = false;
    let changes = 0;
    let purges = 0;
    const followers = clients(3).map((client) => follow(client, user_ids, () => isOver, { mayReset: true }));
    const workers = clients(8).map(async (client, index) => {
      const random = randomNumbers(400 + index);
      for (let step = 0; step < 80; step += 1) {
        const { length } = await changeAtRandom(client, user_ids, random);
        changes += length;
      }
    });
    const purgers = Array.from({ length: 2 }, async () => {
      const { run } = retentionByMs({ archiveAfterMs: 50, deleteAfterMs: 150 });
      while (!areWritersDone) {
        const { inboxes } = await run(() => 900_000);
        purges += inboxes;
      }
    });
    await Promise.all(workers).finally(() => {
      areWritersDone = true;
    });
    await Promise.all(purgers).finally(() => {
      isOver = true;
    });
    await expectAgreement(user_ids, await Promise.all(followers));
    const [inboxes] = await test.query(
      `SELECT sum(version)::int AS versions, bool_and(floor_version > 0) AS have_deletions
       FROM inboxes WHERE user_id = ANY ($1)`,
      [user_ids],
    );
    expect(inboxes).toEqual({ versions: changes + purges, have_deletions: true });
  });

  it('64 tries of one key at once make one notification', async () => {
    const [user_id = ''] = users(1);
    const tries = clients(16).flatMap(({ repository }) =>
      Array.from({ length: 4 }, () => repository.create(content, ruleOf(), [user_id], 'storm')),
    );
    const answers = (await Promise.all(tries)).flat();
    expect(answers).toHaveLength(64);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ notification }) => notification?.id)).size).toBe(1);
    expect(
      await test.query('SELECT version, unread_count FROM inboxes WHERE user_id = $1', [user_id]),
    ).toEqual([{ version: '1', unread_count: 1 }]);
  });

  it('overlapping batches of 500 in any order never deadlock', async () => {
    const user_ids = users(600);
    const answers = await Promise.all(
      clients(8).map(async ({ repository }, index) => {
        const random = randomNumbers(200 + index);
        const sizes: number[] = [];
        for (let round = 0; round < 5; round += 1) {
          sizes.push(
            (await repository.create(content, ruleOf(), shuffled(user_ids, random).slice(0, 500), null))
              .length,
          );
        }
        return sizes;
      }),
    );
    expect(answers.flat()).toEqual(Array.from({ length: 40 }, () => 500));
    const [sums] = await test.query(
      'SELECT sum(version)::int AS versions, sum(unread_count)::int AS unread FROM inboxes WHERE user_id = ANY ($1)',
      [user_ids],
    );
    expect(sums).toEqual({ versions: 20_000, unread: 20_000 });
  });

  it('overlapping batches with one key make one notification for each user', async () => {
    const user_ids = users(100);
    const answers = await Promise.all(
      clients(8).map(({ repository }, index) => {
        const random = randomNumbers(300 + index);
        return repository.create(content, ruleOf(), shuffled(user_ids, random).slice(0, 60), 'batch');
      }),
    );
    const all = answers.flat();
    const reached = new Set(all.map(({ notification }) => notification?.user_id));
    expect(all.filter(({ created }) => created)).toHaveLength(reached.size);
    expect(new Set(all.map(({ notification }) => notification?.id)).size).toBe(reached.size);
    expect(all.every(({ inbox }) => inbox.version === 1)).toBe(true);
  });
});
