import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bundleBudgets } from '../../bench/bundle-sizes.ts';
import { buildFunctions } from '../../bin/build.ts';

it('every bundle has a budget in bytes, and is within it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-bundles-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const bundles = await buildFunctions(directory);
  expect(bundles.map(({ name }) => name).toSorted()).toEqual(Object.keys(bundleBudgets).toSorted());
  expect(bundles.filter(({ name, bytes }) => bytes > (bundleBudgets[name] ?? 0))).toEqual([]);
});
