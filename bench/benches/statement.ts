import pg from 'pg';
import { createStatement } from '../../functions/persistence/create.ts';
import { driverQuery } from '../../functions/persistence/driver-query.ts';
import { ruleOf } from '../../test/support/content.ts';
import { firstCreate } from '../../test/support/first-edition.ts';
import { makeFirstSchema } from '../../test/support/first-schema.ts';
import { inBlocks } from '../method/blocks.ts';
import { ratioOf } from '../method/ratio.ts';
import { startDatabase } from '../stage/database.ts';
import { userId } from '../stage/fill.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { inMicroseconds, percent } from './figures.ts';

/** Creates of one sample. */
const createsAtOnce = 100;
const users = 1_000;
const firstDatabase = 'first_edition';

type Arm = 'named' | 'first, named' | 'first, unnamed';

/** The statement of a create alone, against that of the first edition on its own tables. */
export const statement: Bench = {
  about: 'the CPU time of PostgreSQL for the statement of a create, against that of release 0.1.0',
  async run(context) {
    const { isQuick, say, extentOf, random, stack } = context;
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
    const sessions = new Map<Arm, pg.Client>();
    for (const arm of arms) {
      const connectionString = arm === 'named' ? database.ownerUrl : firstUrl;
      const client = new pg.Client({ connectionString, application_name: arm });
      await client.connect();
      stack.defer(() => client.end());
      sessions.set(arm, client);
    }
    const createSome = async (arm: Arm, count: number) => {
      for (let left = count; left > 0; left -= 1) await sessions.get(arm)?.query(queries[arm]());
    };
    // The inboxes exist, and the statements are planned.
    for (const arm of arms) await createSome(arm, isQuick ? 1_000 : 5_000);

    const blocks = await inBlocks(
      arms,
      async (arm) => {
        const before = await database.cpuOf(arm);
        await createSome(arm, createsAtOnce);
        const after = await database.cpuOf(arm);
        return ((after ?? Number.NaN) - (before ?? Number.NaN)) / createsAtOnce;
      },
      { extent: extentOf(1), random, onBlock: (done) => say(percent(done)) },
    );
    const by = (floor: Arm) =>
      inMicroseconds(
        ratioOf(
          blocks.map((block) => block.named),
          blocks.map((block) => block[floor]),
          random,
        ),
      );
    return [
      { budget: 'statement.named', ...by('first, named') },
      { budget: 'statement.unnamed', ...by('first, unnamed') },
    ];
  },
};
