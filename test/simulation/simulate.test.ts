import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';

const command = fileURLToPath(new URL('simulate.ts', import.meta.url));

/** Every option of the command in a process of its own; where it fails, the exit code and what it has said until then. */
const simulate = (...options: string[]): Promise<{ exitCode: unknown; said: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [command, ...options], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, said: stdout + stderr }),
    );
  });

// Of those that end a process which does not listen for them.
const mutant = mutants.find(({ caughtBy }) => caughtBy === 'comes to rest');

describe('npm run simulate', { timeout: 1_800_000 }, () => {
  it('tells of a broken promise by a seed and the fewest steps, and fails, by the seed alone too', async () => {
    const mistake = ['--mutant', mutant?.name ?? ''];
    const search = await simulate('--schedules', '1', ...mistake);
    const { seed = '', fewest, all } = reportIn(search.said);
    expect(Number(fewest)).toBeLessThan(Number(all));
    expect(search.said).toContain('BROKEN comes to rest: ');
    expect(search.exitCode).toBe(1);

    const replay = await simulate('--seed', seed, ...mistake);
    expect(reportIn(replay.said)).toEqual({ seed, fewest, all });
    expect(replay.said).toContain('BROKEN comes to rest: ');
    expect(replay.exitCode).toBe(1);
  });

  it('succeeds where every promise is kept', async () => {
    const { exitCode, said } = await simulate('--schedules', '1');
    expect(said).toContain('every promise was kept');
    expect(exitCode).toBe(0);
  });

  it('refuses a mistake that nobody knows', async () => {
    const { exitCode, said } = await simulate('--mutant', 'everything is right');
    expect(said).toContain('No mistake has the name "everything is right".');
    expect(exitCode).toBe(2);
  });
});

const reportIn = (text: string): Record<string, string> => ({
  ...text.match(/Seed (?<seed>\d+) breaks a promise; (?<fewest>\d+) of its (?<all>\d+) steps are enough\./)
    ?.groups,
});
