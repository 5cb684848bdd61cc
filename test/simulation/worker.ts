import { parentPort, workerData } from 'node:worker_threads';
import type { Invariant } from '../world/journal.ts';
import { type Mutation, mutate } from './mutate.ts';

/** Seeds to run: from the first up to, and without, the last. */
export interface Order {
  from: number;
  to: number;
  /** Ends with the first schedule that breaks this promise. */
  until?: Invariant;
}

/** What came of an order. */
export interface Report {
  ran: number;
  failures: Failure[];
}

/** A seed whose schedule breaks promises: which, once each. */
export interface Failure {
  seed: number;
  broken: Invariant[];
}

// A schedule throws hundreds of errors, so we drop their stacks. A replay has them.
Error.stackTraceLimit = 0;

const { mutation }: { mutation?: Mutation } = workerData;
if (mutation) mutate(mutation);
const { createSchedule } = await import('./schedule.ts');
const { simulate } = await import('./simulation.ts');

parentPort?.on('message', async ({ from, to, until }: Order) => {
  const report: Report = { ran: 0, failures: [] };
  for (let seed = from; seed < to; seed += 1) {
    const { violations } = await simulate(createSchedule(seed));
    report.ran += 1;
    const broken = [...new Set(violations.map(({ invariant }) => invariant))];
    if (broken.length > 0) report.failures.push({ seed, broken });
    if (until && broken.includes(until)) break;
  }
  parentPort?.postMessage(report);
});
