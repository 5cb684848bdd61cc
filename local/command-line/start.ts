import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDemo } from '../demo/server.ts';
import { demoPolicy } from '../demo-catalogue.ts';
import type { Report } from '../report.ts';
import { type LocalSystem, startSystem } from '../system.ts';
import { installExample, startExample } from './example.ts';
import { localDirectory, type Outputs, sharedOutputs, writeOutputs } from './outputs.ts';
import { checkPorts, portsFrom } from './ports.ts';
import { localSettingsOf, readProject, runInProject } from './project.ts';
import { formatReport } from './report-screen.ts';
import { contextOption, countOption, runCommand } from './run-command.ts';
import { createProgress, welcome } from './start-screen.ts';
import { claimStateDirectory } from './state-directory.ts';
import { synthesize } from './synthesize.ts';
import { type FunctionWatch, watchFunctions } from './watch-functions.ts';
import { checkStateWritable, checkWritable } from './writable.ts';

const usage = `Runs the whole system on this machine: the synthesized template with its functions, PostgreSQL and DynamoDB.

  npm start -- [--port 4400] [--context key=value …] [--reset] [--verbose] [--watch] [--example] [--allow-host <name>]
               [--any-user] [--max-environments <number>] [--account-concurrency <number>]

  --port N   the port of the HTTP API. The next four ports are for the WebSocket API, the AWS endpoint, the demo page
             and PostgreSQL. From 1024 to 65531; 0 takes free ports. Default: 4400
  --context  an option of the stack, as for cdk deploy, such as connectionLimit=3. Can be given several times. Default: those
             in cdk.json that mean the same on this machine, and the scopes and types of the demo page
  --reset    deletes the data of earlier runs before the start
  --verbose  also prints each request to a table, each invocation and each metric
  --watch    builds a function again when its source changes, and uses it for the next request without a restart
  --example  also runs examples/nextjs, on a free port
  --allow-host NAME  answers under another name of this machine too, such as host.docker.internal. Can be given several times
  --any-user         lets programs of other users of this machine call the AWS endpoint, which accepts any credentials
  --max-environments N     the most environments of functions at once; requests beyond them wait. One takes about 20 MB.
                           Default: one for each 64 MB of memory, at most 1000
  --account-concurrency N  throttles requests as an AWS account with this quota does. New accounts have 10.
                           Default: 1000`;

/**
 * All pages of this machine. The function that opens sockets and the local HTTP API understand `*` as a port. API Gateway
 * does not.
 */
const localOrigins = ['localhost', '127.0.0.1', '[::1]'].flatMap((host) => [
  `http://${host}:*`,
  `https://${host}:*`,
]);

const known = {
  port: { type: 'string' },
  context: { type: 'string', multiple: true, short: 'c' },
  reset: { type: 'boolean' },
  verbose: { type: 'boolean' },
  watch: { type: 'boolean' },
  example: { type: 'boolean' },
  'allow-host': { type: 'string', multiple: true },
  'any-user': { type: 'boolean' },
  'max-environments': { type: 'string' },
  'account-concurrency': { type: 'string' },
} as const;

await runCommand(usage, known, async (options) => {
  const ports = portsFrom(options.port ?? '4400');
  const maxEnvironments = countOption('max-environments', options['max-environments']);
  const accountConcurrency = countOption('account-concurrency', options['account-concurrency']);
  await checkPorts(ports);
  checkWritable(localDirectory);
  const { 'allow-host': allowedHosts = [], 'any-user': anyUser = false } = options;
  const context = {
    ...demoPolicy,
    ...localSettingsOf(readProject().context),
    allowedOrigins: localOrigins.join(','),
    ...contextOption(options.context),
  };
  const progress = createProgress();
  let isStopping = false;
  const report: Report = (line) => {
    // The stop cuts off what is under way: that is not worth a line.
    if (isStopping || (line.level === 'debug' && !options.verbose)) return;
    console.log(formatReport(line, new Date()));
  };
  // Until everything runs, a signal ends only this process. The processes that it has started notice that, and end.
  await using running = new AsyncDisposableStack();
  const state = await claimStateDirectory(localDirectory);
  running.defer(() => state.release());
  checkStateWritable(state.path);
  const assemblyDirectory = join(state.path, 'cdk.out');
  if (options.reset) rmSync(state.path, { recursive: true, force: true });
  mkdirSync(state.path, { recursive: true, mode: 0o700 });
  // The directory has the texts of all notifications. An earlier version may have made it with another mode.
  chmodSync(state.path, 0o700);

  let functions: FunctionWatch | undefined;
  const watchAndBuild = async () => {
    functions = await watchFunctions();
    running.defer(() => functions?.stop());
  };
  await Promise.all([
    runInProject('node bin/build-demo.ts'),
    options.watch
      ? synthesize(assemblyDirectory, context, progress.begin, watchAndBuild)
      : synthesize(assemblyDirectory, context, progress.begin),
  ]);
  const system = await startSystem({
    assemblyDirectory,
    stateDirectory: state.path,
    ports,
    allowedHosts,
    anyUser,
    ...(maxEnvironments !== undefined && { maxEnvironments }),
    ...(accountConcurrency !== undefined && { accountConcurrency }),
    report,
    onProgress: progress.begin,
  });
  running.defer(() => system.stop());
  const installation = outputsOf(system);
  const demo = await startDemo({ port: ports.demo, outputs: installation, allowedHosts });
  running.defer(() => demo.stop());
  const outputs: Outputs = { ...installation, DemoUrl: demo.url };
  running.defer(writeOutputs(outputs, state.path));
  let exampleUrl: string | undefined;
  if (options.example) {
    await installExample(progress.begin);
    progress.begin('example');
    const example = await startExample(outputs, 'dev');
    running.defer(() => example.stop());
    exampleUrl = example.url;
  }

  progress.end();
  functions?.begin(system.lambda, report);
  const endAsked = signalled();
  await welcome(outputs, exampleUrl);
  await endAsked;
  isStopping = true;
  console.log('\nStopping …');
});

/** The outputs of the stack, and the addresses that only a local system has. */
function outputsOf({
  outputs,
  awsEndpointUrl,
  databaseUrl = '',
  secret,
}: LocalSystem): Omit<Outputs, 'DemoUrl'> {
  const shared = sharedOutputs.map((name) => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}. Add it in lib/outputs.ts.`);
    return [name, value];
  });
  return {
    ...Object.fromEntries(shared),
    AwsEndpointUrl: awsEndpointUrl,
    DatabaseUrl: databaseUrl,
    JwtSecret: secret('JwtSecretArn'),
  };
}

/** Resolves at the first signal to end. A second signal ends the process at once. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
