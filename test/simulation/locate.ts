import { readdirSync, readFileSync } from 'node:fs';
import { checkSource, parseSource, type SourceFile } from './code.ts';
import type { Mutant, Mutation } from './mutate.ts';
import { findPattern, replaceMatch } from './pattern.ts';

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
