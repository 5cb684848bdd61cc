import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWTPayload } from 'jose';
import type { TestProject } from 'vitest/node';
import { keepLog } from './kept-log.ts';
import { policySettings, sharedClaims, sharedOrigins } from './shared-settings.ts';
import { templateOf } from './templates.ts';
import { type InstallationOutputs, startWatchedSystem } from './watched-system.ts';

declare module 'vitest' {
  interface ProvidedContext {
    outputs: InstallationOutputs;
    /** The claims that the system wants in each token. Undefined: none. */
    claims: JWTPayload | undefined;
  }
}

/**
 * Runs one system for all end-to-end tests. If BELFRY_OUTPUTS names a file of outputs, the black-box tests look at the
 * system of these outputs instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.BELFRY_OUTPUTS) {
    project.provide('outputs', JSON.parse(await readFile(process.env.BELFRY_OUTPUTS, 'utf8')));
    return async () => {};
  }
  const { iss, aud } = sharedClaims;
  const allowedOrigins = sharedOrigins.join(',');
  const tokens = { jwtIssuers: iss, jwtAudiences: aud };
  const assemblyDirectory = await templateOf({ allowedOrigins, ...tokens, ...policySettings });
  const directory = await mkdtemp(join(tmpdir(), 'belfry-system-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const log = keepLog(project.getProvidedContext().logDirectory);
    const { system, outputs } = await startWatchedSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      log,
    });
    project.provide('outputs', outputs);
    project.provide('claims', sharedClaims);
    return async () => {
      await system.stop();
      await remove();
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
