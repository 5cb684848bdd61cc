import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildClient } from '../../../bin/build-client.ts';

const client = join(import.meta.dirname, '../../../client');

/**
 * Builds the client into a folder, and packs it as npm does when it publishes a package.
 *
 * @returns the path of the tarball, which is in the folder too
 */
export async function packClient(folder: string): Promise<string> {
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(client, file), join(folder, file));
  await buildClient(join(folder, 'dist'));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json'], { cwd: folder });
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}
