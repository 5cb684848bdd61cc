import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { linkPackages } from './link-packages.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Fills a directory with what a clone of the project has after `npm ci`: the files that git keeps, as they are now, and the
 * packages of the project. Nothing that was built or installed elsewhere.
 */
export function fillClone(directory: string): void {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name)))) {
    cpSync(join(root, file), join(directory, file));
  }
  linkPackages(directory);
}
