import type { FeedQuery } from '../../functions/core/feed.ts';
import { createDatabase } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { inBlocks } from '../method/blocks.ts';
import { ratioOf } from '../method/ratio.ts';
import { startDatabase } from '../stage/database.ts';
import { contentOf, largeUser } from '../stage/fill.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { inMicroseconds, percent } from './figures.ts';

/** Pages of one sample. */
const pagesAtOnce = 50;

const page: FeedQuery = {
  limit: 20,
  before_position: null,
  statuses: ['unread', 'read'],
  scope: null,
  types: [],
};

/** What a page may leave out of an inbox of 100,000 unread notifications without a scope, all of one type. */
const queries = {
  ordinary: page,
  type: { ...page, types: ['no.such.type'] },
  types: { ...page, types: ['booking.confirmed', 'no.such.type', 'another'] },
  archived: { ...page, statuses: ['archived'] },
  scope: { ...page, scope: 'organizer' },
  // With the scopes below, 270 ranges: more than PostgreSQL merges.
  most: {
    ...page,
    statuses: ['unread', 'read', 'archived'],
    types: ['booking.confirmed', ...Array.from({ length: 9 }, (_, index) => `no.such.type.${index}`)],
  },
} as const satisfies Record<string, FeedQuery>;

const scopes = ['attendee', 'organizer', 'admin'];
const mostScopes = [...scopes, 'staff', 'partner', 'press', 'sponsor', 'speaker'];

type Arm = keyof typeof queries;
const arms = Object.keys(queries) as Arm[];

/** Pages with a filter, against an ordinary page of the same inbox. */
export const filter: Bench = {
  about: 'pages of an inbox of 100,000 rows with a filter that leaves out much, against an ordinary page',
  async run(context) {
    const { isQuick, say, extentOf, random, stack } = context;
    const database = stopAtEnd(context, await startDatabase(contentOf(isQuick), { isReadOnly: true, say }));
    const repositories = new Map(
      arms.map((arm) => {
        const own = createDatabase(
          { connectionString: database.ownerUrl },
          { applicationName: `page ${arm}`, isPooled: true },
        );
        stack.defer(() => own.close());
        return [arm, createNotificationRepository(own, { scopes: arm === 'most' ? mostScopes : scopes })];
      }),
    );
    const ask = async (arm: Arm, count: number) => {
      for (let left = count; left > 0; left -= 1) await repositories.get(arm)?.list(largeUser, queries[arm]);
    };
    for (const arm of arms) await ask(arm, 500);
    const blocks = await inBlocks(
      arms,
      async (arm) => {
        const before = await database.cpuOf(`page ${arm}`);
        await ask(arm, pagesAtOnce);
        const after = await database.cpuOf(`page ${arm}`);
        return ((after ?? Number.NaN) - (before ?? Number.NaN)) / pagesAtOnce;
      },
      { extent: extentOf(1), random, onBlock: (done) => say(percent(done)) },
    );
    return arms
      .filter((arm) => arm !== 'ordinary')
      .map((arm) => ({
        budget: `filter.${arm}` as const,
        ...inMicroseconds(
          ratioOf(
            blocks.map((block) => block[arm]),
            blocks.map((block) => block.ordinary),
            random,
          ),
        ),
      }));
  },
};
