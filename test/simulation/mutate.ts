import { registerHooks } from 'node:module';
import type { Invariant } from './journal.ts';

/** A mistake that somebody could make: one text of one source file, which occurs in it once, replaced by another. */
export interface Mutant {
  /** What is then the case. */
  name: string;
  file: string;
  search: string;
  replace: string;
  /** The promise that it is known to break. */
  caughtBy: Invariant;
}

const root = new URL('../../', import.meta.url);

/**
 * Makes a mistake in a source file for this thread, as it is loaded; the file stays as it is.
 * @throws from the import of the file, where the text does not occur in it exactly once
 */
export function mutate({ name, file, search, replace }: Mutant): void {
  const mutated = new URL(file, root).href;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== mutated) return loaded;
      const parts = String(loaded.source ?? '').split(search);
      if (parts.length !== 2) {
        throw new Error(`The mutant "${name}" needs a text that ${file} has ${parts.length - 1} times.`);
      }
      return { ...loaded, source: parts.join(replace) };
    },
  });
}
