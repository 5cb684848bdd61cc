import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation, newUser } from '../support/installation.ts';

const belfry = installation();
const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'belfry-commands-'));
const outputsFile = join(directory, 'outputs.json');

beforeAll(() => writeFileSync(outputsFile, JSON.stringify(belfry.outputs)));
afterAll(() => rmSync(directory, { recursive: true }));

/** What a command of the README prints, with the running system as the one that was started last. */
function run(command: 'send' | 'token', ...options: string[]) {
  const env = { ...process.env, NO_COLOR: '1', BELFRY_OUTPUTS: outputsFile };
  const words = [`local/command-line/${command}.ts`, '--user', ...options];
  return new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, words, { cwd: root, env }, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

describe('npm run send', () => {
  it('sends each part of the metadata that an option names, and more as JSON', async () => {
    const { stdout, stderr } = await run(
      'send',
      newUser(),
      ...['--title', 'Two seats', '--type', 'booking', '--route', '/bookings/981'],
      ...['--url', 'https://example.com/invoice', '--metadata', '{"seats":2,"type":"other"}'],
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).notification).toMatchObject({
      title: 'Two seats',
      metadata: { seats: 2, type: 'booking', route: '/bookings/981', url: 'https://example.com/invoice' },
    });
  });

  it('sends numbers as they were written, so that the service refuses those that it would change', async () => {
    const { stderr } = await run('send', newUser(), '--metadata', '{"order":1234567890123456789}');
    expect(stderr).toContain('metadata.order must be a number from');
  });

  it.each(['{seats:2}', '[]', 'null', ''])(
    'refuses metadata that is no JSON object: %s',
    async (metadata) => {
      const { stdout, stderr } = await run('send', newUser(), '--metadata', metadata);
      expect(stdout).toBe('');
      expect(stderr).toBe(
        `✗ --metadata must be a JSON object, such as '{"route":"/bookings/981"}'; it is ${JSON.stringify(metadata)}.\n`,
      );
    },
  );
});

describe('npm run token', () => {
  it.each([
    ['90s', 90],
    ['2h', 7_200],
    ['7 days', 604_800],
  ])('prints a token that is valid for %s', async (ttl, seconds) => {
    const { iat = 0, exp = 0 } = decodeJwt((await run('token', newUser(), '--ttl', ttl)).stdout.trim());
    expect(exp - iat).toBe(seconds);
  });

  it.each(['forever', '15', '-1m', '0s', ''])('refuses a time span that is none: %j', async (ttl) => {
    const { stdout, stderr } = await run('token', newUser(), `--ttl=${ttl}`);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `✗ --ttl must be a number and a unit, such as 30s, 15m, 2h or 7d; it is ${JSON.stringify(ttl)}.\n`,
    );
  });
});
