import { availableParallelism } from 'node:os';
import { clearLine, cursorTo } from 'node:readline';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { printableLines } from '../../local/printable.ts';
import { hunt, runSeeds } from './fleet.ts';
import { mutants } from './mutants.ts';
import { type Mutant, mutate } from './mutate.ts';
import { recordSeed } from './seeds.ts';
import type { Report } from './worker.ts';

const usage = `npm run simulate                      runs 10,000 schedules
npm run simulate -- --schedules 500   runs so many; --from 17 begins with seed 17
npm run simulate -- --seed 17         runs one, and tells what happens
npm run simulate -- --hours 1         goes on for so long, with seeds of its own
npm run simulate -- --mutant "…"      makes a mistake meanwhile, by its name
npm run simulate -- --mutants         lists the mistakes, and the invariant that each breaks
npm run simulate -- --record          finds a seed that shows each mistake, for the tests to try first`;

/** Failures that are told in full. */
const told = 3;
/** And failures that are at least named. */
const named = 50;

const values = readOptions();
const mutant = readMutant();

// Loaded only now, with the mistake in them.
if (mutant) mutate((await import('./locate.ts')).locate(mutant));
const { createSchedule } = await import('./schedule.ts');
const { simulate } = await import('./simulation.ts');
const { tellSeed } = await import('./tell.ts');

function readOptions() {
  try {
    return parseArgs({
      options: {
        schedules: { type: 'string', default: '10000' },
        from: { type: 'string' },
        seed: { type: 'string' },
        hours: { type: 'string' },
        mutant: { type: 'string' },
        mutants: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function readMutant(): Mutant | undefined {
  const known = mutants.find(({ name }) => name === values.mutant);
  if (values.mutant !== undefined && !known) refuse(`No mistake has the name "${values.mutant}".`);
  return known;
}

function refuse(reason: string): never {
  console.error(printableLines(`${reason}\n\n${usage}`));
  process.exit(2);
}

function numberOf(name: 'schedules' | 'from' | 'seed' | 'hours', least: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  const isPossible = name === 'hours' ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (isPossible && value >= least) return value;
  const kind = name === 'hours' ? 'number' : 'whole number';
  return refuse(`--${name} must be a ${kind} from ${least} on, not "${text}".`);
}

const { stdout } = process;
/** A terminal has one line, which is written over; a file gets a new one now and then. */
const progressEveryMs = stdout.isTTY ? 500 : 10_000;

function sayProgress(line: string): void {
  if (!stdout.isTTY) {
    console.log(line);
    return;
  }
  cursorTo(stdout, 0);
  stdout.write(line);
  clearLine(stdout, 1);
}

function endProgress(): void {
  if (!stdout.isTTY) return;
  cursorTo(stdout, 0);
  clearLine(stdout, 0);
}

async function replay(seed: number): Promise<boolean> {
  const { violations, lines } = await simulate(createSchedule(seed), { trace: true });
  if (violations.length > 0) console.log(printableLines(await tellSeed(seed, mutant)));
  else console.log(printableLines([...lines, '', `Seed ${seed} keeps every promise.`].join('\n')));
  return violations.length === 0;
}

async function search(from: number, to: number, endsAt: number): Promise<boolean> {
  const start = Date.now();
  let ran = 0;
  let saidAt = start;
  const failed: number[] = [];
  const { failures } = await runSeeds({
    from,
    to,
    mutant,
    isOver: () => Date.now() >= endsAt,
    onReport(report) {
      ran += report.ran;
      failed.push(...report.failures.map(({ seed }) => seed));
      if (Date.now() - saidAt < progressEveryMs) return;
      saidAt = Date.now();
      const seconds = Math.round((saidAt - start) / 1_000);
      const which = failed.length > 0 ? `: seeds ${inShort(failed, told)}` : '';
      sayProgress(`${ran} schedules in ${seconds} s, ${failed.length} of them failed${which}`);
    },
  });
  endProgress();
  console.log(`${ran} schedules from seed ${from} on: ${countsOf(failures)}`);
  for (const { seed } of failures.slice(0, told)) {
    console.log(printableLines(`\n${await tellSeed(seed, mutant)}`));
  }
  return failures.length === 0;
}

/** Records a seed for every mutant that has none yet, or whose recorded seed does not catch it any more. */
async function record(): Promise<boolean> {
  const limit = pLimit(availableParallelism());
  const caught = await limit.map(mutants, async (each) => {
    const { caughtAt, ran } = await hunt(each, 10_000);
    if (caughtAt !== undefined) recordSeed(each, caughtAt);
    console.log(`${each.name}: ${caughtAt === undefined ? 'not caught' : `seed ${caughtAt}`}, ${ran} run`);
    return caughtAt !== undefined;
  });
  return caught.every((isCaught) => isCaught);
}

/** The first few seeds, so that whoever waits can look at one already. */
const inShort = (seeds: readonly number[], most: number): string =>
  seeds.slice(0, most).join(', ') + (seeds.length > most ? ', …' : '');

/** How many schedules broke which promise. */
function countsOf(failures: Report['failures']): string {
  const counts = new Map<string, number>();
  for (const { broken } of failures) {
    for (const invariant of broken) counts.set(invariant, (counts.get(invariant) ?? 0) + 1);
  }
  if (counts.size === 0) return 'every promise was kept.';
  const said = [...counts].map(([invariant, count]) => `"${invariant}" broken by ${count}`).join(', ');
  const seeds = failures.map(({ seed }) => seed);
  return `${said}. Seeds ${inShort(seeds, named)}.`;
}

if (values.help) {
  console.log(usage);
} else if (values.mutants) {
  for (const { name, caughtBy } of mutants) console.log(`${name} (${caughtBy})`);
} else if (values.record) {
  process.exitCode = (await record()) ? 0 : 1;
} else {
  const seed = numberOf('seed', 0);
  const hours = numberOf('hours', 0);
  const from = numberOf('from', 0) ?? (hours === undefined ? 0 : Date.now() % 2 ** 31);
  const to = hours === undefined ? from + (numberOf('schedules', 1) ?? 0) : Number.POSITIVE_INFINITY;
  const endsAt = hours === undefined ? Number.POSITIVE_INFINITY : Date.now() + hours * 3_600_000;
  const isKept = await (seed === undefined ? search(from, to, endsAt) : replay(seed));
  process.exitCode = isKept ? 0 : 1;
}
