import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Looks if this user can write where `npm start` writes, before anything is built.
 * @param stateRoot the folder for the data of local systems
 * @throws Error naming the folder, what it is for, and what to do
 */
export function checkWritable(stateRoot: string): void {
  check(join(root, 'dist'), 'npm start builds into it', 'run npm start in a copy that belongs to you');
  const other = 'name another one, such as BELFRY_LOCAL_DIRECTORY="$HOME/belfry" npm start';
  check(stateRoot, 'npm start keeps its data in it', other);
}

/**
 * Checks the folder of one system, which an earlier run of another user may have made.
 * @throws Error naming the folder, and what to do
 */
export function checkStateWritable(path: string): void {
  check(path, 'an earlier npm start has made it', 'delete it, to start with empty data');
}

function check(folder: string, why: string, remedy: string): void {
  const existing = firstExisting(folder);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    const user = process.getuid?.() ?? 'this user';
    throw new Error(
      `User ${user} cannot write to the folder ${existing} (${code}), and ${why}. Make it writable for this user, or ${remedy}.`,
      { cause: error },
    );
  }
}

/** The folder, or the first one above it that exists. */
const firstExisting = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : firstExisting(dirname(folder));
