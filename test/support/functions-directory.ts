import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `functionWith` writes bundles. */
    functionsDirectory: string;
  }
}

/** Makes a directory for the bundles of a run, and removes it after the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-functions-'));
  // The nearest package.json says what a .js file is, and there may be any above the temporary directory.
  await writeFile(join(directory, 'package.json'), '{}');
  project.provide('functionsDirectory', directory);
  return () => rm(directory, { recursive: true, force: true });
}
