import { compare } from '../method/compare.ts';
import { startArm } from '../stage/arm.ts';
import { startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { contentToWriteTo, makeInboxes } from '../stage/fill.ts';
import { bundleOf, floorOf } from '../stage/modules.ts';
import { startServices } from '../stage/services.ts';
import { type Bench, type Measurement, stopAtEnd } from './bench.ts';
import { commandsFor, usersWith } from './commands.ts';
import { inMicroseconds, inMilliseconds, percent } from './figures.ts';

const socketCounts = [0, 1, 5] as const;

/** Creates by invocation, for users with 0, 1 and 5 sockets. */
export const create: Bench = {
  about:
    'a create for a user with 0, 1 and 5 sockets, against one statement, one signed query and signed posts',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    say('building the functions, and starting a database');
    const database = stopAtEnd(context, await startDatabase(contentToWriteTo, { say }));
    const services = stopAtEnd(context, await startServices());
    const environment = environmentOf({ ...services, databaseUrl: database.urlOf('writer') });
    const [service, floor] = await Promise.all([
      startArm('create function', await bundleOf('create-notification'), environment),
      startArm('floor', floorOf('create'), environment),
    ]);
    for (const arm of [service, floor]) stopAtEnd(context, arm);

    const measurements: Measurement[] = [];
    for (const sockets of socketCounts) {
      const sideOf = async (arm: typeof service, application: string) => {
        const users = await usersWith(services, sockets);
        await database.query(makeInboxes, [users]);
        return { arm, nextEvent: commandsFor(users), databaseCpu: () => database.cpuOf(application) };
      };
      const sides = {
        service: await sideOf(service, 'belfry'),
        floor: await sideOf(floor, 'floor'),
      };
      const load = { closed: 20, open: 24, perSecond: 20, warmUp: isQuick ? 200 : 2_000 };
      const onProgress = (done: number) => say(`${sockets} sockets: ${percent(done)}`);
      const { cpu, p50, databaseCpu } = await compare(sides, load, {
        extent: extentOf(socketCounts.length),
        random,
        onProgress,
      });
      measurements.push(
        { budget: `create.cpu.${sockets}`, ...inMicroseconds(cpu) },
        { budget: `create.p50.${sockets}`, ...inMilliseconds(p50) },
      );
      if (sockets === 0 && databaseCpu)
        measurements.push({ budget: 'create.database', ...inMicroseconds(databaseCpu) });
    }
    return measurements;
  },
};
