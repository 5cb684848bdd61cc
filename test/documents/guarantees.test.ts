import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksIn } from '../support/markdown.ts';
import { invariants } from '../world/journal.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/guarantees');
const index = readFileSync(join(folder, 'README.md'), 'utf8');

/** A promise, by the link that the index has for it, and the names of what holds it. */
interface Promised {
  sentence: string;
  target: string;
  /** In backquotes: invariants of the simulation, and files. */
  names: string[];
  /** "A title" in `a file`. */
  titles: { title: string; file: string }[];
}

const promises = linksIn(index)
  .filter(({ target }) => target.includes('#') && !target.startsWith('#'))
  .map(readPromise);
const isInvariant = (name: string) => invariants.some((one) => one === name);

describe('Each guarantee', () => {
  it.each(promises)('is the heading of a section: $sentence', ({ sentence, target }) => {
    const [page = '', anchor = ''] = target.split('#');
    expect(anchorsOf(readFileSync(join(folder, page), 'utf8'))).toContain(anchor);
    expect(sectionOf(target)).toMatch(new RegExp(`^## ${sentence.slice(0, -1)}\n`));
  });

  it.each(promises)('names a test that holds it: $sentence', ({ names }) => {
    expect(names).not.toEqual([]);
  });

  it.each(promises)('names invariants and files that exist: $sentence', ({ names }) => {
    const missing = names.filter((name) => !isInvariant(name) && !existsSync(join(root, name)));
    expect(missing).toEqual([]);
  });

  it.each(promises)('names tests by their titles: $sentence', ({ titles }) => {
    const missing = titles.filter(
      ({ title, file }) => !readFileSync(join(root, file), 'utf8').includes(title),
    );
    expect(missing).toEqual([]);
  });
});

it('Every section of a page of guarantees is in their index', () => {
  const pages = new Set(promises.map(({ target }) => target.replace(/#.*/, '')));
  const sections = [...pages].flatMap((page) =>
    anchorsOf(readFileSync(join(folder, page), 'utf8'))
      .slice(1)
      .map((anchor) => `${page}#${anchor}`),
  );
  expect(sections).toEqual(promises.map(({ target }) => target));
});

it('Every invariant of the simulation holds a guarantee', () => {
  const named = promises.flatMap(({ names }) => names);
  expect(invariants.filter((name) => !named.includes(name))).toEqual([]);
});

function sectionOf(target: string): string {
  const [page = '', anchor] = target.split('#');
  const sections = readFileSync(join(folder, page), 'utf8').split(/^(?=## )/m);
  return sections.find((section) => anchorsOf(section)[0] === anchor) ?? '';
}

function readPromise({ text: sentence, target }: { text: string; target: string }): Promised {
  const [, heldBy = ''] = sectionOf(target).split('\nHeld by:\n');
  return {
    sentence,
    target,
    names: [...heldBy.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    titles: [...heldBy.matchAll(/"([^"]+)" in `([^`]+)`/g)].map(([, title = '', file = '']) => ({
      title,
      file,
    })),
  };
}
