import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type LocalSystem, type SystemOptions, startSystem } from '../../local/system.ts';
import { createInstallation, type Installation } from './installation.ts';
import type { InstallationOutputs } from './running-system.ts';

/** A system that one test file has for itself, with the insides that `installation` hides. */
export interface OwnSystem {
  system: LocalSystem;
  belfry: Installation;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Runs the synthesized template once more, so that a test may count, move and break what others rely on. */
export async function startOwnSystem(
  options: Pick<SystemOptions, 'clock' | 'report'> = {},
): Promise<OwnSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-own-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const system = await startSystem({
      assemblyDirectory: inject('assemblyDirectory'),
      stateDirectory: directory,
      ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
      durable: false,
      ...options,
    });
    const outputs = {
      ...system.outputs,
      AwsEndpointUrl: system.awsEndpointUrl,
      JwtSecret: system.secret('JwtSecretArn'),
    } as InstallationOutputs;
    const belfry = createInstallation(outputs, system.clock);
    const stop = async () => {
      await system.stop();
      await remove();
    };
    return { system, belfry, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
