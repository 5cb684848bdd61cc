import { execFileSync } from 'node:child_process';
import { createDice } from '../world/dice.ts';
import { mutants, mutantsByPart } from './mutants.ts';
import type { Mutant } from './mutate.ts';

/** Schedules of a whole run, which are those from seed 0 on. */
const allSchedules = 10_000;
const sampledSchedules = 300;
const sampledMutantsOfEachPart = 3;

/** What a run of the tests is to simulate. */
export interface Sample {
  /** Seeds of schedules: from the first up to, and without, the last. */
  from: number;
  to: number;
  mutants: readonly Mutant[];
  /** What this is, and the command that runs the same again. */
  description: string;
}

/**
 * A sample by default, the same for the same commit: 300 schedules and 18 mutants. `SIMULATION=all` takes 10,000 schedules
 * and every mutant, `SIMULATION=<seed>` the sample of another seed.
 */
export function readSample(): Sample {
  const setting = process.env.SIMULATION;
  if (setting === 'all') {
    const description = `${allSchedules} schedules and every mutant`;
    return { from: 0, to: allSchedules, mutants, description };
  }
  const { seed, source } =
    setting === undefined ? seedOfCommit() : { seed: Number(setting), source: 'SIMULATION' };
  if (!Number.isSafeInteger(seed)) {
    throw new Error(
      `SIMULATION must be "all" or the seed of a sample, which is a whole number, not "${setting}".`,
    );
  }
  return takeSample(seed, source);
}

/** @param source where the seed comes from */
export function takeSample(seed: number, source: string): Sample {
  const dice = createDice(seed, 'sample');
  const from = dice.below(allSchedules - sampledSchedules + 1);
  const few = mutantsByPart.flatMap((all) => {
    const common = all.filter(({ isRare }) => !isRare);
    return Array.from({ length: sampledMutantsOfEachPart }, () =>
      common.splice(dice.below(common.length), 1),
    ).flat();
  });
  const description = `${sampledSchedules} schedules from seed ${from} on and ${few.length} mutants, chosen by ${source}. \
Again: SIMULATION=${seed} npx vitest run --project simulation`;
  return { from, to: from + sampledSchedules, mutants: few, description };
}

function seedOfCommit(): { seed: number; source: string } {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
    return { seed: Number.parseInt(commit.slice(0, 8), 16), source: `commit ${commit.slice(0, 8)}` };
  } catch {
    return { seed: 1, source: 'a fixed seed, since there is no Git repository' };
  }
}
