import { parentPort, workerData } from 'node:worker_threads';
import type { Violation } from './journal.ts';
import type { Mutant } from './mutants.ts';
import { mutate } from './mutate.ts';

/** Seeds to run: from the first up to, and without, the last. */
export interface Order {
  from: number;
  to: number;
  /** Whether the first that fails is enough. */
  isFirstEnough: boolean;
}

/** What came of an order. */
export interface Report {
  ran: number;
  failures: Failure[];
}

/** A seed whose schedule breaks a promise. */
export interface Failure {
  seed: number;
  violations: Violation[];
}

// Errors are thrown by the hundred in a schedule, and nobody reads where; whoever replays one has them whole.
Error.stackTraceLimit = 0;

const { mutant }: { mutant?: Mutant } = workerData;
if (mutant) mutate(mutant);
const { createSchedule } = await import('./schedule.ts');
const { simulate } = await import('./simulation.ts');

parentPort?.on('message', async ({ from, to, isFirstEnough }: Order) => {
  const report: Report = { ran: 0, failures: [] };
  for (let seed = from; seed < to; seed += 1) {
    const { violations } = await simulate(createSchedule(seed));
    report.ran += 1;
    if (violations.length > 0) report.failures.push({ seed, violations: violations.slice(0, 5) });
    if (violations.length > 0 && isFirstEnough) break;
  }
  parentPort?.postMessage(report);
});
