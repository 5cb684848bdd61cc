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
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the build of the functions', () => {
  it('names each function and the size of its bundle', () => {
    const names = globSync('functions/*.ts', { cwd: join(import.meta.dirname, '../../..') });
    expect(built.map(({ name }) => name).sort()).toEqual(names.map((file) => basename(file, '.ts')).sort());
    for (const { name, bytes } of built) expect(bytes).toBe(Buffer.byteLength(bundleOf(name)));
  });
});

describe('the bundle of each function', () => {
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
