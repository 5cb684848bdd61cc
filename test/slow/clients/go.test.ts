import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { printedArguments, printedExample } from './guide.ts';
import { createWorkspace, environmentOf, type Workspace } from './workspace.ts';

/** What the generated code imports. */
const runtime = 'github.com/oapi-codegen/runtime@v1.9.0';
const command = printedArguments('go');

/** Where Go keeps modules and what it has compiled, or why it cannot get the generator. */
async function findGo(): Promise<{ caches: Record<string, string>; reason: string }> {
  const go = async (...words: string[]) => (await promisify(execFile)('go', words)).stdout;
  try {
    await go(...command.slice(0, 2), '-version');
    const caches = JSON.parse(await go('env', '-json', 'GOMODCACHE', 'GOCACHE', 'GOPROXY', 'GOSUMDB'));
    return { caches, reason: '' };
  } catch (error) {
    const cause = String(Object(error).stderr || error).trim();
    console.warn(`The tests with oapi-codegen are skipped, because it could not be installed: ${cause}.`);
    return { caches: {}, reason: ' (skipped, because Go or its module proxy is not there)' };
  }
}

const { caches, reason } = await findGo();

describe.skipIf(reason)(`The Go client of oapi-codegen${reason}`, () => {
  let own: OwnSystem;
  let workspace: Workspace;

  beforeAll(async () => {
    own = await startOwnSystem();
    workspace = await createWorkspace();
    await mkdir(join(workspace.directory, 'belfry'));
    const imports = ['context', 'fmt', 'log', 'net/http', 'consumer/belfry'].map((name) => `\t"${name}"\n`);
    await writeFile(
      join(workspace.directory, 'example.go'),
      `package main\n\nimport (\n${imports.join('')})\n\nfunc showExample(apiUrl, token string) {\n${printedExample('go')}}\n`,
    );
    for (const words of [['mod', 'init', 'consumer'], command, ['get', runtime], ['mod', 'tidy']])
      await workspace.run('go', words, caches);
  });

  afterAll(async () => {
    await own?.stop();
    await workspace?.remove();
  });

  it('creates, lists, marks and counts in the running system, and does what the example of the guide shows', async () => {
    const printed = await workspace.run('go', ['run', '.'], {
      ...caches,
      ...(await environmentOf(own.belfry)),
    });
    expect(printed.split('\n')).toEqual([
      expect.stringMatching(/^0 \[\{/),
      expect.stringMatching(/^401 Unauthorized .*"code":"unauthenticated"/),
      '',
    ]);
  });
});
