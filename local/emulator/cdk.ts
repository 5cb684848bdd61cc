import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Emulator, numericEndpoint } from './settings.ts';

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'node_modules/.bin');

/**
 * Runs a command of the CDK's command line against an emulator, and nothing else: it looks at no AWS profile and calls
 * no other address. What it prints goes to a file.
 * @throws Error with what failed, and the file
 */
export async function runCdk(emulator: Emulator, args: readonly string[], logFile: string): Promise<void> {
  const { AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_SESSION_TOKEN, ...env } = process.env;
  const child = spawn(join(bin, 'cdk'), [...args, '--no-notices', '--no-version-reporting'], {
    cwd: root,
    env: {
      ...env,
      PATH: `${bin}:${env.PATH}`,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ENDPOINT_URL_S3: await numericEndpoint(emulator.endpoint),
      AWS_REGION: emulator.region,
      AWS_DEFAULT_REGION: emulator.region,
      AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      AWS_CONFIG_FILE: join(root, 'no-such-file'),
      AWS_SHARED_CREDENTIALS_FILE: join(root, 'no-such-file'),
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
  }
  const [code] = await once(child, 'close');
  mkdirSync(dirname(logFile), { recursive: true });
  writeFileSync(logFile, printed.join(''));
  if (code === 0) return;
  throw new Error(`cdk ${args[0]} failed.\n${failureIn(printed.join(''))}\nAll of it is in ${logFile}.`);
}

/** What the CDK says about a failure: the resources that failed, with the reason, or its last lines. */
function failureIn(printed: string): string {
  const lines = printed.split('\n').filter((line) => line.trim() !== '');
  const failed = lines
    .filter((line) => /_FAILED\b/.test(line) && !/ROLLBACK/.test(line))
    // Of the columns stack, count, time and state, each line has others.
    .map((line) => line.replace(/^.*_FAILED\s*\|\s*/, '').replace(/\s*\|\s*/, '  '));
  const shown = failed.length > 0 ? new Set(failed) : lines.slice(-5);
  return [...shown].map((line) => `  ${line.trim()}`).join('\n');
}
