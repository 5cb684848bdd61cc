import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { invariants, ofTheModel } from '../world/journal.ts';
import { hunt } from './fleet.ts';
import { mutants } from './mutants.ts';
import { readSample } from './sample.ts';

const sample = readSample();
/** Schedules that may miss a mutant before it counts as missed: all of a whole run. */
const schedules = 10_000;
const limit = pLimit(availableParallelism());

console.log(`Simulated: ${sample.description}`);

describe.concurrent('The simulation sees that', () => {
  it.each(sample.mutants)('$name', { timeout: 1_800_000 }, async (mutant) => {
    const { caughtAt } = await limit(() => hunt(mutant, schedules));
    expect(caughtAt, `No schedule breaks "${mutant.caughtBy}"`).toBeDefined();
  });
});

describe('Every promise', () => {
  it('is broken by some mistake, unless only the model can break it', () => {
    const broken = new Set(mutants.map(({ caughtBy }) => caughtBy));
    expect(invariants.filter((invariant) => !broken.has(invariant))).toEqual(ofTheModel);
  });
});
