import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { root } from '../../support/cached-directory.ts';
import { descendantsOf, stillRunning } from '../../support/processes.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-bench-test-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the command with a directory for temporary files that no other run uses. */
function start(...args: string[]) {
  const env = { ...process.env, TMPDIR: directory };
  const child = spawn(process.execPath, ['bench/bench.ts', ...args], { cwd: root, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'close').then(([code]) => code);
  return { child, exit, stdout: text(child.stdout) };
}

describe('npm run bench', () => {
  it('lists its benches', async () => {
    const { exit, stdout } = start('--list');
    expect(await stdout).toMatch(/^create {2,}a create for a user with 0, 1 and 5 sockets/);
    expect(await stdout).toMatch(/^burst {2,}150 requests at once for 30 connections/m);
    expect(await exit).toBe(0);
  });

  it('refuses a name that it does not know, before it starts anything', async () => {
    const { child, exit } = start('craete');
    expect(await text(child.stderr)).toBe('✗ There is no bench "craete". Did you mean create?\n');
    expect(await exit).toBe(1);
  });

  it('prints a table, and writes the same as JSON without the name of the machine', async () => {
    const { exit, stdout } = start('client', '--quick');
    const [, file = ''] = /^(bench\/results\/\S+\.json)$/m.exec(await stdout) ?? [];
    onTestFinished(() => rmSync(join(root, file)));
    expect(await exit).toBe(0);
    expect(await stdout).toMatch(/^a frame into 10,000 rows .* ms .*≤ 0.10 ms/m);
    const { machine, quick, results } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    expect(Object.keys(machine)).toEqual(['processor', 'cores', 'node', 'load']);
    expect(quick).toBe(true);
    expect(results).toMatchObject([
      { budget: 'client.frame', unit: 'ms', target: { atMost: 0.1 } },
      { budget: 'client.renders', unit: 'rows', target: { atMost: 0 } },
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops everything that it has started after %s', async (signal) => {
    const { child, exit } = start('batch', '--quick');
    let said = '';
    // The database and both arms run when it begins to measure.
    for await (const chunk of child.stderr) {
      said += chunk;
      if (/batch: \d+ %/.test(said)) break;
    }
    const started = descendantsOf(child.pid ?? 0);
    expect(started.filter(({ command }) => command.includes('arm-process.ts'))).toHaveLength(2);
    expect(started.some(({ command }) => command.includes('postgres'))).toBe(true);
    child.kill(signal);
    expect(await exit).toBe(130);
    await expect.poll(() => stillRunning(started)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });
});
