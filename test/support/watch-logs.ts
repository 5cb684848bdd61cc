import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { refuseDenials } from './denials.ts';
import { refuseLeaks } from './leaks.ts';

/**
 * Looks for secrets and for unexpected denials in everything that the systems of a run have said, once they have all
 * stopped: list it before what starts one. Either fails the run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-logs-'));
  project.provide('logDirectory', directory);
  return async () => {
    try {
      // A denial is not told if it is a leak.
      await refuseLeaks(directory);
      await refuseDenials(directory);
    } catch (error) {
      // The run has its result by now, and tells what a teardown throws without failing.
      process.exitCode = 1;
      throw error;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
}
