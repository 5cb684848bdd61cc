import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { hunt } from './fleet.ts';
import { mutants } from './mutants.ts';

const limit = pLimit(availableParallelism());

describe.concurrent('The simulation sees that', () => {
  it.each(mutants)('$name', { timeout: 1_800_000 }, async (mutant) => {
    const { failures } = await limit(() => hunt(mutant, 1_000));
    expect(failures).not.toEqual([]);
  });
});
