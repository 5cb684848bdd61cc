import type { Step } from './operation.ts';
import type { Schedule } from './schedule.ts';
import { simulate } from './simulation.ts';

/**
 * A schedule that breaks the same promise with as few steps as possible: parts are taken out, halves first and single
 * steps last, for as long as it goes on failing (delta debugging). What is left keeps its ids, and with them its seeds.
 */
export async function shrink(schedule: Schedule): Promise<Schedule> {
  const broken = await firstBroken(schedule);
  if (broken === undefined) return schedule;
  const isFailing = async (steps: Step[]) => (await firstBroken({ ...schedule, steps })) === broken;
  let steps = schedule.steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    steps = await without(steps, size, isFailing);
  }
  // Once more, since the last single steps may only now have become needless.
  steps = await without(steps, 1, isFailing);
  return { ...schedule, steps };
}

/** Takes out each part of this size that is not needed. */
async function without(steps: Step[], size: number, isFailing: (steps: Step[]) => Promise<boolean>) {
  let kept = steps;
  for (let start = 0; start < kept.length; ) {
    const rest = kept.toSpliced(start, size);
    if (await isFailing(rest)) kept = rest;
    else start += size;
  }
  return kept;
}

async function firstBroken(schedule: Schedule): Promise<string | undefined> {
  return (await simulate(schedule)).violations[0]?.invariant;
}
