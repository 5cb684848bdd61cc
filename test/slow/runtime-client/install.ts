import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedDirectory } from '../../support/cached-directory.ts';

const run = promisify(execFile);

/** The client that Lambda's runtime nodejs24.x is made from. */
const version = '4.0.2';
const integrity =
  'sha512-FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==';

/**
 * The path of AWS's runtime client, from npm. It is no dependency of this project: its install scripts build its native part
 * and fail without cmake, and `npm ci` with them. So only the package itself is fetched, and no script of it runs.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export async function installRuntimeClient(): Promise<string> {
  const directory = await cachedDirectory('runtime-client', integrity, async (made) => {
    await mkdir(made, { recursive: true });
    const { stdout } = await run('npm', ['pack', '--silent', `aws-lambda-ric@${version}`], { cwd: made });
    const archive = join(made, stdout.trim());
    const hash = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (`sha512-${hash}` !== integrity) {
      throw new Error(`aws-lambda-ric ${version} has the hash sha512-${hash}, not ${integrity}.`);
    }
    await run('tar', ['-xzf', archive, '-C', made]);
  });
  return join(directory, 'package/index.mjs');
}
