import { compare } from '../method/compare.ts';
import { startArm } from '../stage/arm.ts';
import { startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { readerOf } from '../stage/events.ts';
import { contentOf, largeUser, smallUser } from '../stage/fill.ts';
import { bundleOf } from '../stage/modules.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { inMilliseconds, percent } from './figures.ts';

/** What is before page 5,000. */
const rowsBefore = 4_999 * 20;

/** Deep pages and large counts against small ones, by the same function. */
export const depth: Bench = {
  about: 'page 5,000 against page 1, and the count of 100,000 unread against that of 10',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    const database = stopAtEnd(context, await startDatabase(contentOf(isQuick), { isReadOnly: true, say }));
    const environment = environmentOf({ databaseUrl: database.urlOf('reader') });
    say('building the functions');
    const bundle = await bundleOf('read-notifications');
    const start = async (name: string) => stopAtEnd(context, await startArm(name, bundle, environment));
    const [large, small] = [await start('read function, large'), await start('read function, small')];
    const [last] = await database.query<{ id: string }>(
      'SELECT id FROM notifications WHERE user_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1',
      [largeUser, rowsBefore - 1],
    );
    const cursor = String(last?.id);
    const p50Of = async (what: string, ofLarge: () => object, ofSmall: () => object) => {
      const { p50 } = await compare(
        { service: { arm: large, nextEvent: ofLarge }, floor: { arm: small, nextEvent: ofSmall } },
        { closed: 0, open: 100, perSecond: 50, warmUp: isQuick ? 300 : 2_000 },
        { extent: extentOf(2), random, onProgress: (done) => say(`${what}: ${percent(done)}`) },
      );
      return inMilliseconds(p50);
    };
    const reader = readerOf(largeUser);
    return [
      {
        budget: 'depth.page',
        ...(await p50Of(
          'pages',
          () => reader.list(cursor),
          () => reader.list(),
        )),
      },
      {
        budget: 'depth.count',
        ...(await p50Of(
          'counts',
          () => reader.count(),
          () => readerOf(smallUser).count(),
        )),
      },
    ];
  },
};
