import type { FeedQuery } from '../../../functions/core/feed.ts';
import type { NotificationRepository } from '../../../functions/core/notification-repository.ts';
import type { TimerRepository } from '../../../functions/core/timers.ts';
import { createDatabase, type Database } from '../../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { createTimerRepository } from '../../../functions/persistence/timers.ts';
import type { TestDatabase } from '../../support/database.ts';
import { seededRandom } from '../../support/random.ts';

/** When notifications were snoozed and woken, so that a test can say that each woke once, and not early. */
export type SleepLog = Map<number, { version: number; until?: number; wokenAt?: number }[]>;

/** One environment of the functions: its session, and the inboxes through it. */
export interface Client {
  database: Database;
  repository: NotificationRepository;
  timers: TimerRepository;
  /** Of all clients of a test. */
  sleeps: SleepLog;
  /** The ids of events that must have been written. */
  told: Set<string>;
}

/** The installation of the clients, and how each works on a session of its own. */
export const policy = { scopes: ['attendee', 'organizer'], types: { booking: { events: true } } };

export const clientOf = (database: Database, shared: Pick<Client, 'sleeps' | 'told'>): Client => ({
  database,
  repository: createNotificationRepository(database, policy),
  timers: createTimerRepository(database, policy),
  ...shared,
});

/** Opens clients of a test database, and closes all of them. */
export function createClients(test: () => TestDatabase) {
  const opened: Database[] = [];
  return {
    open(count: number, shared = { sleeps: new Map(), told: new Set<string>() }): Client[] {
      return Array.from({ length: count }, () => {
        // As through a pooler, or a session that has more than its share would end in the middle of a transaction.
        const options = { statementTimeoutMs: 20_000, isPooled: true };
        const database = createDatabase(test().as('writer'), options);
        opened.push(database);
        return clientOf(database, shared);
      });
    },
    close: () => Promise.all(opened.splice(0).map((database) => database.close())),
  };
}

/** A change that has taken effect. */
export interface Change {
  user_id: string;
  version: number;
}

/** Whole numbers from 0 to `below`, without it. They are the same for the same seed. */
export type Random = (below: number) => number;

export const { scopes } = policy;

export const everything: FeedQuery = {
  limit: 10_000,
  before_position: null,
  statuses: ['unread', 'read', 'archived', 'snoozed'],
  scope: null,
  types: [],
};

export function randomNumbers(seed: number): Random {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
}

export const oneOf = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('There is nothing to choose from.');
  return item;
};

export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, rank: random(2 ** 31) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
