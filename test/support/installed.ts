import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Finds a program: the path in the environment variable if that is set, else the first of the names or paths that this
 * machine has. Undefined if there is none.
 */
export function installed(variable: string, names: readonly string[]): string | undefined {
  const given = process.env[variable];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = (given ? [given] : names).flatMap((name) =>
    isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name)),
  );
  return paths.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
