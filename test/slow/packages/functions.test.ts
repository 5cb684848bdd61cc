import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../bin/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'belfry-functions-'));
const bundleOf = (name: string) => readFileSync(join(folder, name, 'index.mjs'), 'utf8');

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

// A cold start reads and compiles the whole bundle, and every request waits for this function.
describe('the bundle of the authorizer', () => {
  it('has 45 kB at most', () => {
    expect(Buffer.byteLength(bundleOf('authorize-request'))).toBeLessThanOrEqual(45_000);
  });

  it('has neither the AWS SDK nor the driver of PostgreSQL', () => {
    expect(bundleOf('authorize-request')).not.toMatch(/smithy|aws-sdk|scram/i);
    expect(bundleOf('create-notification')).toMatch(/smithy|aws-sdk/i);
    expect(bundleOf('create-notification')).toMatch(/scram/i);
  });
});
