import { compare } from '../method/compare.ts';
import { startArm } from '../stage/arm.ts';
import { startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { readerOf } from '../stage/events.ts';
import { contentOf, userId, usersIn } from '../stage/fill.ts';
import { bundleOf, floorOf } from '../stage/modules.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { inMicroseconds, inMilliseconds, percent } from './figures.ts';

/** The first page of a user's feed, of users in turn. */
export const page: Bench = {
  about: 'the first page of the feed among 10 million rows, against the raw prepared statement',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    const content = contentOf(isQuick);
    const database = stopAtEnd(context, await startDatabase(content, { isReadOnly: true, say }));
    const environment = environmentOf({ databaseUrl: database.urlOf('reader') });
    say('building the functions');
    const bundle = await bundleOf('read-notifications');
    const [service, floor] = await Promise.all([
      startArm('read function', bundle, environment),
      startArm('floor', floorOf('page'), environment),
    ]);
    for (const arm of [service, floor]) stopAtEnd(context, arm);
    // Both arms ask for the same users, and so find the same rows in memory or on disk.
    const nextEvent = () => {
      const user = userId(Math.floor(random() * usersIn(content)));
      return readerOf(user).list();
    };
    const side = (arm: typeof service, application: string) => ({
      arm,
      nextEvent,
      databaseCpu: () => database.cpuOf(application),
    });
    const { cpu, p50, p99, databaseCpu } = await compare(
      { service: side(service, 'belfry'), floor: side(floor, 'floor') },
      { closed: 20, open: 100, perSecond: 50, warmUp: isQuick ? 500 : 3_000 },
      { extent: extentOf(1), random, onProgress: (done) => say(percent(done)) },
    );
    return [
      { budget: 'page.cpu', ...inMicroseconds(cpu) },
      { budget: 'page.p50', ...inMilliseconds(p50) },
      { budget: 'page.p99', ...inMilliseconds(p99) },
      ...(databaseCpu ? [{ budget: 'page.database' as const, ...inMicroseconds(databaseCpu) }] : []),
    ];
  },
};
