import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../bin/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'belfry-functions-'));
const bundleOf = (name: string) => readFileSync(join(folder, name, 'index.mjs'), 'utf8');

beforeAll(() => buildFunctions(folder), 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
