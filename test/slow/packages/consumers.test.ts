import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClient } from '../../../bin/build-client.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const client = join(root, 'client');
const consumer = join(import.meta.dirname, 'consumer');
const faces = [
  'belfry',
  'belfry/react',
  'belfry/react/by-day',
  'belfry/react/tabs',
  'belfry/react/title-badge',
  'belfry/react/toaster',
  'belfry/producer',
];
const folder = mkdtempSync(join(tmpdir(), 'belfry-consumer-'));

/** Packs the client, and installs it in a copy of `consumer`, with the packages that this names. */
beforeAll(async () => {
  const packed = join(folder, 'belfry');
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(client, file), join(packed, file));
  await buildClient(join(packed, 'dist'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: packed });
  const [{ filename }] = JSON.parse(stdout);
  cpSync(consumer, join(folder, 'app'), { recursive: true });
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await run('npm', ['install', ...options, join(folder, filename)], { cwd: join(folder, 'app') });
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Node in the app. Rejects with the output if it fails. */
const node = (...words: string[]) => run(process.execPath, words, { cwd: join(folder, 'app') });

describe('an app that installs the package', { timeout: 300_000 }, () => {
  it.each(['jsdom', 'happy-dom'])(
    'finds the dialog of the bell by its role, in Vitest with %s',
    async (dom) => {
      await node('node_modules/vitest/vitest.mjs', 'run', '--globals', '--environment', dom);
    },
  );

  it('finds it in Jest with jsdom, by the configuration that the guide prints', async () => {
    await node('node_modules/jest/bin/jest.js');
    const { jest } = JSON.parse(readFileSync(join(consumer, 'package.json'), 'utf8'));
    const guide = readFileSync(join(client, 'README.md'), 'utf8');
    for (const pattern of jest.transformIgnorePatterns) expect(guide).toContain(`'${pattern}'`);
  });

  it.each(faces)('gets %s by require too', async (face) => {
    const script = `console.log(Object.keys(require('${face}')).join(), Object.keys(await import('${face}')).join())`;
    const { stdout } = await node('--eval', `(async () => { ${script} })()`);
    const [required, imported] = stdout.trim().split(' ');
    expect(required).toBeTruthy();
    expect(required).toBe(imported);
  });

  it('compiles with each module resolution of TypeScript', async () => {
    const types = join(folder, 'app/types');
    mkdirSync(types);
    const source = faces.map((face, index) => `export * as face${index} from '${face}';\n`).join('');
    for (const name of ['module.mts', 'common.cts', 'either.ts']) writeFileSync(join(types, name), source);
    const compile = (...words: string[]) =>
      node(
        join(root, 'node_modules/typescript/bin/tsc'),
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        ...words,
      );
    await compile('--module', 'nodenext', 'types/module.mts', 'types/common.cts');
    await compile('--module', 'esnext', '--moduleResolution', 'bundler', 'types/either.ts');
    const old = ['--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'];
    await compile('--module', 'commonjs', ...old, 'types/either.ts');
  });
});
