import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packClient } from './pack-client.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const consumer = join(import.meta.dirname, 'consumer');
const faces = [
  'belfry',
  'belfry/react',
  'belfry/react/by-day',
  'belfry/react/inbox',
  'belfry/react/preferences',
  'belfry/react/tabs',
  'belfry/react/title-badge',
  'belfry/react/toaster',
  'belfry/snooze',
  'belfry/actions',
  'belfry/groups',
  'belfry/catalogue',
  'belfry/preferences',
  'belfry/producer',
];
const sdk = '@aws-sdk/client-lambda';
const folder = mkdtempSync(join(tmpdir(), 'belfry-consumer-'));
const app = join(folder, 'app');

/**
 * Packs the client, and installs it in a copy of `consumer`, with the packages that this names. The app also gets this
 * project's SDK, which is large.
 */
beforeAll(async () => {
  const tarball = await packClient(join(folder, 'belfry'));
  cpSync(consumer, app, { recursive: true });
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await run('npm', ['install', ...options, tarball], { cwd: app });
  mkdirSync(join(app, 'node_modules/@aws-sdk'), { recursive: true });
  symlinkSync(join(root, 'node_modules', sdk), join(app, 'node_modules', sdk));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Node in the app. Rejects with the output if it fails. */
const node = (...words: string[]) => run(process.execPath, words, { cwd: app });

describe('an app that installs the package', () => {
  it.each(['jsdom', 'happy-dom'])(
    'finds the dialog of the bell by its role, and sends by a door, in Vitest with %s',
    async (dom) => {
      await node('node_modules/vitest/vitest.mjs', 'run', '--globals', '--environment', dom);
    },
  );

  it('does so in Jest, which compiles none of its packages', async () => {
    const { stderr } = await node('node_modules/jest/bin/jest.js');
    expect(stderr).toContain('Tests:       2 passed, 2 total');
  });

  it.each(faces)('gets %s by require, also in a Node that cannot require ES modules', async (face) => {
    const script = `console.log(Object.keys(require('${face}')).join(), Object.keys(await import('${face}')).join())`;
    const { stdout } = await node(
      '--no-experimental-require-module',
      '--eval',
      `(async () => { ${script} })()`,
    );
    const [required, imported] = stdout.trim().split(' ');
    expect(required).toBeTruthy();
    expect(required).toBe(imported);
  });

  it('has one copy of each module in a bundle that imports and requires them', async () => {
    const both = (face: string, index: number) =>
      `import * as face${index} from '${face}'; console.log(face${index}, require('${face}'));\n`;
    const { metafile } = await build({
      stdin: { contents: faces.map(both).join(''), resolveDir: app },
      bundle: true,
      platform: 'browser',
      external: ['react', '@aws-sdk/*'],
      metafile: true,
      write: false,
    });
    const files = Object.keys(metafile.inputs).map((file) => basename(file));
    expect(files).toEqual(expect.arrayContaining(['bell.js', 'client.js', 'producer.js']));
    expect(files.filter((file) => file.endsWith('.cjs'))).toEqual([]);
  });

  it('compiles with each module resolution of TypeScript 6, and as ES module and CommonJS with 5.6', async () => {
    const types = join(app, 'types');
    mkdirSync(types);
    const source = faces.map((face, index) => `export * as face${index} from '${face}';\n`).join('');
    for (const name of ['module.mts', 'common.cts', 'either.ts']) writeFileSync(join(types, name), source);
    // It checks the declarations of the package and of React, and no others.
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--skipDefaultLibCheck',
      '--types',
      'react',
    ];
    const compile = (modules: string, ...words: string[]) =>
      node(join(modules, 'typescript/bin/tsc'), ...options, ...words);
    const [own, older] = [join(root, 'node_modules'), join(app, 'node_modules')];
    const byExtension = ['--module', 'nodenext', 'types/module.mts', 'types/common.cts'];
    const old = ['--module', 'commonjs', '--moduleResolution', 'node10', 'types/either.ts'];
    await compile(own, ...byExtension);
    await compile(own, ...old, '--ignoreDeprecations', '6.0');
    await compile(own, '--module', 'esnext', '--moduleResolution', 'bundler', 'types/either.ts');
    await compile(older, ...byExtension);
    await compile(older, ...old);
    // `tsc --init` sets it, and TypeScript 6 always has it.
    await compile(older, ...old, '--esModuleInterop');
  });
});
