import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { version, workspaces } = JSON.parse(read('package.json'));

describe('The version', () => {
  it.each<string>(workspaces)('is the same for the workspace %s', (workspace) => {
    expect(JSON.parse(read(join(workspace, 'package.json'))).version).toBe(version);
  });

  it('has a section in the changelog', () => {
    expect(read('CHANGELOG.md')).toContain(`\n## ${version}`);
  });
});

describe('The packages of others', () => {
  it('have one version in all package.json files', () => {
    const versions = new Map<string, Set<string>>();
    for (const folder of ['.', ...workspaces, 'examples/nextjs', 'examples/booking']) {
      const { dependencies, devDependencies } = JSON.parse(read(join(folder, 'package.json')));
      for (const [name, wanted] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
        versions.set(name, (versions.get(name) ?? new Set()).add(wanted));
      }
    }
    const differing = [...versions].filter(([name, { size }]) => !/^@?belfry/.test(name) && size > 1);
    expect(differing.map(([name, wanted]) => `${name}: ${[...wanted].join(' and ')}`)).toEqual([]);
  });
});

describe('The names of tarballs', () => {
  it.each([
    'README.md',
    'client/README.md',
    'docs/deploy.md',
    'examples/nextjs/README.md',
    'examples/booking/package.json',
  ])('have the version in %s', (file) => {
    const versions = [...read(file).matchAll(/belfry(?:-cdk)?-(\d+\.\d+\.\d+)\.tgz/g)].map(
      ([, named]) => named,
    );
    expect(new Set(versions)).toEqual(new Set([version]));
  });
});
