import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { linkPackages } from '../../support/link-packages.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

/**
 * Packs the constructs by the command that the guides name, in a clone in which nothing was built yet.
 *
 * @param clone a folder that does not exist yet
 * @returns the folder of the built package, and the tarball
 */
export async function packConstructs(clone: string): Promise<{ pkgDir: string; tarball: string }> {
  const parts = ['package.json', 'tsconfig.base.json', 'LICENSE', 'bin', 'lib', 'functions', 'migrations'];
  for (const part of parts) cpSync(join(root, part), join(clone, part), { recursive: true });
  linkPackages(clone, { without: ['.cache'] });
  await run('npm', ['run', 'build:package'], { cwd: clone });
  const { version } = JSON.parse(readFileSync(join(root, 'lib/package.json'), 'utf8'));
  const dist = join(clone, 'dist');
  return { pkgDir: join(dist, 'package'), tarball: join(dist, `belfry-cdk-${version}.tgz`) };
}
