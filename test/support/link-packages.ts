import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
const folders: string[] = manifestOf('.').workspaces;
const workspaces = Object.fromEntries(folders.map((folder) => [manifestOf(folder).name as string, folder]));

/**
 * Gives a copy of the project its `node_modules`: links to the project's own packages, and for a workspace a link to the
 * copy's folder, so that the copy runs none of the project's code.
 *
 * @param without packages and scopes to leave out
 */
export function linkPackages(copy: string, { without = [] as string[] } = {}): void {
  const copied = join(copy, 'node_modules');
  mkdirSync(join(copied, '@belfry'), { recursive: true });
  for (const [name, folder] of Object.entries(workspaces))
    symlinkSync(join(copy, folder), join(copied, name));
  const left = ['@belfry', ...Object.keys(workspaces), ...without];
  for (const name of readdirSync(modules)) {
    if (!left.includes(name)) symlinkSync(join(modules, name), join(copied, name));
  }
}
