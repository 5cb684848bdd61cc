import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutate.ts';
import { recordedSeed } from './seeds.ts';
import type { Order, Report } from './worker.ts';

/** What came of the hunt for a mutant. */
export interface Hunt {
  /** The seed whose schedule caught it; undefined if none did. */
  caughtAt: number | undefined;
  /** How many schedules were run. */
  ran: number;
}

/** Seeds that a worker takes at once. */
const orderSize = 50;

/** A thread that runs schedules, with a mistake in the sources where a mutant is given. */
async function openWorker(mutant?: Mutant) {
  // Loaded only now: the compiler, which finds the place, is large.
  const mutation = mutant && (await import('./locate.ts')).locate(mutant);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { mutation },
    execArgv: [],
  });
  return {
    run: (order: Order): Promise<Report> =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners();
        worker.once('message', resolve).once('error', reject);
        worker.postMessage(order);
      }),
    close: () => worker.terminate(),
  };
}

/**
 * Runs the schedules of seeds on every core, in their order.
 * @param mutant a mistake to make meanwhile
 * @param isOver asked before each order; whether to stop before the last
 * @param onReport told of each order that was run
 */
export async function runSeeds({
  from,
  to,
  mutant,
  isOver = () => false,
  onReport = () => {},
}: {
  from: number;
  to: number;
  mutant?: Mutant | undefined;
  isOver?: () => boolean;
  onReport?: (report: Report) => void;
}): Promise<Report> {
  const total: Report = { ran: 0, failures: [] };
  let next = from;
  async function work(): Promise<void> {
    const worker = await openWorker(mutant);
    try {
      while (next < to && !isOver()) {
        const first = next;
        next = Math.min(to, first + orderSize);
        const report = await worker.run({ from: first, to: next });
        total.ran += report.ran;
        total.failures.push(...report.failures);
        onReport(report);
      }
    } finally {
      await worker.close();
    }
  }
  const workers = Math.min(availableParallelism(), Math.ceil((to - from) / orderSize));
  await Promise.all(Array.from({ length: workers }, work));
  total.failures.sort((a, b) => a.seed - b.seed);
  return total;
}

/**
 * Runs schedules until one of them breaks the promise by which the mutant is to be caught: first the schedule of the recorded
 * seed, then all from seed 0 on.
 * @param recorded the seed that caught this mutant before; it may miss it after a change of the code
 */
export async function hunt(
  mutant: Mutant,
  schedules: number,
  recorded: number | undefined = recordedSeed(mutant),
): Promise<Hunt> {
  const until = mutant.caughtBy;
  const worker = await openWorker(mutant);
  let ran = 0;
  async function search(from: number, to: number): Promise<number | undefined> {
    const report = await worker.run({ from, to, until });
    ran += report.ran;
    return report.failures.find(({ broken }) => broken.includes(until))?.seed;
  }
  try {
    const again = recorded === undefined ? undefined : await search(recorded, recorded + 1);
    return { caughtAt: again ?? (await search(0, schedules)), ran };
  } finally {
    await worker.close();
  }
}
