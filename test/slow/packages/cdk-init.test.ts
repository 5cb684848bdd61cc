import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packConstructs } from './pack-constructs.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
const folder = mkdtempSync(join(tmpdir(), 'belfry-cdk-init-'));
let tarball: string;

/** Apps that `cdk init` makes, and a version of each package that they name as a range. All of them are CommonJS. */
const apps = [
  {
    what: 'with tsx, SWC and TypeScript 7',
    cli: () => Promise.resolve(cdk),
    versions: {
      '@swc/core': '1.16.22',
      '@swc/jest': '0.2.39',
      '@types/jest': '30.0.0',
      '@types/node': '24.19.2',
      jest: '30.5.2',
      tsx: '4.23.15',
      typescript: '7.0.2',
    },
  },
  {
    what: 'with ts-node, ts-jest and TypeScript 5.6, as cdk init made them until 2025',
    cli: () => installedCli('2.1029.0'),
    versions: {
      '@types/jest': '29.5.14',
      '@types/node': '22.7.9',
      jest: '29.7.0',
      'ts-jest': '29.4.15',
      'ts-node': '10.9.2',
      typescript: '5.6.3',
    },
  },
];

/** Files of an app that get the constructs in each way. Both ways have the same class. */
const importers = {
  'lib/module.mts': "export * from 'belfry-cdk';\n",
  'lib/common.cts': `
    import belfry = require('belfry-cdk');
    import type * as module from 'belfry-cdk' with { 'resolution-mode': 'import' };
    export const same: typeof module.Notifications = belfry.Notifications;
  `,
};

beforeAll(async () => {
  ({ tarball } = await packConstructs(join(folder, 'clone')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(apps)('an app of cdk init, $what', ({ cli, versions }) => {
  const app = join(folder, versions.typescript, 'shop');
  // The first test checks all types. ts-node and ts-jest would check them again, for a minute each.
  const env = { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true' };
  const tool = (name: string, ...words: string[]) =>
    run(process.execPath, [join(app, 'node_modules', name), ...words], { cwd: app, env });

  beforeAll(async () => {
    mkdirSync(app, { recursive: true });
    await init(app, await cli());
    await install(app, versions);
    embed(app);
    for (const [name, code] of Object.entries(importers)) writeFileSync(join(app, name), code);
  });

  it('names the packages whose versions this test knows', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
    expect(devDependencies).toEqual(versions);
  });

  it('compiles by import and by require, also if libraries are checked', async () => {
    await tool('typescript/bin/tsc', '--noEmit', '--skipLibCheck', 'false');
  });

  it('passes its own test', async () => {
    change(join(app, 'tsconfig.json'), (text) =>
      text.replace(/"compilerOptions": \{/, '$& "isolatedModules": true,'),
    );
    const { stderr } = await tool('jest/bin/jest.js');
    expect(stderr).toMatch(/✓ SQS Queue Created/);
  });

  it('synthesizes the queue of its own and the functions of Belfry', async () => {
    await run(process.execPath, [cdk, 'synth', '--quiet', '--no-notices'], { cwd: app, env });
    const file = join(app, 'cdk.out/ShopStack.template.json');
    const template = Template.fromString(readFileSync(file, 'utf8'));
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 300 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Belfry: creates notifications and pushes them',
    });
  });
});

/** @returns the program of a CLI of the CDK that this project does not use any more */
async function installedCli(version: string): Promise<string> {
  const prefix = join(folder, `cli-${version}`);
  mkdirSync(prefix);
  await npm(prefix, 'install', `aws-cdk@${version}`);
  return join(prefix, 'node_modules/aws-cdk/bin/cdk');
}

const npm = (cwd: string, command: string, ...words: string[]) =>
  run('npm', [command, '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', ...words], { cwd });

/** Makes the app, without its packages, and without a look into the developer's own settings of the CDK. */
async function init(app: string, cli: string): Promise<void> {
  const words = ['init', 'app', '--language', 'typescript', '--generate-only'];
  await run(process.execPath, [cli, ...words], { cwd: app, env: { ...process.env, HOME: folder } });
}

/** Installs the tarball and the tools, and lends the app this project's CDK, which is large. */
async function install(app: string, versions: Record<string, string>): Promise<void> {
  const file = join(app, 'package.json');
  const { dependencies: _, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  const { 'aws-cdk': __, ...named } = manifest.devDependencies;
  const exact = Object.keys(named).map((name) => [name, versions[name] ?? named[name]]);
  writeFileSync(file, JSON.stringify({ ...manifest, devDependencies: Object.fromEntries(exact) }));
  await npm(app, 'install', '--legacy-peer-deps', tarball);
  for (const lent of ['aws-cdk-lib', 'constructs']) {
    symlinkSync(join(root, 'node_modules', lent), join(app, 'node_modules', lent));
  }
}

/** Adds the construct, and turns the example resource and its test on, which are comments. */
function embed(app: string): void {
  change(join(app, 'lib/shop-stack.ts'), (code) =>
    code
      .replace(/^(?=export class)/m, "import { Notifications } from 'belfry-cdk';\n\n")
      .replace(/^( *)\/\/ The code that defines .*$/m, "$1new Notifications(this, 'Notifications');")
      .replace(/^\/\/ (?=import)/m, '')
      .replace(/^( *)\/\/ (?=const queue| *visibilityTimeout|\}\);)/gm, '$1'),
  );
  change(join(app, 'test/shop.test.ts'), (code) => code.replace(/^\/\/ (?=import)|^\/\/(?= {3})/gm, ''));
}

function change(file: string, by: (code: string) => string): void {
  writeFileSync(file, by(readFileSync(file, 'utf8')));
}
