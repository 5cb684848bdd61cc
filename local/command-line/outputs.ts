import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where everything of a running system is; the contract's names. */
export interface Outputs {
  HttpApiUrl: string;
  WebSocketUrl: string;
  CreateFunctionName: string;
  EventBusName: string;
  CreateQueueUrl: string;
  /** Where creates end that failed for good. */
  CreateDeadLettersUrl: string;
  ConnectionsTableName: string;
  /** Archives and deletes by age, by its schedule and whenever it is invoked. */
  PurgeFunctionName: string;
  /** Answers the AWS protocols of Lambda, EventBridge and SQS. */
  AwsEndpointUrl: string;
  /** The database as its owner. */
  DatabaseUrl: string;
  /** Signs tokens, HS256. */
  JwtSecret: string;
  /** A page with a live bell. */
  DemoUrl: string;
}

/** The folder for everything that running the system leaves behind: `.local` in the project, or BELFRY_LOCAL_DIRECTORY. */
export const localDirectory = process.env.BELFRY_LOCAL_DIRECTORY ?? join(import.meta.dirname, '../../.local');

const outputsFile = join(localDirectory, 'outputs.json');

/** Where everything of the stack is that was deployed into an emulator last. */
export const emulatorOutputsFile = join(localDirectory, 'emulator-outputs.json');

/**
 * The outputs of the system that was started last, or those in the file that BELFRY_OUTPUTS names.
 * @throws Error where there are none
 */
export function readOutputs(): Outputs {
  const file = process.env.BELFRY_OUTPUTS ?? outputsFile;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`Nothing is running: ${file} is missing. Run npm start first.`);
  }
}

/** Writes JSON, readable by this user alone, and answers its text. */
export function writePrivately(file: string, value: object): string {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  // Renamed into place, so that whoever waits for the file never reads half of it.
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return text;
}

/** Writes the outputs, and answers how to take them away again. */
export function writeOutputs(outputs: Outputs): () => void {
  const text = writePrivately(outputsFile, outputs);
  return () => {
    // A system that was started later has put its own in place.
    if (readFileSync(outputsFile, { encoding: 'utf8', flag: 'a+' }) === text) rmSync(outputsFile);
  };
}
