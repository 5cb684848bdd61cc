import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClient } from '../../bin/build-client.ts';

const run = promisify(execFile);
const client = join(import.meta.dirname, '../../client');
const folder = mkdtempSync(join(tmpdir(), 'belfry-package-'));

beforeAll(async () => {
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(client, file), join(folder, file));
  await buildClient(join(folder, 'dist'));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a face weighs in an app's bundle, minified and gzipped, with its peers left out. */
async function sizeOf(face: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'dist', `${face}.js`)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-dom'],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length;
}

describe('the package', () => {
  it('weighs 6 kB at most without a framework', async () => {
    expect(await sizeOf('index')).toBeLessThanOrEqual(6_000);
  });

  it('weighs 12 kB at most with the bell, its look and the client', async () => {
    expect(await sizeOf('react')).toBeLessThanOrEqual(12_000);
  });

  it('says of the face for React that it is for the browser, before anything else', () => {
    expect(readFileSync(join(folder, 'dist/react.js'), 'utf8')).toMatch(/^['"]use client['"]/);
  });

  it('imports nothing but React in the face for React', () => {
    const code = readFileSync(join(folder, 'dist/react.js'), 'utf8');
    const imported = [...code.matchAll(/^import .* from ["']([^"'.][^"']*)["']/gm)].map(([, from]) => from);
    expect(imported).toEqual(['react', 'react/jsx-runtime']);
  });

  it('resolves with its types under node16 and with bundlers', async () => {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: folder });
    const [{ filename }] = JSON.parse(stdout);
    // It rejects where anything is wrong; the package has ES modules alone.
    await run('npx', ['attw', join(folder, filename), '--profile', 'esm-only', '--no-color'], {
      cwd: client,
    });
  }, 60_000);

  it('is put together as npm packages are', async () => {
    const pkg = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { messages } = await publint({ pkgDir: folder, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('declares its types without any other package', () => {
    const dist = join(folder, 'dist');
    const declarations = readdirSync(dist).filter((file) => file.endsWith('.d.ts'));
    const imported = declarations.flatMap((file) =>
      [...readFileSync(join(dist, file), 'utf8').matchAll(/from ["']([^"']+)["']/g)].map(([, from]) => from),
    );
    expect(declarations).toEqual(expect.arrayContaining(['index.d.ts', 'react.d.ts', 'producer.d.ts']));
    expect(imported.filter((from) => !from?.startsWith('.') && from !== 'react')).toEqual([]);
  });
});
