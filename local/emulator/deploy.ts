import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import {
  emulatorOutputsFile,
  localDirectory,
  type Outputs,
  writePrivately,
} from '../command-line/outputs.ts';
import { contextOption, runCommand } from '../command-line/run-command.ts';
import { createProgress } from '../command-line/start-screen.ts';
import { synthesize } from '../command-line/synthesize.ts';
import { printable } from '../printable.ts';
import { emulatorContext, isBootstrapped, runCdk } from './cdk.ts';
import { completeApis } from './complete.ts';
import { putDatabaseSecret, readSecret } from './database-secret.ts';
import { type Emulator, findDatabase, findEmulator } from './settings.ts';

const usage = `Deploys the stack into an emulator of AWS (MiniStack or LocalStack), with a PostgreSQL that you run.

  AWS_ENDPOINT_URL=http://127.0.0.1:4566 DATABASE_URL=postgres://… npm run deploy:emulator [-- --context key=value …] [--cdklocal]

  AWS_ENDPOINT_URL  the URL of the emulator. It must be the same for this machine and for the emulator’s functions
  DATABASE_URL      the database, as its owner. It must be the same for this machine and for the emulator’s functions
  --context         a setting of the stack, as for cdk deploy. Default for allowedOrigins: http://localhost:3000
  --cdklocal        deploys with cdklocal, LocalStack’s wrapper of the CDK, instead of the CDK’s own command`;

/** The outputs of the stack, which the CDK writes into a file. */
type StackOutputs = Omit<Outputs, 'AwsEndpointUrl' | 'DatabaseUrl' | 'JwtSecret' | 'DemoUrl'> & {
  /** Absent if an issuer signs the tokens. */
  JwtSecretArn?: string;
};

const options = { context: { type: 'string', multiple: true }, cdklocal: { type: 'boolean' } } as const;

await runCommand(usage, options, async ({ context = [], cdklocal = false }) => {
  const cli = cdklocal ? 'cdklocal' : 'cdk';
  const settings = contextOption(context);
  const progress = createProgress();
  progress.begin('Looking at the emulator and the database');
  const emulator = await findEmulator(process.env);
  const databaseUrl = await findDatabase(process.env);
  progress.begin('Writing the secret of the database');
  const databaseSecretVersion = await putDatabaseSecret(emulator, databaseUrl);

  const directory = join(localDirectory, 'emulator');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const assembly = join(directory, 'cdk.out');
  await synthesize(
    assembly,
    emulatorContext(emulator, { ...settings, databaseSecretVersion }),
    progress.begin,
  );
  if (!(await isBootstrapped(emulator))) {
    progress.begin('Bootstrapping the CDK');
    await runCdk(cli, emulator, ['bootstrap', '--app', assembly], join(directory, 'bootstrap.log'));
  }
  progress.begin('Deploying the stack');
  const outputsFile = join(directory, 'stack-outputs.json');
  await runCdk(
    cli,
    emulator,
    ['deploy', '--app', assembly, '--require-approval', 'never', '--outputs-file', outputsFile],
    join(directory, 'deploy.log'),
  );
  progress.begin('Completing the APIs');
  const { JwtSecretArn, ...outputs }: StackOutputs = JSON.parse(readFileSync(outputsFile, 'utf8')).Belfry;
  await completeApis(
    emulator,
    { httpApiId: apiIdIn(outputs.HttpApiUrl), webSocketApiId: apiIdIn(outputs.WebSocketUrl) },
    JSON.parse(readFileSync(join(assembly, 'Belfry.template.json'), 'utf8')),
  );
  const deployed = await describe(emulator, outputs, JwtSecretArn);
  writePrivately(emulatorOutputsFile, deployed);
  progress.end();
  show(deployed);
});

function apiIdIn(url: string): string {
  const [, apiId] = /\/execute-api\/([^/]+)\//.exec(url) ?? [];
  if (apiId !== undefined) return apiId;
  throw new Error(
    `The stack’s output ${url} is not an address of the emulator. See lib/emulator.ts, which makes these outputs.`,
  );
}

async function describe(
  emulator: Emulator,
  outputs: Omit<StackOutputs, 'JwtSecretArn'>,
  secretArn: string | undefined,
) {
  return {
    ...outputs,
    AwsEndpointUrl: emulator.endpoint,
    ...(secretArn !== undefined && { JwtSecret: await readSecret(emulator, secretArn) }),
  };
}

function show({ HttpApiUrl, WebSocketUrl, AwsEndpointUrl }: Awaited<ReturnType<typeof describe>>): void {
  const places = { 'HTTP API': HttpApiUrl, 'WebSocket API': WebSocketUrl, 'AWS endpoint': AwsEndpointUrl };
  console.log(
    `\n${styleText(['bold', 'green'], 'Belfry is deployed.')} These addresses are also in ${emulatorOutputsFile}.\n`,
  );
  for (const [name, place] of Object.entries(places)) {
    console.log(`  ${name.padEnd(14)} ${styleText('cyan', printable(place))}`);
  }
}
