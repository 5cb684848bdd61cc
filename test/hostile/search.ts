import fc from 'fast-check';
import type { Attempt } from './attempt.ts';
import { laterAttempt, promptAttempt } from './door-attempts.ts';
import { runWave } from './wave.ts';
import type { World } from './world.ts';

/** An attempt that has found something. */
export interface Finding {
  /** The attempt with all that was not needed taken out of it, and what is wrong, to be read. */
  report: string;
  seed: number;
}

/** How many attempts are made with one look at the tables. */
const waveSize = 64;
/** Of so many seeds one is of a door that answers later. */
const laterEvery = 32;
/** The search ends with so many: one mistake is found by many attempts. */
const enough = 3;
const shrinkingMs = 60_000;

const arbitraryOf = (seed: number): fc.Arbitrary<Attempt> =>
  seed % laterEvery === 0 ? laterAttempt : promptAttempt;

/** The attempt of a seed: the same each time, but for the users and the time. */
function attemptOf(seed: number): Attempt {
  const [attempt] = fc.sample(arbitraryOf(seed), { seed, numRuns: 1 });
  if (!attempt) throw new Error(`There is no attempt for the seed ${seed}.`);
  return attempt;
}

/**
 * Makes the attempts of these seeds, and shrinks those that have found something, until there are three.
 * @param onProgress told after each wave how many were made
 */
export async function search(
  world: World,
  { from, count }: { from: number; count: number },
  onProgress: (made: number) => void = () => {},
): Promise<Finding[]> {
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const isLater = (seed: number) => seed % laterEvery === 0;
  const waves = [...inWaves(seeds.filter((seed) => !isLater(seed))), ...inWaves(seeds.filter(isLater))];
  const findings: Finding[] = [];
  let made = 0;
  for (const wave of waves) {
    const attempts = wave.map(attemptOf);
    const faults = await runWave(world, attempts);
    for (const [index, seed] of wave.entries()) {
      const found = faults[index] ?? [];
      if (found.length > 0 && findings.length < enough) findings.push(await shrink(world, seed, found));
    }
    made += wave.length;
    onProgress(made);
    if (findings.length >= enough) break;
  }
  return findings;
}

function* inWaves(seeds: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < seeds.length; start += waveSize) yield seeds.slice(start, start + waveSize);
}

async function shrink(world: World, seed: number, found: readonly string[]): Promise<Finding> {
  const alone = fc.asyncProperty(arbitraryOf(seed), async (attempt) => {
    const [faults = []] = await runWave(world, [attempt]);
    if (faults.length > 0) throw new Error(faults.join('; '));
  });
  const details = await fc.check(alone, { seed, numRuns: 1, interruptAfterTimeLimit: shrinkingMs });
  if (details.failed && details.counterexample) {
    const [attempt] = details.counterexample;
    const error = details.errorInstance instanceof Error ? details.errorInstance.message : '';
    return { seed, report: `Seed ${seed}: ${error}\n${fc.stringify(attempt)}` };
  }
  return {
    seed,
    report: `Seed ${seed}, beside others and not alone: ${found.join('; ')}\n${fc.stringify(attemptOf(seed))}`,
  };
}
