/**
 * Keeps the lockfiles complete. npm verifies a package by the `integrity` of its entry, and leaves it out for optional
 * packages of other platforms, which it does not download.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An entry of `packages` in a lockfile, without what is not needed here. */
export interface LockedPackage {
  /** The name, if the folder has another one. */
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  /** A folder of this repository. */
  link?: boolean;
  /** A part of another package, which the integrity of that package covers. */
  inBundle?: boolean;
}

/** A lockfile of npm, version 3. The keys of `packages` are the folders into which npm installs. */
export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

const root = join(import.meta.dirname, '..');
const files = ['package-lock.json', 'examples/nextjs/package-lock.json'];
const publicRegistry = 'https://registry.npmjs.org/';

/**
 * What is wrong with a lockfile, one line for each entry: an entry without a SHA-512 `integrity`, or one that names another
 * place than the public registry. Without `resolved`, npm takes the registry that is configured, and checks the integrity.
 */
export function problemsOf(lockfile: Lockfile): string[] {
  return downloads(lockfile).flatMap(([folder, { resolved, integrity }]) => [
    ...(/^sha512-[\w+/]{86}==$/.test(integrity ?? '') ? [] : [`${folder} has no SHA-512 integrity.`]),
    ...(resolved === undefined || resolved.startsWith(publicRegistry)
      ? []
      : [`${folder} comes from ${resolved}, and not from ${publicRegistry}.`]),
  ]);
}

/**
 * Gives each entry that has no integrity the one of its package.
 * @param integrityOf looks up `name@version` in the registry
 */
export function complete(lockfile: Lockfile, integrityOf: (spec: string) => string): Lockfile {
  const added = downloads(lockfile)
    .filter(([, { integrity }]) => integrity === undefined)
    .map(([folder, { name, version, ...rest }]) => {
      const integrity = integrityOf(`${name ?? folder.split('node_modules/').at(-1)}@${version}`);
      // In the order of npm.
      return [folder, { ...(name && { name }), version, integrity, ...rest }];
    });
  return { ...lockfile, packages: { ...lockfile.packages, ...Object.fromEntries(added) } };
}

/** The entries that npm downloads, each with its folder. */
function downloads({ packages }: Lockfile): [string, LockedPackage][] {
  return Object.entries(packages).filter(
    ([folder, { link, inBundle, resolved = '' }]) =>
      folder.includes('node_modules/') && !link && !inBundle && !resolved.startsWith('file:'),
  );
}

function lookUp(spec: string): string {
  return execFileSync('npm', ['view', spec, 'dist.integrity'], { cwd: root, encoding: 'utf8' }).trim();
}

if (import.meta.main) {
  for (const file of files) {
    const path = join(root, file);
    let lockfile: Lockfile = JSON.parse(readFileSync(path, 'utf8'));
    if (!process.argv.includes('--check')) {
      lockfile = complete(lockfile, lookUp);
      writeFileSync(path, `${JSON.stringify(lockfile, undefined, 2)}\n`);
    }
    const problems = problemsOf(lockfile);
    if (problems.length === 0) continue;
    console.error(`${file}:\n${problems.join('\n')}\nTo look up what is missing: npm run lockfile`);
    process.exitCode = 1;
  }
}
