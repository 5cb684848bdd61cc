import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const install = join(import.meta.dirname, '../../../.ci/install-python-tool');

/** A program from PyPI, or why there is none. */
export interface PythonTool {
  /** The path of the program. */
  path?: string;
  /** Why its tests are skipped, for the name of their group. Empty if they run. */
  reason: string;
}

/** Installs a program of `.ci/python-tools`, unless it is installed. It needs Python 3, and the first time PyPI. */
export async function pythonTool(name: string): Promise<PythonTool> {
  try {
    const { stdout } = await promisify(execFile)(install, [name]);
    return { path: stdout.trim(), reason: '' };
  } catch {
    const reason = `, which is not installed (it needs Python 3 with venv, and PyPI; then run .ci/install-python-tool ${name})`;
    console.warn(`The tests with ${name} are skipped${reason}.`);
    return { reason };
  }
}
