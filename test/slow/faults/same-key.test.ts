import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InboxFrame } from '../../../functions/core/frames.ts';
import { createDatabase, type Database } from '../../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { createScheduleRepository } from '../../../functions/persistence/schedules.ts';
import { createRecordingPublisher } from '../../fakes/recording-publisher.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type CreatedOne, command, newUser } from '../../support/installation.ts';
import { liveClient, titles } from '../../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { policyOf } from '../../support/policy.ts';
import { riseTo } from '../../support/rise.ts';
import { servicesOver } from '../../support/services.ts';
import { storedIn } from '../../support/stored.ts';

const tries = 64;

let own: OwnSystem;

beforeAll(async () => {
  own = await startOwnSystem();
});

afterAll(() => own?.stop());

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** What the tries of one key were answered: one made it, and all speak of the same row. */
function expectOne(
  answers: readonly { created: boolean; notification: { id: number } }[],
  count = tries,
): void {
  expect(answers).toHaveLength(count);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(answers.map(({ notification }) => notification.id)).size).toBe(1);
}

/** Each version of an inbox is one row's, and was pushed, however often; and nothing else was. */
function expectOnePushEach(
  frames: readonly InboxFrame[],
  rows: readonly { id: number; version: number }[],
): void {
  const told = frames.flatMap((frame) =>
    frame.type === 'notification.created' ? [`${frame.version} ${frame.notification.id}`] : [],
  );
  const all = rows.map(({ id, version }) => `${version} ${id}`);
  expect(all).toEqual(rows.map(({ id }, n) => `${n + 1} ${id}`));
  expect([...new Set(told)].filter((one) => !all.includes(one))).toEqual([]);
  // A frame without a notification is the inbox.changed of a repeated create, at a version that exists.
  expect(new Set(frames.map(({ version }) => version))).toEqual(new Set(rows.map(({ version }) => version)));
}

// 64,000 creates: more than the doors of one machine take in a test, so by the service on as many real sessions.
describe('64 tries at once of each of 1,000 keys, by 64 sessions', () => {
  it('make one notification each, of one version', async () => {
    const users = range(50).map(newUser);
    const publisher = createRecordingPublisher();
    const databases = range(tries).map(
      (): Database =>
        // The owner, whose role may have as many sessions. A busy machine opens 64 at once in seconds.
        createDatabase(
          { connectionString: own.system.databaseUrl ?? '' },
          { statementTimeoutMs: 0, connectTimeoutMs: 60_000 },
        ),
    );
    const services = databases.map((database) => {
      const repository = {
        ...createNotificationRepository(database, policyOf()),
        ...createScheduleRepository(database),
      };
      return servicesOver(repository, { publisher, clock: Date.now }).commands;
    });
    for (const key of range(1_000)) {
      const [user = ''] = users.slice(key % users.length);
      const content = contentOf({ title: `Key ${key}` });
      const create = { ...content, user_ids: [user], is_batch: false, idempotency_key: `key ${key}` };
      const answers = await Promise.all(
        services.map((service) => service.create(create, ruleOf(), 'invoke')),
      );
      // The cast: a command for one user is answered so.
      expectOne(answers as CreatedOne[]);
    }
    await Promise.all(databases.map((database) => database.close()));
    const stored = await storedIn(own.system.databaseUrl);
    expect(stored).toHaveLength(1_000);
    for (const user of users) {
      const frames = publisher.pushes.flatMap(({ user_id, frame }) => (user_id === user ? [frame] : []));
      // The cast: what a create pushes is of the inbox.
      expectOnePushEach(
        frames as InboxFrame[],
        stored.filter(({ user_id }) => user_id === user),
      );
    }
  });
});

/** Tries a key so often at once, half of the times by invocation and half over HTTP. */
async function tryAtOnce(user: string, key: string, count: number): Promise<CreatedOne[]> {
  const body = command(user, { title: key, idempotency_key: key });
  const producer = own.belfry.as(user, { scope: 'notifications:create' });
  return Promise.all(
    range(count).map(async (n) =>
      n % 2 === 0
        ? (await own.belfry.invoke(body)).created
        : (await producer.post<CreatedOne>('/notifications', body)).body,
    ),
  );
}

describe('64 tries at once of each of 8 keys, half of them by invocation and half over HTTP', () => {
  it('make one notification each, which a socket gets under one version and a bell shows and announces once', async () => {
    for (const count of riseTo(tries)) expectOne(await tryAtOnce(newUser(), 'Rise', count), count);
    const users = range(2).map(newUser);
    for (const user of users) {
      const socket = await own.belfry.connect(user);
      const bell = await liveClient(own.belfry, user);
      const keys = range(4).map((key) => `Key ${key + 1}`);
      for (const key of keys) expectOne(await tryAtOnce(user, key, tries));
      await vi.waitFor(() => expect(titles(bell.client)).toEqual(keys.toReversed()), patience);
      expect(bell.rung).toEqual(keys);
      const stored = await storedIn(own.system.databaseUrl);
      const rows = stored.filter(({ user_id }) => user_id === user);
      expect(rows.map(({ title }) => title)).toEqual(keys);
      // The cast: nothing else is told to a socket that stays.
      expectOnePushEach((await socket.settled()) as InboxFrame[], rows);
      await socket.close();
    }
  });
});
