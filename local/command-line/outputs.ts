import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningDirectories } from './state-directory.ts';

/** The outputs of the stack that a local system has too. */
export const sharedOutputs = [
  'HttpApiUrl',
  'WebSocketUrl',
  'CreateFunctionName',
  'EventBusName',
  'CreateQueueUrl',
  'CreateDeadLettersUrl',
  'ConnectionsTableName',
  'EventDeadLettersUrl',
  'TickFunctionName',
  'PurgeFunctionName',
] as const;

/** The outputs that only a local system has, and what they name, for docs/api.md. */
export const localOutputs = {
  AwsEndpointUrl: 'the endpoint that answers as Lambda, EventBridge and SQS',
  DatabaseUrl: 'the database, with the password of its owner',
  JwtSecret: 'the secret that signs tokens, HS256',
  DemoUrl: 'the demo page, with a live bell, and with the key that its calls need',
};

type SharedOutput = (typeof sharedOutputs)[number];

/** The addresses, names and secrets of a running system. */
export type Outputs = Record<SharedOutput | keyof typeof localOutputs, string>;

/** The folder for all data and logs of local systems: BELFRY_LOCAL_DIRECTORY, or `.local` in the project. */
export const localDirectory = process.env.BELFRY_LOCAL_DIRECTORY ?? join(import.meta.dirname, '../../.local');

const outputsFile = join(localDirectory, 'outputs.json');

/** The outputs of the last deployment into an emulator. */
export const emulatorOutputsFile = join(localDirectory, 'emulator-outputs.json');

/**
 * The outputs in the file that BELFRY_OUTPUTS names, or else those of the system that was started last.
 * @throws Error if there is no such file
 */
export function readOutputs(): Outputs {
  const file = process.env.BELFRY_OUTPUTS ?? outputsFile;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`Nothing is running: ${file} is missing. Run npm start first.`);
  }
}

/** Writes JSON into a file that only this user can read, and returns the text. */
export function writePrivately(file: string, value: object): string {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  // The file is renamed into place, so that a reader never sees half of it.
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return text;
}

/**
 * Writes the outputs into the directory of a system, and into the file that commands read. At the end, that file has the
 * outputs of a system that still runs, or is gone.
 *
 * @param directory of the system
 * @returns a function that ends this
 */
export function writeOutputs(outputs: Outputs, directory: string): () => Promise<void> {
  const own = join(directory, 'outputs.json');
  writePrivately(own, outputs);
  const text = writePrivately(outputsFile, outputs);
  return async () => {
    rmSync(own, { force: true });
    // If a system was started later, the file has its outputs, and stays.
    if (textOf(outputsFile) !== text) return;
    const others = (await runningDirectories(localDirectory)).map((other) =>
      textOf(join(other, 'outputs.json')),
    );
    const next = others.find((other) => other !== '');
    if (next) writePrivately(outputsFile, JSON.parse(next));
    else rmSync(outputsFile);
  };
}

/** Empty if there is no such file. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
