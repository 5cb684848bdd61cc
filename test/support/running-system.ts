import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Outputs } from '../../local/command-line/outputs.ts';
import { synthesize } from '../../local/command-line/synthesize.ts';
import { startSystem } from '../../local/system.ts';

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
    const { outputs, awsEndpointUrl, secret, stop } = await startSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
      durable: false,
    });
    project.provide('outputs', {
      ...outputs,
      AwsEndpointUrl: awsEndpointUrl,
      JwtSecret: secret('JwtSecretArn'),
    } as InstallationOutputs);
    return async () => {
      await stop();
      await remove();
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
