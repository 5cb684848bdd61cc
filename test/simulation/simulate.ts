import { parseArgs } from 'node:util';
import { runSeeds } from './fleet.ts';
import { createSchedule } from './schedule.ts';
import { simulate } from './simulation.ts';
import { tellSeed } from './tell.ts';
import type { Report } from './worker.ts';

const usage = `npm run simulate                      runs 10,000 schedules
npm run simulate -- --schedules 500   runs so many; --from 17 begins with seed 17
npm run simulate -- --seed 17         runs one, and tells what happens
npm run simulate -- --hours 1         goes on for so long, with seeds of its own`;

/** Failures that are told in full. */
const told = 3;
const progressEveryMs = 10_000;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '10000' },
    from: { type: 'string' },
    seed: { type: 'string' },
    hours: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'schedules' | 'from' | 'seed' | 'hours', least: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  console.error(`--${name} must be a number from ${least} on, not "${text}".\n\n${usage}`);
  process.exit(2);
}

async function replay(seed: number): Promise<boolean> {
  const { violations, lines } = await simulate(createSchedule(seed), { trace: true });
  if (violations.length > 0) console.log(await tellSeed(seed));
  else console.log([...lines, '', `Seed ${seed} keeps every promise.`].join('\n'));
  return violations.length === 0;
}

async function search(from: number, to: number, endsAt: number): Promise<boolean> {
  const start = Date.now();
  let ran = 0;
  let failed = 0;
  let saidAt = start;
  const { failures } = await runSeeds({
    from,
    to,
    isOver: () => Date.now() >= endsAt,
    onReport(report) {
      ran += report.ran;
      failed += report.failures.length;
      if (Date.now() - saidAt < progressEveryMs) return;
      saidAt = Date.now();
      console.log(`${ran} schedules in ${Math.round((saidAt - start) / 1_000)} s, ${failed} of them failed`);
    },
  });
  console.log(`${ran} schedules from seed ${from} on: ${countsOf(failures)}`);
  for (const { seed } of failures.slice(0, told)) console.log(`\n${await tellSeed(seed)}`);
  return failures.length === 0;
}

/** How many schedules broke which promise. */
function countsOf(failures: Report['failures']): string {
  const counts = new Map<string, number>();
  for (const { broken } of failures) {
    for (const invariant of broken) counts.set(invariant, (counts.get(invariant) ?? 0) + 1);
  }
  if (counts.size === 0) return 'every promise was kept.';
  const said = [...counts].map(([invariant, count]) => `"${invariant}" broken by ${count}`).join(', ');
  return `${said}. Seeds ${failures.map(({ seed }) => seed).join(', ')}.`;
}

if (values.help) {
  console.log(usage);
} else {
  const seed = numberOf('seed', 0);
  const hours = numberOf('hours', 0);
  const from = numberOf('from', 0) ?? (hours === undefined ? 0 : Date.now() % 2 ** 31);
  const to = hours === undefined ? from + (numberOf('schedules', 1) ?? 0) : Number.POSITIVE_INFINITY;
  const endsAt = hours === undefined ? Number.POSITIVE_INFINITY : Date.now() + hours * 3_600_000;
  const isKept = await (seed === undefined ? search(from, to, endsAt) : replay(seed));
  process.exitCode = isKept ? 0 : 1;
}
