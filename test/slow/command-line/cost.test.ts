import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { billOf } from '../../../bin/cost/bill.ts';
import { modeNames } from '../../../bin/cost/modes.ts';
import { readStack } from '../../../bin/cost/read-stack.ts';
import { readUsage } from '../../../bin/cost/usage.ts';
import { modes } from '../../support/modes.ts';

const root = join(import.meta.dirname, '../../..');

describe('What the template of the stack costs', () => {
  it.each(Object.keys(modes))('is known for each resource of the mode %s', async (mode) => {
    const bill = billOf(
      await readStack(modes[mode] ?? {}),
      readUsage({ users: '1000', notifications: '50000' }),
    );
    expect(bill.usd).toBeGreaterThan(5);
  });
});

describe('npm run cost', () => {
  const run = (...options: string[]) =>
    new Promise<{ stdout: string; stderr: string }>((resolve) => {
      const env = { ...process.env, NO_COLOR: '1' };
      execFile(process.execPath, ['bin/cost.ts', ...options], { cwd: root, env }, (_, stdout, stderr) =>
        resolve({ stdout, stderr }),
      );
    });

  it('shows every mode side by side', async () => {
    const { stdout, stderr } = await run('--users', '1000', '--notifications', '50000');
    expect(stderr).toBe('');
    const [head = ''] = stdout.split('\n');
    expect(head.split(/ +/)).toEqual(['A', 'month', ...modeNames]);
    expect(stdout).toMatch(/^API Gateway: pings and pongs( +\$6\.34){7}$/m);
  });

  it('shows one mode with the options of the stack, and as data', async () => {
    const { stdout, stderr } = await run(
      ...['--mode', 'rds-nat', '--json', '--context', 'alarms=none'],
      ...['--context', 'databaseInstanceType=t4g.small', '--context', 'databaseMaxCapacity=8'],
    );
    expect(stderr).toBe('');
    const { modes: shown, usage } = JSON.parse(stdout);
    expect(usage).toMatchObject({ users: 0, notifications: 0 });
    const [mode, ...others] = Object.entries<{ lines: { item: string }[] }>(shown);
    expect([mode?.[0], others]).toEqual(['rds-nat', []]);
    const items = mode?.[1].lines.map(({ item }) => item);
    expect(items).toEqual(expect.arrayContaining(['instance db.t4g.small', 'NAT gateways']));
    expect(items).not.toContain('alarms');
  });

  it.each([
    [['--users', 'many'], '✗ --users must be a whole number from 0 to 1,000,000,000; it is "many".'],
    [['--mode', 'oracle'], '✗ --mode must be one of rds-ipv6, rds-isolated,'],
    [
      ['--context', 'alarms'],
      '✗ --context must be an option and its value, such as alarms=essential; it is "alarms".',
    ],
    [
      ['--context', 'alarms=few'],
      '✗ The context value alarms must be one of all, essential, none; it is "few".',
    ],
    [['--context', 'alarm=none'], '✗ Unknown context value alarm. Did you mean alarms?'],
    [
      ['--context', 'database=aurora'],
      '✗ --context database=aurora: the mode sets database. Choose it by --mode',
    ],
    [
      ['--context', 'databaseInstanceType=x9.huge'],
      '✗ bin/cost/prices.ts has no price for the instance class x9.huge.',
    ],
    [['--user', '5'], "✗ Unknown option '--user'"],
  ])('refuses %j', async (options, message) => {
    const { stdout, stderr } = await run(...options);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('explains itself', async () => {
    const { stdout } = await run('--help');
    for (const option of ['--users', '--ping-seconds', '--door', '--mode', '--context', '--json']) {
      expect(stdout).toContain(option);
    }
  });
});
