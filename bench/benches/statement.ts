import pg from 'pg';
import { createStatement } from '../../functions/persistence/create.ts';
import { driverQuery } from '../../functions/persistence/driver-query.ts';
import { ruleOf } from '../../test/support/content.ts';
import { firstCreate } from '../../test/support/first-edition.ts';
import { makeFirstSchema } from '../../test/support/first-schema.ts';
import { type Block, repeatedly, takeBlock } from '../method/blocks.ts';
import { ratioOf } from '../method/ratio.ts';
import { startDatabase } from '../stage/database.ts';
import { userId } from '../stage/fill.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { inMicroseconds, percent } from './figures.ts';

/**
 * Creates of one sample. Few, so that the samples of a block are within a tenth of a second, and the load of the machine is the
 * same for all of them. Those without a name take most of the time and have a wide margin.
 */
const createsAtOnce: Record<Arm, number> = { named: 30, 'first, named': 30, 'first, unnamed': 6 };

/** Creates of each edition before anything is measured, in 1,000 inboxes: the first of an inbox, and those into empty tables, cost more. */
const creates = 5_000;

/**
 * Sessions are renewed after so many blocks, which count as one: sessions differ by 12 %, three times as much as the blocks of
 * one session would make them.
 */
const blocksOfSession = 4;

/** Creates of a new session before it is measured: PostgreSQL plans a statement with a name five times, and then keeps a plan. */
const warmUp = 10;

const users = 1_000;
const firstDatabase = 'first_edition';

type Arm = 'named' | 'first, named' | 'first, unnamed';

/** The statement of a create alone, against that of the first edition on its own tables. */
export const statement: Bench = {
  about: 'the CPU time of PostgreSQL for the statement of a create, against that of release 0.1.0',
  async run(context) {
    const { say, extentOf, random, stack } = context;
    const database = stopAtEnd(context, await startDatabase({ rows: 0, largeInbox: 0 }, { say }));
    await database.query(`CREATE DATABASE ${firstDatabase}`);
    const firstUrl = Object.assign(new URL(database.ownerUrl), { pathname: firstDatabase }).href;
    await makeFirstSchema(firstUrl);

    let made = 0;
    const nextCommand = () => {
      made += 1;
      return {
        user: userId(Math.floor(random() * users)),
        key: `key-${made}`,
        content: {
          actor_id: userId(made),
          title: 'Booking confirmed',
          body: 'Your booking for tomorrow at noon is confirmed. We look forward to your visit.'.repeat(6),
          metadata: { type: 'booking.confirmed', route: `/bookings/${made}` },
          channel: 'in_app',
          scope: null,
          actions: null,
          expires_at: null,
          group: null,
          alert_after: null,
        },
      };
    };
    const firstQuery = (): pg.QueryConfig => {
      const { user, key, content } = nextCommand();
      const { actor_id, title, body, metadata, channel } = content;
      return {
        text: firstCreate,
        values: [[user], actor_id, title, body, JSON.stringify(metadata), channel, key],
      };
    };
    const queries: Record<Arm, () => pg.QueryConfig> = {
      named() {
        const { user, key, content } = nextCommand();
        return driverQuery(createStatement(content, ruleOf(), [user], key), true);
      },
      'first, named': () => ({ name: 'first', ...firstQuery() }),
      'first, unnamed': firstQuery,
    };
    const arms = Object.keys(queries) as Arm[];
    let sessions = new Map<Arm, pg.Client>();
    let generation = 0;
    // An old session may still be listed for a moment, so each generation has names of its own.
    const nameOf = (arm: Arm) => `${arm} ${generation}`;
    const close = async () => {
      await Promise.all([...sessions.values()].map((session) => session.end()));
    };
    stack.defer(close);
    const createSome = async (arm: Arm, count: number) => {
      for (let left = count; left > 0; left -= 1) await sessions.get(arm)?.query(queries[arm]());
    };
    async function renewSessions() {
      await close();
      sessions = new Map();
      generation += 1;
      for (const arm of arms) {
        const connectionString = arm === 'named' ? database.ownerUrl : firstUrl;
        const session = new pg.Client({ connectionString, application_name: nameOf(arm) });
        await session.connect();
        sessions.set(arm, session);
        await createSome(arm, warmUp);
      }
    }
    await renewSessions();
    for (const arm of ['named', 'first, named'] as const) {
      await createSome(arm, creates);
      // Sessions that planned for empty tables took 460 µs, twice as long as later ones.
      await sessions.get(arm)?.query('VACUUM (ANALYZE)');
    }

    const takeSample = async (arm: Arm) => {
      const before = await database.cpuOf(nameOf(arm));
      await createSome(arm, createsAtOnce[arm]);
      const after = await database.cpuOf(nameOf(arm));
      return ((after ?? Number.NaN) - (before ?? Number.NaN)) / createsAtOnce[arm];
    };
    const blocks = await repeatedly(
      async () => {
        await renewSessions();
        const group: Block<Arm, number>[] = [];
        while (group.length < blocksOfSession) group.push(await takeBlock(arms, takeSample, random));
        return group;
      },
      { extent: extentOf(1), onBlock: (done) => say(percent(done)) },
    );
    const samplesOf = (arm: Arm) => blocks.map((group) => group.flatMap((block) => block[arm]));
    const by = (floor: Arm) => inMicroseconds(ratioOf(samplesOf('named'), samplesOf(floor), random));
    return [
      { budget: 'statement.named', ...by('first, named') },
      { budget: 'statement.unnamed', ...by('first, unnamed') },
    ];
  },
};
