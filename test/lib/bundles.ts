import { existsSync, globSync, mkdirSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { vi } from 'vitest';
import { buildFunctions } from '../../bin/build.ts';

const root = join(import.meta.dirname, '../..');
const lock = join(root, 'dist/building.lock');

/**
 * Builds the functions' bundles, which the stack takes from `dist/functions`, unless they are there: a template is the
 * same whatever is in them. Test files run side by side; one builds and the others wait for it.
 */
export async function buildMissingBundles(): Promise<void> {
  while (existsSync(lock) || !areBuilt()) {
    if (takeLock()) {
      try {
        if (!areBuilt()) await buildFunctions();
      } finally {
        rmdirSync(lock);
      }
    } else {
      await vi.waitFor(checkLock, { timeout: 30_000, interval: 100 });
    }
  }
}

function areBuilt(): boolean {
  const names = globSync('functions/*.ts', { cwd: root }).map((entry) => basename(entry, '.ts'));
  return names.every((name) => existsSync(join(root, 'dist/functions', name, 'index.mjs')));
}

/** A directory is made by one process alone, however many try. */
function takeLock(): boolean {
  mkdirSync(join(root, 'dist'), { recursive: true });
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function checkLock(): void {
  if (existsSync(lock))
    throw new Error(`Another process builds the functions; if none does, delete ${lock}.`);
}
