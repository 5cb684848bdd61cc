import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { synthesize } from '../../local/command-line/synthesize.ts';

let assembly: string;
beforeEach(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'belfry-stack-name-'));
});
afterEach(() => rm(assembly, { recursive: true, force: true }));

it.each([
  ['Belfry', {}],
  ['BelfryStaging', { stackName: 'BelfryStaging' }],
])('The stack has the name %s where the context is %j', async (name, context) => {
  await synthesize(assembly, context);
  expect(existsSync(join(assembly, `${name}.template.json`))).toBe(true);
});
