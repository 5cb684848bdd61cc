import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './cached-directory.ts';

/** A program from PyPI, or why there is none. */
export interface PythonTool {
  /** The path of the program. */
  path?: string;
  /** That its tests are skipped, for the name of their group. Empty if they run. */
  reason: string;
}

/**
 * Installs a program of `.ci/python-tools`, unless it is installed, and answers its path. It needs Python 3 with venv, and
 * the first time PyPI. Rejects if it cannot be installed.
 */
export async function installPythonTool(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(join(root, '.ci/install-python-tool'), [name]);
  return stdout.trim();
}

/**
 * The same for tests that are skipped without the program. It says why they are.
 * @param given the path of a program that is there already
 */
export async function pythonTool(name: string, given?: string): Promise<PythonTool> {
  try {
    return { path: given || (await installPythonTool(name)), reason: '' };
  } catch (error) {
    const cause = String(Object(error).stderr || error)
      .trim()
      .split('\n')
      .at(-1);
    console.warn(
      `The tests with ${name} are skipped, because it could not be installed: ${cause}. It needs Python 3 with venv, and PyPI.`,
    );
    return { reason: ` (skipped, because ${name} is not installed)` };
  }
}
