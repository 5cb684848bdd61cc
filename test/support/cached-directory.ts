import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

const cache = join(root, 'node_modules/.cache/belfry');
const unusedMs = 24 * 60 * 60_000;

/**
 * A directory that `make` fills once for each key, and that later runs find again. Several processes may ask for one at
 * the same time. No caller may change what is in it. Making a directory removes those of its kind that nothing has used
 * for a day.
 *
 * @param kind a name for what the directory holds
 * @param key everything that its content depends on, such as `hashOfFiles`
 * @param make fills the directory of this path, whose parent is there
 */
export async function cachedDirectory(
  kind: string,
  key: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cache, kind, createHash('sha256').update(key).digest('hex').slice(0, 32));
  if (existsSync(directory)) {
    await utimes(directory, new Date(), new Date());
    return directory;
  }
  await mkdir(dirname(directory), { recursive: true });
  await removeUnused(dirname(directory));
  // Another process may make the same directory now: the first one to rename its own wins.
  const partial = `${directory}.${randomUUID()}`;
  try {
    await make(partial);
    await rename(partial, directory);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

async function removeUnused(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > unusedMs) await rm(path, { recursive: true, force: true });
  }
}

/**
 * A hash of the names and the contents of the project's files that match these patterns.
 * @throws Error if no file matches a pattern, since the hash would not notice a change
 */
export function hashOfFiles(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const pattern of patterns) {
    const found = globSync(pattern, { cwd: root, withFileTypes: true, exclude: ['**/node_modules'] });
    const files = found.filter((entry) => entry.isFile());
    if (files.length === 0) throw new Error(`No file of the project matches ${pattern}.`);
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
      hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
    }
  }
  return hash.digest('hex');
}
