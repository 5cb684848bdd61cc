import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksIn } from '../support/markdown.ts';

const root = join(import.meta.dirname, '../..');
const documents = globSync(
  ['*.md', 'docs/**/*.md', 'client/*.md', 'lib/*.md', 'examples/*/*.md', 'test/**/*.md'],
  { cwd: root },
);
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const projects = [...read('vitest.config.ts').matchAll(/project\('([\w-]+)'/g)].map(([, name]) => name);

/** A path in this repository begins with one of its folders. */
const path =
  /^(?:bin|client|docs|examples|functions|lib|local|migrations|test|\.ci|\.github)\/[\w./-]*[\w-]$/;

/** These tell of their day: files and commands may have changed since. */
const isHistory = (document: string) => /^(CHANGELOG\.md$|docs\/decisions\/\d)/.test(document);
const current = documents.filter((document) => !isHistory(document));

describe('Every document', () => {
  it.each(documents)('links to files and headings that exist: %s', (document) => {
    const broken = linksIn(read(document))
      .map(({ target }) => target)
      .filter((target) => !/^(https?|mailto):/.test(target) && !leadsSomewhere(document, target));
    expect(broken).toEqual([]);
  });

  it.each(current)('names files that exist: %s', (document) => {
    const exists = (name: string) =>
      existsSync(join(root, name)) || existsSync(join(root, dirname(document), name));
    expect(pathsIn(read(document)).filter((name) => !exists(name))).toEqual([]);
  });

  it.each(current)('names scripts of npm that exist: %s', (document) => {
    const named = [...read(document).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(
      ([, name = '']) => name,
    );
    const scripts = [root, join(root, dirname(document))].flatMap(scriptsIn);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it.each(current)('names projects of Vitest that exist: %s', (document) => {
    const named = [...read(document).matchAll(/--project ([\w-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !projects.includes(name))).toEqual([]);
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const linked = file === '' ? document : normalize(join(dirname(document), file));
  if (!existsSync(join(root, linked))) return false;
  if (anchor === undefined) return true;
  return statSync(join(root, linked)).isFile() && anchorsOf(read(linked)).includes(anchor);
}

/** The paths among the words of all code, inline and in blocks. */
function pathsIn(markdown: string): string[] {
  const code = markdown.match(/^ *```.*?^ *```$|`[^`\n]+`/gms) ?? [];
  return code.flatMap((text) => text.split(/[\s`'"()[\],]+/)).filter((word) => path.test(word));
}

function scriptsIn(folder: string): string[] {
  const file = join(folder, 'package.json');
  return existsSync(file) ? Object.keys(JSON.parse(readFileSync(file, 'utf8')).scripts ?? {}) : [];
}
