import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { closeServer, listen } from '../../../local/http-server.ts';
import { templateOf } from '../../support/templates.ts';

const home = mkdtempSync(join(tmpdir(), 'belfry-home-'));
afterAll(() => rm(home, { recursive: true }));

/** Starts it, and waits until the CDK has called AWS. */
async function deployment() {
  const server = createServer();
  onTestFinished(() => closeServer(server));
  const called = once(server, 'connection');
  const endpoint = `http://127.0.0.1:${await listen(server, 0)}`;
  const options = ['--app', await templateOf({}), '--require-approval', 'never', '--no-notices'];
  const child = spawn(
    process.execPath,
    ['bin/deploy.ts', ...options, '--outputs-file', join(home, 'a b.json')],
    {
      cwd: join(import.meta.dirname, '../../..'),
      env: {
        PATH: process.env.PATH,
        HOME: home,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        CDK_DISABLE_VERSION_CHECK: 'true',
      },
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
  }
  const closed = once(child, 'close');
  const [connection] = await Promise.race([
    called,
    closed.then(() => Promise.reject(new Error(`It ended without a call to AWS: ${printed.join('')}`))),
  ]);
  return { child, closed, connection, printed };
}

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('ends the CDK with it when it gets %s, and says that AWS may go on', async (signal, status) => {
  const { child, closed, connection, printed } = await deployment();
  const callEnds = once(connection, 'close');
  child.kill(signal);
  await callEnds;
  await closed;
  expect(child.exitCode).toBe(status);
  expect(printed.join('')).toContain(`Stopped by ${signal}. If CloudFormation has begun`);
  expect(printed.join('')).not.toContain('docs/failed-deployments.md');
});
