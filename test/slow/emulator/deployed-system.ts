import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { keepLog } from '../../support/kept-log.ts';
import { policySettings } from '../../support/shared-settings.ts';
import { startEmulator } from './start-emulator.ts';

/**
 * Deploys the stack into an emulator for the black-box tests, or takes the deployment whose outputs the file named by
 * BELFRY_OUTPUTS holds.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.BELFRY_OUTPUTS) {
    project.provide('outputs', JSON.parse(await readFile(process.env.BELFRY_OUTPUTS, 'utf8')));
    return async () => {};
  }
  const emulator = await startEmulator(keepLog(project.getProvidedContext().logDirectory));
  try {
    project.provide('outputs', await emulator.deploy(policySettings));
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  return () => emulator.stop();
}
