import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { emulatorOutputsFile, localDirectory } from '../command-line/outputs.ts';
import { runCommand } from '../command-line/run-command.ts';
import { createProgress } from '../command-line/start-screen.ts';
import { synthesize } from '../command-line/synthesize.ts';
import { emulatorContext, runCdk } from './cdk.ts';
import { deleteDatabaseSecret } from './database-secret.ts';
import { findEmulator } from './settings.ts';

const usage = `Deletes the stack and the secret of the database from the emulator. The data in PostgreSQL and the CDK’s bootstrap
stack stay.

  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run destroy:emulator [-- --cdklocal]

  --cdklocal  destroys with cdklocal, LocalStack’s wrapper of the CDK, instead of the CDK’s own command`;

await runCommand(usage, { cdklocal: { type: 'boolean' } }, async ({ cdklocal = false }) => {
  const progress = createProgress();
  progress.begin('Looking at the emulator');
  const emulator = await findEmulator(process.env);
  const directory = join(localDirectory, 'emulator');
  const assembly = join(directory, 'cdk.out');
  // Only the name of the stack matters here, not its content.
  await synthesize(assembly, emulatorContext(emulator), progress.begin);
  progress.begin('Destroying the stack');
  await runCdk(
    cdklocal ? 'cdklocal' : 'cdk',
    emulator,
    ['destroy', '--app', assembly, '--force'],
    join(directory, 'destroy.log'),
  );
  progress.begin('Deleting the secret of the database');
  await deleteDatabaseSecret(emulator);
  rmSync(emulatorOutputsFile, { force: true });
  progress.end();
});
