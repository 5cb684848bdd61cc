import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { templateOf } from '../support/templates.ts';

it.each([
  // A template that other tests need too.
  ['Belfry', undefined],
  ['BelfryStaging', { stackName: 'BelfryStaging' }],
])('The stack has the name %s if the context is %j', async (name, context?: Record<string, string>) => {
  const assembly = await templateOf(context);
  expect(existsSync(join(assembly, `${name}.template.json`))).toBe(true);
});
