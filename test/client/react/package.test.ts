import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClient } from '../../../bin/build-client.ts';

describe('the face for React', () => {
  let dist: string;
  beforeAll(async () => {
    dist = mkdtempSync(join(tmpdir(), 'belfry-client-'));
    await buildClient(dist);
  });
  afterAll(() => rmSync(dist, { recursive: true }));

  it('says that it is for the browser, before anything else', () => {
    expect(readFileSync(join(dist, 'react.js'), 'utf8')).toMatch(/^['"]use client['"]/);
  });

  it('imports nothing but React', async () => {
    const { imports } = await minified(join(dist, 'react.js'));
    expect(imports.toSorted()).toEqual(['react', 'react/jsx-runtime']);
  });

  it('weighs 12 kB at most, minified and gzipped, with the client and without React', async () => {
    const { code } = await minified(join(dist, 'react.js'));
    expect(gzipSync(code).length).toBeLessThanOrEqual(12_000);
  });
});

async function minified(input: string) {
  const bundle = await rolldown({ input, external: /^[^./]/, platform: 'browser', logLevel: 'silent' });
  const { output } = await bundle.generate({ minify: true, comments: false });
  await bundle.close();
  return output[0];
}
