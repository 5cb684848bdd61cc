/** The command `npm run bench`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { printableLines } from '../local/printable.ts';
import { seededRandom } from '../test/support/random.ts';
import type { BenchContext, Measurement } from './benches/bench.ts';
import { benches } from './benches.ts';
import { type Command, readCommand, usage } from './options.ts';
import { createProgress } from './progress.ts';
import { machine, resultsOf, tableOf } from './report.ts';

/** How long a bench measures, beside what it takes to prepare. */
const measuredMs = { quick: 24_000, full: 120_000 };
const leastBlocks = { quick: 5, full: 15 };

const progress = createProgress();
const interrupted = new AbortController();

/** Runs one bench, and stops what it has started, also if Ctrl-C ends it. */
async function runOne(
  name: string,
  { isQuick, seed, place }: { isQuick: boolean; seed: number; place: string },
): Promise<Measurement[]> {
  const bench = benches[name];
  if (!bench) throw new Error(`There is no bench ${name}.`);
  await using stack = new AsyncDisposableStack();
  const size = isQuick ? 'quick' : 'full';
  const context: BenchContext = {
    isQuick,
    random: seededRandom(seed),
    say: (text) => progress.say(`${place} ${name}: ${text}`),
    extentOf: (comparisons) => ({ leastBlocks: leastBlocks[size], forMs: measuredMs[size] / comparisons }),
    stack,
  };
  const { promise, reject } = Promise.withResolvers<never>();
  interrupted.signal.addEventListener('abort', () => reject(interrupted.signal.reason), { once: true });
  return await Promise.race([bench.run(context), promise]);
}

async function run({ names, isQuick, seed }: Command & { kind: 'run' }): Promise<void> {
  const date = new Date();
  const measurements: Measurement[] = [];
  const failures: string[] = [];
  for (const [index, name] of names.entries()) {
    try {
      const place = `${index + 1}/${names.length}`;
      measurements.push(...(await runOne(name, { isQuick, seed, place })));
    } catch (error) {
      // The others took long, and are worth a table.
      if (interrupted.signal.aborted) throw error;
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  progress.clear();
  const { processor, cores, node, load } = machine();
  console.log(`${processor}, ${cores} cores, load ${load}, Node ${node}${isQuick ? ', quick' : ''}\n`);
  console.log(tableOf(measurements));
  const directory = join(import.meta.dirname, 'results');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${date.toISOString().replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(resultsOf(measurements, { date, isQuick, seed }), null, 2)}\n`);
  console.log(`\n${relative(process.cwd(), file)}`);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

function list(): void {
  const width = Math.max(...Object.keys(benches).map((name) => name.length));
  for (const [name, { about }] of Object.entries(benches)) console.log(`${name.padEnd(width)}  ${about}`);
}

// The first Ctrl-C stops what has been started. The second one ends at once; the parts then end by themselves.
function interrupt(): void {
  if (interrupted.signal.aborted) process.exit(130);
  interrupted.abort(new Error('Interrupted. Nothing was written.'));
}
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

try {
  const command = readCommand(process.argv.slice(2), Object.keys(benches));
  if (command.kind === 'help') console.log(usage);
  else if (command.kind === 'list') list();
  else await run(command);
} catch (error) {
  progress.clear();
  console.error(`✗ ${printableLines(error instanceof Error ? error.message : String(error))}`);
  process.exit(interrupted.signal.aborted ? 130 : 1);
}
