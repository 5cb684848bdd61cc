import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complete, type LockedPackage, problemsOf } from '../../bin/lockfile.ts';

const root = join(import.meta.dirname, '../..');
const integrity = `sha512-${'a'.repeat(86)}==`;
const withEntry = (entry: LockedPackage, folder = 'node_modules/@scope/tool') => ({
  packages: { '': { name: 'app' }, client: { version: '0.1.0' }, [folder]: entry },
});

describe('A lockfile of this repository', () => {
  it.each(['package-lock.json', 'examples/nextjs/package-lock.json'])(
    'has an integrity for each package that npm downloads: %s',
    (file) => {
      const lockfile = JSON.parse(readFileSync(join(root, file), 'utf8'));
      expect(problemsOf(lockfile)).toEqual([]);
    },
  );
});

describe('The check of a lockfile', () => {
  it.each<[string, LockedPackage]>([
    ['an integrity and no address', { version: '1.0.0', integrity }],
    [
      'an address of the public registry',
      { version: '1.0.0', integrity, resolved: 'https://registry.npmjs.org/tool/-/tool-1.0.0.tgz' },
    ],
    ['a workspace', { link: true, resolved: 'client' }],
    ['a folder of this repository', { version: '0.1.0', resolved: 'file:../../client' }],
    ['a part of another package', { version: '1.0.0', inBundle: true }],
  ])('accepts %s', (_, entry) => {
    expect(problemsOf(withEntry(entry))).toEqual([]);
  });

  it.each<[string, LockedPackage]>([
    ['a package without an integrity', { version: '1.0.0' }],
    ['an optional package without an integrity', { version: '1.0.0', optional: true } as LockedPackage],
    ['SHA-1', { version: '1.0.0', integrity: `sha1-${'a'.repeat(27)}=` }],
    ['an integrity that is cut off', { version: '1.0.0', integrity: 'sha512-aaaa' }],
  ])('refuses %s', (_, entry) => {
    expect(problemsOf(withEntry(entry))).toEqual(['node_modules/@scope/tool has no SHA-512 integrity.']);
  });

  it.each([
    'https://registry.example/tool/-/tool-1.0.0.tgz',
    'https://registry.npmjs.org.example/tool/-/tool-1.0.0.tgz',
    'http://registry.npmjs.org/tool/-/tool-1.0.0.tgz',
    'git+ssh://git@github.com/scope/tool.git#0123456',
  ])('refuses what comes from %s', (resolved) => {
    expect(problemsOf(withEntry({ version: '1.0.0', integrity, resolved }))).toEqual([
      `node_modules/@scope/tool comes from ${resolved}, and not from https://registry.npmjs.org/.`,
    ]);
  });
});

describe('npm run lockfile', () => {
  it('adds the integrity of a package under its own name, at the place where npm writes it', () => {
    const folder = 'node_modules/react-18/node_modules/alias';
    const lockfile = withEntry({ name: '@scope/tool', version: '1.0.0' }, folder);
    const specs: string[] = [];
    const completed = complete(lockfile, (spec) => {
      specs.push(spec);
      return integrity;
    });
    expect(specs).toEqual(['@scope/tool@1.0.0']);
    expect(Object.keys(completed.packages[folder] ?? {})).toEqual(['name', 'version', 'integrity']);
    expect(problemsOf(completed)).toEqual([]);
  });

  it('changes nothing in a lockfile that is complete', () => {
    const lockfile = withEntry({ version: '1.0.0', integrity });
    const lookUp = () => expect.unreachable('Nothing is missing.');
    expect(complete(lockfile, lookUp)).toEqual(lockfile);
  });
});
