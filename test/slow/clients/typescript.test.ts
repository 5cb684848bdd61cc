import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { printedArguments, printedExample } from './guide.ts';
import { createWorkspace, environmentOf, root, type Workspace } from './workspace.ts';

let own: OwnSystem;
let workspace: Workspace;

const bin = (name: string) => join(root, 'node_modules/.bin', name);

beforeAll(async () => {
  own = await startOwnSystem();
  workspace = await createWorkspace();
  const { directory, run } = workspace;
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  const given = ['API_URL', 'TOKEN'].map((name) => `process.env.${name} ?? ''`).join(', ');
  await writeFile(
    join(directory, 'example.ts'),
    `const [apiUrl = '', token = ''] = [${given}];\n${printedExample('ts')}`,
  );
  await run(bin('openapi-typescript'), printedArguments('openapi-typescript'));
});

afterAll(async () => {
  await own?.stop();
  await workspace?.remove();
});

it('the TypeScript client that openapi-typescript generates compiles in the strictest mode', async () => {
  const { run } = workspace;
  await run(bin('tsc'), [
    ...[
      '--noEmit',
      '--strict',
      '--noUncheckedIndexedAccess',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
    ],
    ...['--target', 'es2024', '--module', 'nodenext', '--allowImportingTsExtensions', '--types', 'node'],
    ...['use-client.ts', 'example.ts'],
  ]);
});

it('it creates, lists, marks and counts in the running system, and has a type for each problem', async () => {
  await workspace.run(process.execPath, ['use-client.ts'], await environmentOf(own.belfry));
});

it('the example of the guide prints the page, and for a token that is refused the problem', async () => {
  const environment = await environmentOf(own.belfry);
  const example = (changes: Record<string, string>) =>
    workspace.run(process.execPath, ['example.ts'], { ...environment, ...changes });
  expect(await example({})).toBe('0 []\n');
  await expect(
    workspace.run('/bin/sh', ['-c', `"${process.execPath}" example.ts 2>&1`], {
      ...environment,
      TOKEN: 'forged',
    }),
  ).resolves.toMatch(/^unauthenticated /);
});
