import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { invariants } from '../simulation/journal.ts';

const root = join(import.meta.dirname, '../..');
const promises = promisesIn(readFileSync(join(root, 'docs/guarantees.md'), 'utf8'));
const isInvariant = (name: string) => invariants.some((one) => one === name);

describe('Each promise in docs/guarantees.md', () => {
  it.each(promises)('is held by something: $promise', ({ heldBy }) => {
    expect(quotedIn(heldBy)).not.toEqual([]);
  });

  it.each(promises)('names invariants and files of tests that there are: $promise', ({ heldBy }) => {
    const missing = quotedIn(heldBy).filter((name) => !isInvariant(name) && !existsSync(join(root, name)));
    expect(missing).toEqual([]);
  });

  it.each(promises)('names tests by the titles that they have: $promise', ({ heldBy }) => {
    const missing = titlesIn(heldBy).filter(
      ({ title, file }) => !readFileSync(join(root, file), 'utf8').includes(title),
    );
    expect(missing).toEqual([]);
  });
});

it('Every invariant of the simulation holds a promise in docs/guarantees.md', () => {
  const named = promises.flatMap(({ heldBy }) => quotedIn(heldBy));
  expect(invariants.filter((name) => !named.includes(name))).toEqual([]);
});

/** The rows of the first table. */
function promisesIn(text: string): { promise: string; heldBy: string }[] {
  const lines = text.slice(text.indexOf('| Promise')).split('\n');
  const rows = lines.slice(2, lines.indexOf(''));
  return rows.map((row) => {
    const [, promise = '', heldBy = ''] = row.split('|').map((cell) => cell.trim());
    return { promise, heldBy };
  });
}

/** `what stands in backquotes`: an invariant, or a file. */
function quotedIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** "A title" in `a file`. */
function titlesIn(cell: string): { title: string; file: string }[] {
  return [...cell.matchAll(/"([^"]+)" in `([^`]+)`/g)].map(([, title = '', file = '']) => ({ title, file }));
}
