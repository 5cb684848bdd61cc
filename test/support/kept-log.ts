import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where every system of the run keeps its lines; undefined where a project does not look at them. */
    logDirectory: string | undefined;
  }
}

/**
 * What a system of a run of tests keeps in the run's directory: every line that it reports, every secret that no line may
 * hold, and the denials that its test expects. Only the whole run has all secrets: one process makes tokens for the system
 * of another.
 */
export interface KeptLog {
  /** Keeps a line: of a function, of a gateway, of whatever else the system or a command says. */
  report(line: KeptLine): void;
  /** Keeps what is not to be seen: a password, a key, or a token, whose parts count each. */
  secret(...values: string[]): void;
  /**
   * Says that IAM or a function's permissions deny this action at least once in a line of this log, such as
   * `dynamodb:Query`. A denial that no test expects fails the run, and so does an expected one that does not come.
   */
  expectDenial(action: string): void;
}

/** A line, and who has said it. */
export interface KeptLine {
  source: string;
  message: string;
}

const endings = { lines: '.lines', secrets: '.secrets', expected: '.expected' };

/** @param directory of the run; undefined if no log is kept */
export function keepLog(directory: string | undefined): KeptLog {
  if (directory === undefined) return { report() {}, secret() {}, expectDenial() {} };
  const file = join(directory, randomUUID());
  // At once and not by a stream, which would lose its last lines with the process.
  const write = (kind: keyof typeof endings, value: unknown) =>
    appendFileSync(file + endings[kind], `${JSON.stringify(value)}\n`);
  return {
    report: ({ source, message }) => write('lines', { source, message }),
    secret: (...values) => {
      for (const value of values) write('secrets', value);
    },
    expectDenial: (action) => write('expected', action),
  };
}

/** What was kept in the files of a kind, each with its place. */
export async function readKept<Value>(
  directory: string,
  kind: keyof typeof endings,
): Promise<{ place: string; value: Value }[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(endings[kind]));
  const files = await Promise.all(
    names.map(async (name) => {
      const lines = (await readFile(join(directory, name), 'utf8')).split('\n').filter(Boolean);
      return lines.map((line, index) => ({ place: `${name}:${index + 1}`, value: JSON.parse(line) }));
    }),
  );
  return files.flat();
}
