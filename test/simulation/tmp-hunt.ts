import pLimit from 'p-limit';
import { hunt } from './fleet.ts';
import { bellMutants } from './mutants/bells.ts';
import { serviceMutants } from './mutants/service.ts';
import { mutants } from './mutants.ts';
import { recordSeed } from './seeds.ts';

const most = Number(process.argv[2]);
const which = process.argv[3];
const names = which ? new Set(which.split('|')) : undefined;
const isNew = (m: object) => bellMutants.includes(m as never) || serviceMutants.includes(m as never);
const chosen = mutants.filter((m) =>
  names ? names.has(m.name) : process.argv[4] === 'old' ? !isNew(m) : isNew(m),
);
const limit = pLimit(2);
await limit.map(chosen, async (m) => {
  const { caughtAt, ran } = await hunt(m, most);
  if (caughtAt !== undefined) recordSeed(m, caughtAt);
  console.log(`${caughtAt === undefined ? 'NOT CAUGHT' : caughtAt} (${ran} run) ${m.name} [${m.caughtBy}]`);
});
