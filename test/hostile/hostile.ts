import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printableLines } from '../../local/printable.ts';
import { refuseDenials } from '../support/denials.ts';
import { refuseLeaks } from '../support/leaks.ts';
import { search } from './search.ts';
import { startWorld } from './world.ts';

const usage = `npm run hostile                        makes 5,000 requests
npm run hostile -- --requests 100000   makes so many; --from 17 begins with seed 17
npm run hostile -- --seed 17           makes one, alone`;

const progressEveryMs = 10_000;

const values = readOptions();

function readOptions() {
  try {
    return parseArgs({
      options: {
        requests: { type: 'string', default: '5000' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(reason: string): never {
  console.error(printableLines(`${reason}\n\n${usage}`));
  process.exit(2);
}

function numberOf(name: 'requests' | 'from' | 'seed', least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  return refuse(`--${name} must be a whole number from ${least} on, not "${values[name]}".`);
}

async function attack(range: { from: number; count: number }): Promise<boolean> {
  const logDirectory = await mkdtemp(join(tmpdir(), 'belfry-hostile-'));
  await using left = new AsyncDisposableStack();
  left.defer(() => rm(logDirectory, { recursive: true, force: true }));
  const world = await startWorld(logDirectory);
  const stopped = left.adopt(world, (each) => each.stop());
  const start = Date.now();
  let saidAt = start;
  let made = 0;
  const findings = await search(world, range, (count) => {
    made = count;
    if (Date.now() - saidAt < progressEveryMs) return;
    saidAt = Date.now();
    console.log(`${made} requests in ${Math.round((saidAt - start) / 1_000)} s`);
  });
  await stopped.stop();
  console.log(
    `${made} requests from seed ${range.from} on: ${findings.length === 0 ? 'nothing found.' : ''}`,
  );
  for (const { report } of findings) console.log(printableLines(`\n${report}`));
  await refuseLeaks(logDirectory);
  await refuseDenials(logDirectory);
  return findings.length === 0;
}

if (values.help) {
  console.log(usage);
} else {
  const range =
    values.seed === undefined
      ? { from: numberOf('from', 0), count: numberOf('requests', 1) }
      : { from: numberOf('seed', 0), count: 1 };
  const isFine = await attack(range).catch((error: unknown) => {
    console.error(printableLines(error instanceof Error ? error.message : String(error)));
  });
  process.exitCode = isFine ? 0 : 1;
}
