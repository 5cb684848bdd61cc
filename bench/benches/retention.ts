import { inBlocks } from '../method/blocks.ts';
import { openLoop } from '../method/open-loop.ts';
import { ratioOf } from '../method/ratio.ts';
import { quantile } from '../method/statistics.ts';
import { startArm } from '../stage/arm.ts';
import { startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { readerOf } from '../stage/events.ts';
import { userId, usersIn } from '../stage/fill.ts';
import { bundleOf } from '../stage/modules.ts';
import { startServices } from '../stage/services.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { commandsFor } from './commands.ts';
import { inMilliseconds, percent } from './figures.ts';

/** Of creates, and as many lists beside them. */
const load = { requests: 40, perSecond: 15 };
const loadMs = (load.requests * 1_000) / load.perSecond;

/** Retention stops when a minute remains, so this is how long it deletes: longer than the load of a sample takes. */
const purgedMs = loadMs + 2_000;
const remainingMs = 60_000 + purgedMs;

/** Creates and lists while retention deletes, against the same without. */
export const retention: Bench = {
  about: 'creates and lists while retention deletes a million old rows, against the same before',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    const content = { rows: isQuick ? 300_000 : 1_000_000, largeInbox: 0 };
    const database = stopAtEnd(context, await startDatabase(content, { say }));
    const services = stopAtEnd(context, await startServices());
    say('building the functions');
    const start = async (name: string, databaseUrl: string, more = {}) => {
      const environment = { ...environmentOf({ ...services, databaseUrl }), ...more };
      return stopAtEnd(context, await startArm(name, await bundleOf(name), environment));
    };
    const create = await start('create-notification', database.urlOf('writer'));
    const read = await start('read-notifications', database.urlOf('reader'));
    // All rows are older.
    const purge = await start('purge-expired', database.urlOf('purger'), { DELETE_AFTER_DAYS: '30' });

    const users = Array.from({ length: usersIn(content) }, (_, index) => userId(index));
    const nextCommand = commandsFor(users);
    const nextList = () => readerOf(users[Math.floor(random() * users.length)] ?? '').list();
    const warmUp = Array.from({ length: isQuick ? 200 : 1_000 });
    await create.serve(warmUp.map(nextCommand));
    await read.serve(warmUp.map(nextList));

    async function takeSample(arm: 'before' | 'during') {
      const begunAt = performance.now();
      const purged = arm === 'during' ? purge.serve([{}], remainingMs) : undefined;
      const [creates, lists] = await Promise.all([
        openLoop(load, () => create.serve([nextCommand()])),
        openLoop(load, () => read.serve([nextList()])),
      ]);
      await purged;
      if (purged && performance.now() - begunAt < purgedMs)
        throw new Error('Retention had nothing left to delete. The bench needs more rows.');
      return { creates, lists };
    }

    const blocks = await inBlocks(['before', 'during'], takeSample, {
      extent: extentOf(1),
      random,
      onBlock: (done) => say(percent(done)),
    });
    const ratio = (what: 'creates' | 'lists') => {
      const p99Of = (arm: 'before' | 'during') =>
        blocks.map((block) => [
          quantile(
            block[arm].flatMap((sample) => sample[what]),
            0.99,
          ),
        ]);
      return inMilliseconds(ratioOf(p99Of('during'), p99Of('before'), random));
    };
    return [
      { budget: 'retention.create', ...ratio('creates') },
      { budget: 'retention.list', ...ratio('lists') },
    ];
  },
};
