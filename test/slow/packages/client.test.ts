import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkPackages } from '../../support/link-packages.ts';
import { packClient } from './pack-client.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const client = join(root, 'client');
const folder = mkdtempSync(join(tmpdir(), 'belfry-package-'));
let tarball: string;

beforeAll(async () => {
  tarball = await packClient(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What a face weighs in an app's bundle, minified and gzipped, with its peers left out: what comes with the page, and what
 * it loads later.
 */
async function sizeOf(face: string): Promise<{ first: number; later: number }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [`dist/${face}.js`],
    outdir: '.',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-dom'],
    write: false,
    metafile: true,
  });
  const outputs = Object.entries(metafile.outputs);
  const entry = outputs.find(([, { entryPoint }]) => entryPoint === `dist/${face}.js`);
  /** The files that the entry imports, and what these import, by their names. */
  const first = new Set(entry && [entry[0]]);
  for (const file of first) {
    for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && path in metafile.outputs) first.add(path);
    }
  }
  const size = { first: 0, later: 0 };
  for (const { path, contents } of outputFiles) {
    size[first.has(relative(folder, path)) ? 'first' : 'later'] += gzipSync(contents).length;
  }
  return size;
}

describe('the package', () => {
  it('weighs 8.2 kB at most without a framework', async () => {
    const { first, later } = await sizeOf('index');
    expect(first).toBeLessThanOrEqual(8_200);
    expect(later).toBe(0);
  });

  it('weighs 14.1 kB at most with the bell, its look and the client, and 5.3 kB for the list after the first paint', async () => {
    const { first, later } = await sizeOf('react');
    expect(first).toBeLessThanOrEqual(14_100);
    expect(later).toBeGreaterThan(4_000);
    expect(later).toBeLessThanOrEqual(5_300);
  });

  it.each(['snooze', 'actions', 'groups'])('weighs 0.2 kB at most with the face %s alone', async (face) => {
    expect((await sizeOf(face)).first).toBeLessThanOrEqual(200);
  });

  it.each([
    ['react/actions', 1_400],
    ['react/groups', 2_260],
    ['react/snooze', 2_150],
  ])(
    'adds the face %s to the bell by %d bytes at most, and loads nothing later for it',
    async (face, most) => {
      const bell = await sizeOf('react');
      writeFileSync(
        join(folder, 'dist/both.js'),
        `export * as bell from './react.js';\nexport * as part from './${face}.js';\n`,
      );
      const both = await sizeOf('both');
      expect(both.first - bell.first).toBeLessThanOrEqual(most);
      // What is compressed may differ by some bytes.
      expect(Math.abs(both.later - bell.later)).toBeLessThan(20);
    },
  );

  it('weighs 0.75 kB at most with a catalogue, and loads nothing', async () => {
    const { first, later } = await sizeOf('catalogue');
    expect(first).toBeLessThanOrEqual(750);
    expect(later).toBe(0);
  });

  it.each([
    'react',
    'react/actions',
    'react/by-day',
    'react/groups',
    'react/inbox',
    'react/preferences',
    'react/snooze',
    'react/tabs',
    'react/title-badge',
    'react/toaster',
  ])(
    'says of the face %s that it is for the browser, before any code, and loads nothing but React',
    (face) => {
      const [module, common] = ['js', 'cjs'].map((end) =>
        readFileSync(join(folder, `dist/${face}.${end}`), 'utf8'),
      );
      expect(module).toMatch(/^"use client"/);
      expect(common).toMatch(/^"use strict";\n"use client"/);
      const loaded = [
        ...namesIn(module, /^import .* from "([^".][^"]*)"/gm),
        ...namesIn(common, /require\("([^".][^"]*)"\)/g),
      ];
      expect(['react', 'react/jsx-runtime']).toEqual(expect.arrayContaining(loaded));
    },
  );

  it('keeps the list, tabs, toasts, days, preferences, the title badge and the parts of items out of the bell', () => {
    const [face, code] = ['react', 'bell'].map((name) =>
      readFileSync(join(folder, `dist/${name}.js`), 'utf8'),
    );
    expect(face).toContain('"./bell.js"');
    expect(code).not.toMatch(
      /belfry-list"|SteadyInbox|useUndo|belfry-toast|NotificationToaster|function tabs|byDay|belfry-switch|usePreferences|TitleBadge|MutationObserver|belfry-choices|belfry-menu|belfry-actors|belfry-activity/,
    );
    expect(code).toContain('belfry-popover');
  });

  it('has the license of the one package that it contains', () => {
    const notices = readFileSync(join(folder, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const packages = [...notices.matchAll(/^(\S+) \d\S* \(.+\)$/gm)].map(([, name]) => name);
    expect(packages).toEqual(['zod']);
    expect(notices).toContain('Permission is hereby granted');
  });

  it('resolves with its types under every module resolution, by import and by require', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    if (!result.types) throw new Error('The package has no types.');
    expect(result.problems).toEqual([]);
    const faces = Object.values(result.entrypoints).filter(({ subpath }) => subpath !== './package.json');
    expect(faces).toHaveLength(17);
    for (const { subpath, resolutions } of faces) {
      const name = join('dist', subpath === '.' ? 'index' : subpath);
      const files = Object.entries(resolutions).map(([by, { resolution }]) => [by, resolution?.fileName]);
      expect(Object.fromEntries(files)).toEqual({
        node10: `/node_modules/belfry/${name}.d.cts`,
        'node16-cjs': `/node_modules/belfry/${name}.d.cts`,
        'node16-esm': `/node_modules/belfry/${name}.d.ts`,
        bundler: `/node_modules/belfry/${name}.d.ts`,
      });
    }
  });

  it('is packed by the commands that the guides name, and installed', async () => {
    const { version } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'));
    for (const guide of ['README.md', 'client/README.md', 'examples/nextjs/README.md']) {
      const text = readFileSync(join(root, guide), 'utf8');
      expect(text).toContain('npm run build:client');
      expect(text).toContain(`npm install <path>/dist/belfry-${version}.tgz`);
    }

    // A clone in which nothing was built yet.
    const clone = join(folder, 'clone');
    const leftOut = new Set(['dist', 'node_modules'].map((name) => join(client, name)));
    for (const part of ['package.json', 'tsconfig.base.json', 'bin', 'client', 'functions']) {
      cpSync(join(root, part), join(clone, part), { recursive: true, filter: (path) => !leftOut.has(path) });
    }
    linkPackages(clone, { without: ['.cache'] });
    await run('npm', ['run', 'build:client'], { cwd: clone });

    const app = join(folder, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{}');
    const built = join(clone, `dist/belfry-${version}.tgz`);
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', built], { cwd: app });
    const script = "import * as belfry from 'belfry'; console.log(Object.keys(belfry).join())";
    const { stdout } = await run('node', ['--input-type=module', '--eval', script], { cwd: app });
    expect(stdout.trim()).toBe('NotificationError,createNotificationClient');
  });

  it('is put together as npm packages are', async () => {
    const pkg = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { messages } = await publint({ pkgDir: folder, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('declares its types without any other package', () => {
    const dist = join(folder, 'dist');
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    const declarations = files.filter((file) => /\.d\.c?ts$/.test(file));
    expect(declarations).toEqual(expect.arrayContaining(['react/toaster.d.ts', 'react/toaster.d.cts']));
    const imported = declarations.flatMap((file) =>
      namesIn(readFileSync(join(dist, file), 'utf8'), /from ["']([^"']+)["']/g),
    );
    expect(imported.filter((from) => !from.startsWith('.') && from !== 'react')).toEqual([]);
    // TypeScript 5 refuses a default import of React without `esModuleInterop`.
    const byDefault = declarations.filter((file) =>
      /import \w+[ ,].*from ["']react["']/.test(readFileSync(join(dist, file), 'utf8')),
    );
    expect(byDefault).toEqual([]);
  });
});

/** What the group of the pattern finds in a text, at each place. */
const namesIn = (text = '', pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
