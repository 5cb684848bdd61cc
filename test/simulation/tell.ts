import type { Mutant } from './mutate.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

/**
 * What a person needs to understand a failure: the promise that broke, the fewest steps that break it, and what happened.
 * @param mutant the mistake that is made meanwhile
 */
export async function tell(schedule: Schedule, mutant?: Mutant): Promise<string> {
  const shrunk = await shrink(schedule);
  const { violations, lines } = await simulate(shrunk, { trace: true });
  const { steps, ...settings } = shrunk;
  return [
    `Seed ${schedule.seed} breaks a promise; ${steps.length} of its ${schedule.steps.length} steps are enough.`,
    `Again: npm run simulate -- --seed ${schedule.seed}${mutant ? ` --mutant "${mutant.name}"` : ''}`,
    '',
    JSON.stringify(settings),
    ...steps.map(
      ({ id, afterMs, operation }) => `  ${id}, after ${afterMs} ms: ${JSON.stringify(operation)}`,
    ),
    '',
    ...lines,
    '',
    ...violations.map(({ invariant, detail }) => `BROKEN ${invariant}: ${detail}`),
  ].join('\n');
}

export const tellSeed = (seed: number, mutant?: Mutant): Promise<string> =>
  tell(createSchedule(seed), mutant);
