import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { hunt } from './fleet.ts';
import { invariants, ofTheModel } from './journal.ts';
import { mutants } from './mutants.ts';

/** As many as a run of the suite has. */
const schedules = 10_000;
const limit = pLimit(availableParallelism());

describe.concurrent('The simulation sees that', () => {
  it.each(mutants)('$name', { timeout: 1_800_000 }, async (mutant) => {
    const { failures } = await limit(() => hunt(mutant, schedules));
    expect(failures.flatMap(({ broken }) => broken)).toContain(mutant.caughtBy);
  });
});

describe('Every promise', () => {
  it('is broken by some mistake, unless only the model can break it', () => {
    const broken = new Set(mutants.map(({ caughtBy }) => caughtBy));
    expect(invariants.filter((invariant) => !broken.has(invariant))).toEqual(ofTheModel);
  });
});
