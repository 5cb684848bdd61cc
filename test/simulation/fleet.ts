import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutate.ts';
import type { Order, Report } from './worker.ts';

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

/** Runs schedules from the first seed on until one of them breaks the promise by which the mutant is to be caught. */
export async function hunt(mutant: Mutant, schedules: number): Promise<Report> {
  const worker = await openWorker(mutant);
  try {
    return await worker.run({ from: 0, to: schedules, until: mutant.caughtBy });
  } finally {
    await worker.close();
  }
}
