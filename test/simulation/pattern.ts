import ts from 'typescript';
import { type Code, parseSnippet, type SourceFile } from './code.ts';

/** A place in a file that a pattern matches. */
export interface Match {
  file: SourceFile;
  start: number;
  end: number;
  isStatement: boolean;
  /** What each placeholder stands for. */
  bindings: Map<string, Code>;
}

/** Dollar signs tell how much a placeholder stands for. */
const placeholder = /(\${1,3})[a-zA-Z]\w*/g;

/**
 * Every place that a pattern matches. A pattern is code: one expression, or statements that follow one another. It is
 * compared by structure, so that line breaks, comments, types, trailing commas, and parentheses and braces that change
 * nothing do not matter. Placeholders stand for code that may be named differently tomorrow: `$name` for one identifier,
 * `$$name` for any expression, and `$$$name` for the rest of a list (of arguments, elements or statements). The same
 * placeholder stands for the same code everywhere in the pattern.
 * @throws SyntaxError if the pattern is no code
 */
export function findPattern(pattern: string, files: readonly SourceFile[]): Match[] {
  const wanted = parseSnippet(pattern);
  return files.flatMap((file) => search(wanted, file));
}

/**
 * The text of the file with the matched place replaced.
 * @param replacement code, with the placeholders of the pattern; if it is empty, the matched statements are deleted
 * @throws if the replacement has a placeholder that the pattern does not have
 */
export function replaceMatch(
  { file, start, end, isStatement, bindings }: Match,
  replacement: string,
): string {
  const filled = replacement.replaceAll(placeholder, (name) => {
    const bound = bindings.get(name);
    if (!bound) throw new Error(`The pattern has no placeholder ${name}, which the replacement uses.`);
    const text = file.text.slice(bound.start, bound.end);
    // An expression stays one whole.
    return name.startsWith('$$') && !name.startsWith('$$$') ? `(${text})` : text;
  });
  // A branch keeps a statement, although it may be an empty one.
  const code = isStatement ? `${filled};` : `(${filled})`;
  return file.text.slice(0, start) + code + file.text.slice(end);
}

function search(wanted: readonly Code[], file: SourceFile): Match[] {
  const [first] = wanted;
  const places = (first && file.places.get(first.kind)) ?? [];
  return places.flatMap(({ siblings, index }) => {
    const found = siblings.slice(index, index + wanted.length);
    const [start, end] = [found.at(0), found.at(-1)];
    const bindings = new Map<string, Code>();
    if (!start || !end || !areSame(wanted, found, bindings)) return [];
    return { file, start: start.start, end: end.end, isStatement: start.isStatement, bindings };
  });
}

function areSame(wanted: readonly Code[], found: readonly Code[], bindings: Map<string, Code>): boolean {
  const last = wanted.at(-1);
  const rest = last && restOf(last);
  if (!rest)
    return (
      wanted.length === found.length && wanted.every((each, index) => isSame(each, found[index], bindings))
    );
  const fixed = wanted.slice(0, -1);
  if (found.length < fixed.length || !areSame(fixed, found.slice(0, fixed.length), bindings)) return false;
  return bind(rest, listOf(found.slice(fixed.length)), bindings);
}

function isSame(wanted: Code, found: Code | undefined, bindings: Map<string, Code>): boolean {
  if (!found) return false;
  if (isPlaceholder(wanted)) {
    const isPossible = wanted.text.startsWith('$$') || found.kind === ts.SyntaxKind.Identifier;
    return isPossible && bind(wanted.text, found, bindings);
  }
  return (
    wanted.kind === found.kind && wanted.text === found.text && areSame(wanted.parts, found.parts, bindings)
  );
}

/** @returns whether the placeholder stands for this code, now or already */
function bind(name: string, found: Code, bindings: Map<string, Code>): boolean {
  const bound = bindings.get(name);
  if (bound) return isSame(bound, found, new Map());
  bindings.set(name, found);
  return true;
}

const isPlaceholder = ({ kind, text }: Code): boolean =>
  kind === ts.SyntaxKind.Identifier && text.startsWith('$');

/** The placeholder for the rest of a list, which as a statement has a semicolon behind it. */
function restOf(code: Code): string | undefined {
  const [only, ...others] = code.parts;
  if (code.kind === ts.SyntaxKind.ExpressionStatement && only && others.length === 0) return restOf(only);
  return isPlaceholder(code) && code.text.startsWith('$$$') ? code.text : undefined;
}

const listOf = (parts: Code[]): Code => ({
  kind: ts.SyntaxKind.SyntaxList,
  text: '',
  parts,
  start: parts[0]?.start ?? 0,
  end: parts.at(-1)?.end ?? 0,
  isStatement: false,
});
