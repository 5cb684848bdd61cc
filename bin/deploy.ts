import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { printable } from '@belfry/local/printable';
import { withDefaults } from './deployment/default-options.ts';
import { explain } from './deployment/explain.ts';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');

/** Where the documents say more about a failed deployment. */
const page = 'docs/failed-deployments.md';

/**
 * Runs `cdk deploy` with these options. Its questions and its output stay as they are. If it fails, says what to do next. A
 * signal that ends this process ends the CDK too.
 * @returns the exit code of the CDK, or as in a shell 128 and the number of the signal that has ended it
 */
async function deploy(options: readonly string[]): Promise<number> {
  await warnWithoutRegion(options);
  const { isTTY } = process.stderr;
  const cdk = spawn(join(bin, 'cdk'), ['deploy', ...withDefaults(options)], {
    cwd: root,
    env: {
      ...process.env,
      // The CDK runs the app and the build with the `node` that comes first.
      PATH: `${bin}:${process.env.PATH}`,
      // It leaves colours out if it does not see the terminal.
      ...(isTTY && process.env.NO_COLOR === undefined && { FORCE_COLOR: '1' }),
    },
    // It asks questions only if standard output is a terminal. Everything but results is printed to standard error, or in CI
    // to standard output.
    stdio: ['inherit', process.stdout.isTTY ? 'inherit' : 'pipe', 'pipe'],
  });
  // Ctrl-C in a terminal reaches the CDK as well. What ends only this process, such as a pipeline that is cancelled, must not
  // leave the CDK behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => cdk.kill(signal));
  const printed: string[] = [];
  for (const [from, to] of [
    [cdk.stdout, process.stdout],
    [cdk.stderr, process.stderr],
  ] as const) {
    from?.setEncoding('utf8').on('data', (chunk: string) => {
      printed.push(chunk);
      to.write(chunk);
    });
  }
  await once(cdk, 'close');
  const { exitCode, signalCode } = cdk;
  if (signalCode) {
    console.error(`\nStopped by ${signalCode}. ${goesOn}`);
    return 128 + constants.signals[signalCode];
  }
  if (exitCode !== 0) advise(printed.join(''));
  return exitCode ?? 1;
}

const goesOn =
  'If CloudFormation has begun to change the stack, it goes on without this command. The events of the stack, in the ' +
  'CloudFormation console, show how far it is.';

function advise(printed: string): void {
  const explained = explain(printed);
  // The build and the app say themselves what is wrong. A person who has answered "no" knows it.
  if (explained.length === 0 && /Subprocess exited with error|Deployment cancelled/.test(printed)) return;
  for (const { means, next } of explained) {
    console.error(`\n${styleText(['red', 'bold'], '✗', { stream: process.stderr })} ${printable(means)}`);
    console.error(`  What to do next: ${printable(next)}`);
  }
  console.error(`\n  More: ${page}`);
}

/** Without a region the CDK deploys to us-east-1, and does not say so. */
async function warnWithoutRegion(options: readonly string[]): Promise<void> {
  const { AWS_REGION, AWS_DEFAULT_REGION, AMAZON_REGION, AMAZON_DEFAULT_REGION } = process.env;
  const { region, profile } = parseArgs({
    args: [...options],
    options: { region: { type: 'string' }, profile: { type: 'string' } },
    strict: false,
  }).values;
  if (region || AWS_REGION || AWS_DEFAULT_REGION || AMAZON_REGION || AMAZON_DEFAULT_REGION) return;
  const client = new CloudFormationClient(typeof profile === 'string' ? { profile } : {});
  const isNamed = await client.config.region().then(Boolean, () => false);
  if (isNamed) return;
  console.error(
    `${styleText('yellow', '!', { stream: process.stderr })} No region is set. The CDK takes us-east-1, or in EC2 the region of the machine. ` +
      'For another one, stop this and set AWS_REGION, or the region of your profile (aws configure).\n',
  );
}

process.exitCode = await deploy(process.argv.slice(2));
