import { readFileSync, writeFileSync } from 'node:fs';
import { mutants } from './mutants.ts';
import type { Mutant } from './mutate.ts';

const file = new URL('./seeds.json', import.meta.url);

/**
 * The seeds that caught the mutants when `npm run simulate -- --record` was run last, by the mutants' names. A hunt tries
 * this seed first, because only one of thousands of schedules shows a rare mutant.
 */
const recorded: Record<string, number | undefined> = JSON.parse(readFileSync(file, 'utf8'));

export const recordedSeed = ({ name }: Mutant): number | undefined => recorded[name];

/** Records the seed that caught a mutant, and removes those of mutants that exist no more. */
export function recordSeed({ name }: Mutant, seed: number): void {
  recorded[name] = seed;
  const entries = mutants.map((each) => [each.name, recorded[each.name]]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
