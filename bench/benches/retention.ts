import { type Block, repeatedly, takeBlock } from '../method/blocks.ts';
import { latencyRatio } from '../method/latency-ratio.ts';
import { openLoop } from '../method/open-loop.ts';
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

/** Of creates, and as many lists beside them, in one slice. */
const load = { requests: 25, perSecond: 25 };
const sliceMs = (load.requests * 1_000) / load.perSecond;

/** A block has so many rounds of four slices, and so enough requests for a p99. */
const rounds = 2;

/** Retention stops when a minute remains. */
const remainingMs = 60_000 + sliceMs;

type Arm = 'before' | 'during';
interface Slice {
  creates: number[];
  lists: number[];
}

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

    async function takeSlice(arm: Arm): Promise<Slice> {
      const begunAt = performance.now();
      const purged = arm === 'during' ? purge.serve([{}], remainingMs) : undefined;
      const deletedMs = purged?.then(() => performance.now() - begunAt);
      const [creates, lists] = await Promise.all([
        openLoop(load, () => create.serve([nextCommand()])),
        openLoop(load, () => read.serve([nextList()])),
      ]);
      if (deletedMs && (await deletedMs) < sliceMs)
        throw new Error('Retention had nothing left to delete. The bench needs more rows.');
      return { creates, lists };
    }

    async function takeRounds(): Promise<Block<Arm, Slice>> {
      const block: Block<Arm, Slice> = { before: [], during: [] };
      for (let round = 0; round < rounds; round += 1) {
        const { before, during } = await takeBlock(['before', 'during'], takeSlice, random);
        block.before.push(...before);
        block.during.push(...during);
      }
      return block;
    }
    const blocks = await repeatedly(takeRounds, {
      extent: extentOf(1),
      onBlock: (done) => say(percent(done)),
    });
    const ratio = (what: keyof Slice, q: number) => {
      const latencies = blocks.map(({ before, during }) => ({
        service: during.flatMap((slice) => slice[what]),
        floor: before.flatMap((slice) => slice[what]),
      }));
      return inMilliseconds(latencyRatio(latencies, q, random));
    };
    return [
      { budget: 'retention.create', ...ratio('creates', 0.99) },
      { budget: 'retention.create.p50', ...ratio('creates', 0.5) },
      { budget: 'retention.list', ...ratio('lists', 0.99) },
      { budget: 'retention.list.p50', ...ratio('lists', 0.5) },
    ];
  },
};
