import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { FunctionSpec } from '../../local/lambda/lambda-function.ts';

/** Writes a bundle (`index.mjs` unless named otherwise) to a fresh directory and describes a function that runs it. */
export function functionWith(
  source: string,
  overrides: Partial<FunctionSpec> = {},
  file = 'index.mjs',
): FunctionSpec {
  const codeDirectory = mkdtempSync(join(inject('functionsDirectory'), 'function-'));
  writeFileSync(join(codeDirectory, file), source);
  const name = overrides.name ?? 'example';
  return {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    handler: 'index.handler',
    codeDirectory,
    environment: {},
    timeoutMs: 3_000,
    memoryMb: 256,
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
    ...overrides,
  };
}
