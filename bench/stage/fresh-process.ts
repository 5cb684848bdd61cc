import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What it took to import a bundle in a fresh process, and to answer one event if one was given. In milliseconds. */
export interface Start {
  /** Of all threads. */
  cpuMs: number;
  ms: number;
}

/** Starts a bundle in a fresh process, without a cache of compiled code, as Lambda starts an environment. */
export async function startFresh(
  bundle: string,
  environment: Readonly<Record<string, string>>,
  event?: unknown,
): Promise<Start> {
  const args = [join(import.meta.dirname, 'fresh-process.mjs'), bundle];
  const { stderr } = await promisify(execFile)(
    process.execPath,
    event === undefined ? args : [...args, JSON.stringify(event)],
    { env: { PATH: process.env.PATH, ...environment } },
  );
  const result: Start | { failure: string } = JSON.parse(stderr);
  if ('failure' in result) throw new Error(`${bundle} has failed: ${result.failure}`);
  return result;
}
