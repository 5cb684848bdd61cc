import { inBlocks } from '../method/blocks.ts';
import { ratioOf } from '../method/ratio.ts';
import { startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { startFresh } from '../stage/fresh-process.ts';
import { idiomaticOf } from '../stage/idiomatic.ts';
import { bundleOf } from '../stage/modules.ts';
import { startServices } from '../stage/services.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { commandsFor, usersWith } from './commands.ts';
import { inMilliseconds, percent } from './figures.ts';

/** The first create of a fresh process: import, connect, statement, query and post. */
export const firstRequest: Bench = {
  about: 'the first create of a fresh process, against an idiomatic function of the same packages',
  async run(context) {
    const { say, extentOf, random } = context;
    say('building the functions, and starting a database');
    const database = stopAtEnd(context, await startDatabase({ rows: 0, largeInbox: 0 }, { say }));
    const services = stopAtEnd(context, await startServices());
    const arms = {
      service: [
        await bundleOf('create-notification'),
        environmentOf({ ...services, databaseUrl: database.urlOf('writer') }),
      ],
      // drizzle names every column when it inserts, also those that the writer may not set.
      idiomatic: [
        await idiomaticOf('create'),
        environmentOf({ ...services, databaseUrl: database.ownerUrl }),
      ],
    } as const;
    const nextCommand = commandsFor(await usersWith(services, 1));
    const start = (arm: keyof typeof arms) => startFresh(...arms[arm], nextCommand());
    const blocks = await inBlocks(['service', 'idiomatic'], start, {
      extent: extentOf(1),
      random,
      onBlock: (done) => say(percent(done)),
    });
    const ratio = (figure: 'cpuMs' | 'ms') => {
      const of = (arm: keyof typeof arms) =>
        blocks.map((block) => block[arm].map((sample) => sample[figure]));
      return inMilliseconds(ratioOf(of('service'), of('idiomatic'), random));
    };
    return [
      { budget: 'first.cpu', ...ratio('cpuMs') },
      { budget: 'first.time', ...ratio('ms') },
    ];
  },
};
