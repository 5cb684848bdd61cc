import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inBlocks } from '../method/blocks.ts';
import { ratioOf } from '../method/ratio.ts';
import { figureOf } from '../report.ts';
import { startArm } from '../stage/arm.ts';
import { startDatabase } from '../stage/database.ts';
import { environmentOf } from '../stage/environment.ts';
import { contentToWriteTo, makeInboxes } from '../stage/fill.ts';
import { floorOf } from '../stage/modules.ts';
import { type Bench, stopAtEnd } from './bench.ts';
import { content } from './commands.ts';
import { percent } from './figures.ts';

const recipients = 500;
/** Batches of one sample. */
const batches = 4;

/** Creates for 500 recipients, stored but not delivered. */
export const batch: Bench = {
  about: 'the statement of a create for 500 recipients, against a raw UNNEST insert',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    const database = stopAtEnd(context, await startDatabase(contentToWriteTo, { say }));
    const environment = environmentOf({ databaseUrl: database.urlOf('writer') });
    const repository = join(import.meta.dirname, '../stage/repository-arm.ts');
    const arms = {
      service: stopAtEnd(context, await startArm('repository', repository, environment)),
      floor: stopAtEnd(context, await startArm('floor', floorOf('batch'), environment)),
    };
    // Each arm has users of its own: the floor leaves counts behind that the service would count anew.
    const newUsers = async () => {
      const users = Array.from({ length: recipients * 20 }, () => randomUUID());
      await database.query(makeInboxes, [users]);
      return users;
    };
    const users = { service: await newUsers(), floor: await newUsers() };
    const commandFor = (known: readonly string[]) => {
      const from = Math.floor(random() * (known.length - recipients));
      return { user_ids: known.slice(from, from + recipients), ...content(from) };
    };
    const serve = (name: keyof typeof arms, count: number) =>
      arms[name].serve(Array.from({ length: count }, () => commandFor(users[name])));
    for (const name of ['service', 'floor'] as const) await serve(name, isQuick ? 20 : 100);

    const blocks = await inBlocks(
      ['service', 'floor'],
      async (name) => {
        const begunAt = performance.now();
        await serve(name, batches);
        return (recipients * batches * 1_000) / (performance.now() - begunAt);
      },
      { extent: extentOf(1), random, onBlock: (done) => say(percent(done)) },
    );
    const { service, floor, ...estimate } = ratioOf(
      blocks.map((block) => block.service),
      blocks.map((block) => block.floor),
      random,
    );
    const from = `${figureOf(service)} : ${figureOf(floor)} rows a second`;
    return [{ budget: 'batch.rate', ...estimate, from }];
  },
};
