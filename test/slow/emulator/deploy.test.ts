import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { synthesize } from '../../../local/command-line/synthesize.ts';
import { keepLog } from '../../support/kept-log.ts';
import { startEmulator, type TestEmulator } from './start-emulator.ts';

let emulator: TestEmulator;
let assembly: string;
const home = mkdtempSync(join(tmpdir(), 'belfry-home-'));
const log = keepLog(inject('logDirectory'));

beforeAll(async () => {
  emulator = await startEmulator(log);
  assembly = join(home, 'assembly');
  await synthesize(assembly, {
    emulator: emulator.endpoint,
    database: 'existing',
    databaseSecret: 'belfry/no-such-secret',
  });
});
afterAll(async () => {
  await emulator?.stop();
  rmSync(home, { recursive: true });
});

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

/** The environment of a person who has this configuration of AWS alone. */
const environment = (settings: Record<string, string>): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  HOME: home,
  AWS_ENDPOINT_URL: emulator.endpoint,
  AWS_ENDPOINT_URL_S3: emulator.endpoint,
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CDK_DISABLE_VERSION_CHECK: 'true',
  ...settings,
});

/** Runs a command as this person does. It gets an answer once it has asked a question. */
async function run(
  [program = '', ...options]: string[],
  settings: Record<string, string>,
  answer?: string,
): Promise<{ code: number | null; printed: string }> {
  const cwd = join(import.meta.dirname, '../../..');
  const child = spawn(program, options, { cwd, env: environment(settings) });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      if (answer !== undefined && printed.includes('(y/n)')) child.stdin.end(`${answer}\n`);
    });
  }
  if (answer === undefined) child.stdin.end();
  await once(child, 'close');
  for (const message of printed.split('\n')) log.report({ source: 'deploy', message });
  return { code: child.exitCode, printed };
}

const deployCommand = () => [
  ...['npm', 'run', '--silent', 'deploy', '--', '--app', assembly, '--no-notices'],
  ...['--outputs-file', join(home, 'outputs.json')],
];
const deploy = (settings: Record<string, string> = credentials) =>
  run([...deployCommand(), '--require-approval', 'never'], settings);
const deployInTerminal = (answer: string) =>
  run(
    ['script', '--quiet', '--return', '--command', deployCommand().join(' '), '/dev/null'],
    credentials,
    answer,
  );
const cdk = (...options: string[]) =>
  run(['npx', 'cdk', ...options, '--app', assembly, '--no-notices'], credentials);

/** Calls Systems Manager, for which this repository has no client. */
const parameter = async (action: 'Put' | 'Delete', changes: object = {}) => {
  const answer = await fetch(emulator.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonSSM.${action}Parameter`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ Name: '/cdk-bootstrap/hnb659fds/version', ...changes }),
  });
  expect(answer.status).toBe(200);
};

async function stateOfStack(): Promise<string | undefined> {
  const client = new CloudFormationClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: 'Belfry' }));
  return Stacks[0]?.StackStatus;
}

it('asks for credentials if there are none, and says which region it takes', async () => {
  const { code, printed } = await deploy({ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: '' });
  expect(code).toBe(1);
  expect(printed).toContain('No region is set. The CDK takes us-east-1');
  expect(printed).toContain('✗ There are no AWS credentials');
});

it('says how to bootstrap an account that is not', async () => {
  const { code, printed } = await deploy();
  expect(code).toBe(1);
  expect(printed).toContain(
    'What to do next: Once for each account and region: npx cdk bootstrap aws://000000000000/us-east-1.',
  );
  expect(printed).not.toContain('No region is set');
});

it('says how to renew a bootstrap that is too old', async () => {
  await parameter('Put', { Value: '1', Type: 'String' });
  const { code, printed } = await deploy();
  expect(code).toBe(1);
  expect(printed).toMatch(/✗ The CDK’s bootstrap stack has the version 1\. This deployment needs \d+\./);
  await parameter('Delete');
});

// `script` of Linux gives the command a terminal.
it.runIf(process.platform === 'linux')('asks in a terminal, and has no advice for a "no"', async () => {
  expect(await cdk('bootstrap')).toMatchObject({ code: 0 });
  const { code, printed } = await deployInTerminal('n');
  expect(printed).toContain('Do you wish to deploy these changes');
  expect(printed).toContain('Deployment cancelled');
  expect(printed).not.toContain('docs/failed-deployments.md');
  expect(code).toBe(1);
  await expect(stateOfStack()).rejects.toThrow('does not exist');
});

it('names what AWS refused, and what the failed deployment has left', async () => {
  const { code, printed } = await deploy();
  expect(code).toBe(1);
  expect(printed).toContain('✗ A secret that the options name does not exist in this account and region.');
  expect(printed).toContain('✗ The first deployment failed, and everything that it had created is removed.');
  expect(printed.match(/What to do next/g)).toHaveLength(2);
  expect(await stateOfStack()).toBe('ROLLBACK_COMPLETE');
});

it('deletes by itself what a failed first deployment has left', async () => {
  const { code, printed } = await deploy();
  expect(code).toBe(1);
  // Not that the stack is in the state ROLLBACK_COMPLETE, which would have stopped it at once.
  expect(printed).toContain('✗ A secret that the options name does not exist in this account and region.');
  expect(printed).not.toContain('can not be updated');
});
