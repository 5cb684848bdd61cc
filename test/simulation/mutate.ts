import { registerHooks } from 'node:module';
import type { Invariant } from '../world/journal.ts';

/** A mistake that somebody could make: one place in the source code, replaced. */
export interface Mutant {
  /** What is then the case. */
  name: string;
  /** Code that occurs exactly once in the simulated sources, with placeholders; see `findPattern`. */
  pattern: string;
  /** A path, such as `client/src`, below which the pattern is searched; all simulated sources if it is left out. */
  below?: string;
  /** Code with the same placeholders. */
  replacement: string;
  /** The promise that it is known to break. */
  caughtBy: Invariant;
  /** Whether only one of more than 100 schedules shows it, so that it is too slow for a sample. */
  isRare?: boolean;
}

/** A source file with a mistake in it. */
export interface Mutation {
  url: string;
  path: string;
  source: string;
}

/** Makes a mistake for this thread, when its file is loaded; the file stays as it is. */
export function mutate({ url: mutated, source }: Mutation): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === mutated ? { ...loaded, source } : loaded;
    },
  });
}
