import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/command-line/synthesize.ts';

/** Synthesizes the template once, for tests that each run it for themselves. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-template-'));
  await synthesize(directory, { allowedOrigins: 'http://localhost:*' });
  project.provide('assemblyDirectory', directory);
  return () => rm(directory, { recursive: true, force: true });
}
