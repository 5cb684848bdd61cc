import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Outputs } from '../../local/command-line/outputs.ts';
import { synthesize } from '../../local/command-line/synthesize.ts';
import { keepLog } from './kept-log.ts';
import { startWatchedSystem } from './watched-system.ts';

/** What the end-to-end tests know of the system that they look at from outside; the contract's names. */
export type InstallationOutputs = Omit<Outputs, 'DatabaseUrl' | 'DemoUrl'>;

declare module 'vitest' {
  interface ProvidedContext {
    outputs: InstallationOutputs;
    /** The synthesized template, for tests that run one of their own. */
    assemblyDirectory: string;
  }
}

/**
 * Runs the template for the end-to-end tests, or takes the system whose outputs the file named by BELFRY_OUTPUTS holds:
 * the same tests look at either.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-system-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  project.provide('assemblyDirectory', assemblyDirectory);
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await synthesize(assemblyDirectory, { allowedOrigins: 'http://localhost:*' });
    if (process.env.BELFRY_OUTPUTS) {
      project.provide('outputs', JSON.parse(await readFile(process.env.BELFRY_OUTPUTS, 'utf8')));
      return remove;
    }
    const log = keepLog(project.getProvidedContext().logDirectory);
    const { system, outputs } = await startWatchedSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      log,
    });
    project.provide('outputs', outputs);
    return async () => {
      await system.stop();
      await remove();
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
