import { describe, expect, it } from 'vitest';
import { hunt } from './fleet.ts';
import { mutants } from './mutants.ts';

const schedules = 10_000;
const mutant = mutants.find(({ name }) => name === 'what has been seen stays seen');

describe('A hunt for a mutant', { timeout: 600_000 }, () => {
  it('tries the recorded seed first, and all schedules if that seed misses the mutant', async () => {
    if (!mutant) throw new Error('There is no such mutant.');
    const misses = 0;
    const first = await hunt(mutant, schedules, misses);
    expect(first.caughtAt).toBeGreaterThan(misses);
    expect(first.ran).toBeGreaterThan(2);
    expect(await hunt(mutant, schedules, first.caughtAt)).toEqual({ caughtAt: first.caughtAt, ran: 1 });
  });

  it('finds nothing if no schedule shows the mutant', async () => {
    if (!mutant) throw new Error('There is no such mutant.');
    expect(await hunt(mutant, 1, 1)).toEqual({ caughtAt: undefined, ran: 2 });
  });
});
