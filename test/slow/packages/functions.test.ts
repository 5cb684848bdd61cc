import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../bin/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'belfry-functions-'));
const bundleOf = (name: string) => readFileSync(join(folder, name, 'index.js'), 'utf8');

let built: Awaited<ReturnType<typeof buildFunctions>>;

beforeAll(async () => {
  built = await buildFunctions(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the build of the functions', () => {
  it('names each function and the size of its bundle', () => {
    const names = globSync('functions/*.ts', { cwd: join(import.meta.dirname, '../../..') });
    expect(built.map(({ name }) => name).sort()).toEqual(names.map((file) => basename(file, '.ts')).sort());
    for (const { name, bytes } of built) expect(bytes).toBe(Buffer.byteLength(bundleOf(name)));
  });
});

/** The most bytes of each bundle, in kB. A cold start reads and compiles all of it. */
const budgets = {
  'authorize-request': 56,
  connect: 290,
  'count-connections': 198,
  'create-notification': 580,
  'deliver-notification': 257,
  disconnect: 198,
  message: 4,
  migrate: 332,
  'purge-expired': 319,
  'read-notifications': 350,
  'update-notifications': 567,
};

describe('the bundle of each function', () => {
  it('has a budget, and stays within it', () => {
    const bytes = Object.fromEntries(built.map(({ name, bytes }) => [name, bytes]));
    expect(Object.keys(budgets).sort()).toEqual(Object.keys(bytes).sort());
    for (const [name, kilobytes] of Object.entries(budgets)) {
      expect(bytes[name], name).toBeLessThanOrEqual(kilobytes * 1_000);
    }
  });

  it('requires the modules of Node, because an import of node:http loads its fetch too', () => {
    for (const { name } of built) expect(/(?:^|;)import[\s{*"']/m.test(bundleOf(name)), name).toBe(false);
  });

  it('has no credential providers and no event streams of the AWS SDK', () => {
    for (const { name } of built) {
      expect(/sso-oidc|AWS_WEB_IDENTITY|EventStreamCodec/.test(bundleOf(name)), name).toBe(false);
    }
  });

  it('takes the place of the ES module of an earlier release, which Lambda would load first', async () => {
    const former = join(folder, 'message/index.mjs');
    writeFileSync(former, '');
    await buildFunctions(folder);
    expect(existsSync(former)).toBe(false);
  });
});

// Every request waits for this function.
describe('the bundle of the authorizer', () => {
  it('has neither the AWS SDK nor the driver of PostgreSQL', () => {
    expect(bundleOf('authorize-request')).not.toMatch(/smithy|aws-sdk|scram/i);
    expect(bundleOf('create-notification')).toMatch(/smithy|aws-sdk/i);
    expect(bundleOf('create-notification')).toMatch(/scram/i);
  });
});
