import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Invariant } from '../world/journal.ts';
import { checkSource, parseSource, type SourceFile } from './code.ts';
import { findPattern, replaceMatch } from './pattern.ts';

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

const root = new URL('../../', import.meta.url);
const simulated = ['client/src', 'functions'];
let sources: SourceFile[] | undefined;

/** Every source file that a simulated system may consist of. */
function readSources(): SourceFile[] {
  const paths = simulated.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => `${folder}/${path}`),
  );
  return paths.map((path) => parseSource(path, readFileSync(new URL(path, root), 'utf8')));
}

/**
 * Finds where a mistake is to be made, and makes it in a copy of that file.
 * @throws if the pattern does not match exactly one place, or what replaces it is no code
 */
export function locate({ name, pattern, below = '', replacement }: Mutant): Mutation {
  sources ??= readSources();
  const matches = findPattern(
    pattern,
    sources.filter(({ path }) => path.startsWith(below)),
  );
  const [match] = matches;
  if (!match || matches.length > 1) {
    const where = matches.map(({ file, start }) => `\n  ${file.path}:${lineOf(file, start)}`).join('');
    throw new Error(
      `The pattern of the mutant "${name}" must match exactly one place, but it matches ${matches.length}:${where}\n${pattern}`,
    );
  }
  const { path } = match.file;
  const source = replaceMatch(match, replacement);
  // It is to be wrong, but not so wrong that it cannot be loaded.
  checkSource(path, source);
  return { url: new URL(path, root).href, path, source };
}

const lineOf = ({ text }: SourceFile, at: number): number => text.slice(0, at).split('\n').length;

/** Makes a mistake for this thread, when its file is loaded; the file stays as it is. */
export function mutate({ url: mutated, source }: Mutation): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === mutated ? { ...loaded, source } : loaded;
    },
  });
}
