import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { localSettingsOf, readProject } from '../command-line/project.ts';
import { databaseSecret } from './database-secret.ts';
import { type Emulator, numericEndpoint } from './settings.ts';

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'node_modules/.bin');

/** The command line that deploys: the CDK's own, or LocalStack's wrapper of it (https://github.com/localstack/aws-cdk-local). */
export type Cli = 'cdk' | 'cdklocal';

/**
 * Runs a command of the CDK against an emulator only: it reads no AWS profile, and calls no other address. Its output goes
 * to a file.
 * @throws Error with the resources that failed, and the file
 */
export async function runCdk(
  cli: Cli,
  emulator: Emulator,
  args: readonly string[],
  logFile: string,
): Promise<void> {
  const { AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_SESSION_TOKEN, ...env } = process.env;
  const child = spawn(join(bin, cli), [...args, '--no-notices', '--no-version-reporting'], {
    cwd: root,
    env: {
      ...env,
      PATH: `${bin}:${env.PATH}`,
      // cdklocal takes every other variable of AWS away.
      AWS_ENVAR_ALLOWLIST: 'AWS_REGION,AWS_DEFAULT_REGION,AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY',
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
  throw new Error(
    `${cli} ${args[0]} failed.\n${failureIn(printed.join(''))}\nThe whole output is in ${logFile}.`,
  );
}

/** The part of the CDK's output about a failure: the resources that failed, with the reason, or the last lines. */
function failureIn(printed: string): string {
  const lines = printed.split('\n').filter((line) => line.trim() !== '');
  const failed = lines
    .filter((line) => /_FAILED\b/.test(line) && !/ROLLBACK/.test(line))
    // The columns before the state differ from line to line.
    .map((line) => line.replace(/^.*_FAILED\s*\|\s*/, '').replace(/\s*\|\s*/, '  '));
  const shown = failed.length > 0 ? new Set(failed) : lines.slice(-5);
  return [...shown].map((line) => `  ${line.trim()}`).join('\n');
}

/** Whether the CDK is bootstrapped in the emulator. The CDK's own command needs longer to find that out. */
export async function isBootstrapped(emulator: Emulator): Promise<boolean> {
  const command = new DescribeStacksCommand({ StackName: 'CDKToolkit' });
  try {
    const { Stacks = [] } = await new CloudFormationClient(emulator).send(command);
    return Stacks.some(({ StackStatus }) => /^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus ?? ''));
  } catch (error) {
    // CloudFormation's error if there is no such stack.
    if (error instanceof Error && error.name === 'ValidationError') return false;
    throw error;
  }
}

/** The context of a stack in an emulator. `settings` override those of `cdk.json`, but not those that an emulator needs. */
export function emulatorContext(
  emulator: Emulator,
  settings: Record<string, string> = {},
): Record<string, unknown> {
  return {
    ...localSettingsOf(readProject().context),
    allowedOrigins: 'http://localhost:3000',
    ...settings,
    stackName: '',
    database: 'existing',
    databaseSecret,
    emulator: emulator.endpoint,
  };
}
