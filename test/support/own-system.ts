import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { synthesize } from '../../local/command-line/synthesize.ts';
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

/** The name of a resource that no output names: the runtime calls it by its stack and its logical id, which has this part. */
export function nameOfResource(type: string, part: string): string {
  const file = join(inject('assemblyDirectory'), 'Belfry.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  const [id] = Object.keys(Resources).filter((each) => Resources[each].Type === type && each.includes(part));
  if (id === undefined) throw new Error(`The template has no ${type} whose id has ${part} in it.`);
  return `Belfry-${id}`;
}

/**
 * Runs the synthesized template once more, so that a test may count, move and break what others rely on; or, with a
 * context, the template of that.
 */
export async function startOwnSystem({
  context,
  ...options
}: Pick<Partial<SystemOptions>, 'assemblyDirectory' | 'report' | 'clock'> & {
  context?: Record<string, string>;
} = {}): Promise<OwnSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-own-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const assemblyDirectory = context ? join(directory, 'cdk.out') : inject('assemblyDirectory');
    if (context) await synthesize(assemblyDirectory, context);
    const system = await startSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
      durable: false,
      ...options,
    });
    const belfry = createInstallation({
      ...system.outputs,
      AwsEndpointUrl: system.awsEndpointUrl,
      JwtSecret: system.secret('JwtSecretArn'),
    } as InstallationOutputs);
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
