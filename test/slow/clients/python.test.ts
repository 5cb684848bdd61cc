import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describedApi } from '../../support/described.ts';
import { command, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { pythonTool } from '../../support/python-tool.ts';
import { printedArguments, printedExample } from './guide.ts';
import { createWorkspace, environmentOf, type Workspace } from './workspace.ts';

const [generator, modelGenerator] = await Promise.all([
  pythonTool('openapi-python-client'),
  pythonTool('datamodel-codegen'),
]);

let own: OwnSystem;
let workspace: Workspace;

beforeAll(async () => {
  own = await startOwnSystem();
  workspace = await createWorkspace();
});

afterAll(async () => {
  await own?.stop();
  await workspace?.remove();
});

/** The Python that has the packages which the generated code imports. */
const pythonOf = (path: string) => join(dirname(path), 'python');

describe.skipIf(!generator.path)(`The client of openapi-python-client${generator.reason}`, () => {
  const { path = '' } = generator;
  const python = async (file: string, environment: Record<string, string>) =>
    workspace.run(pythonOf(path), [file], {
      PYTHONPATH: join(workspace.directory, 'belfry-client'),
      ...environment,
    });

  beforeAll(async () => {
    // Without the formatter, which needs another program. A warning would be a part of the API that has no client.
    await writeFile(join(workspace.directory, 'config.yml'), 'post_hooks: []\n');
    const words = [
      ...printedArguments('openapi-python-client'),
      '--config',
      'config.yml',
      '--fail-on-warning',
    ];
    await workspace.run(path, words);
  });

  it('creates, lists, marks and counts in the running system, and has a type for each problem', async () => {
    await python('use_client.py', await environmentOf(own.belfry));
  });

  it('does what the example of the guide shows', async () => {
    const { directory } = workspace;
    const given = "import os\napi_url, token = os.environ['API_URL'], os.environ['TOKEN']\n";
    await writeFile(join(directory, 'example.py'), `${given}${printedExample('python')}`);
    const environment = await environmentOf(own.belfry);
    expect(await python('example.py', environment)).toBe('0 []\n');
    expect(await python('example.py', { ...environment, TOKEN: 'forged' })).toMatch(/^unauthenticated /);
  });
});

describe.skipIf(!modelGenerator.path)(
  `The models of datamodel-code-generator${modelGenerator.reason}`,
  () => {
    const { path = '' } = modelGenerator;

    it('take what the document calls valid and what the system answers, and nothing else', async () => {
      await workspace.run(path, [
        ...['--input', 'docs/openapi.json', '--input-file-type', 'openapi', '--output', 'belfry_models.py'],
        ...['--output-model-type', 'pydantic_v2.BaseModel', '--formatters', 'builtin'],
      ]);
      const user = newUser();
      const { created } = await own.belfry.invoke(
        command(user, { metadata: { type: 'booking', deep: { a: [1] } } }),
      );
      const page = await own.belfry.as(user).get('/notifications');
      const { schemas } = describedApi().document.components;
      const examples = Object.entries(schemas).flatMap(([name, { examples = [] }]) =>
        examples.map((example) => [name, example]),
      );
      const given = {
        valid: [
          ...examples,
          ['CreatedOne', created],
          ['FeedPage', page.body],
          ['Command', command(user, { body: null })],
        ],
        invalid: [
          ['Command', { title: 'To nobody' }],
          ['CreateForOne', { user_id: user, title: '\u0000' }],
          ['CreateForOne', { user_id: user, title: '  ' }],
          ['CreateForOne', { user_id: user, title: 'Misspelt', boddy: '' }],
          ['FeedPage', { ...Object(page.body), next_cursor: '' }],
        ],
      };
      await writeFile(join(workspace.directory, 'given.json'), JSON.stringify(given));
      await workspace.run('/bin/sh', ['-c', `"${pythonOf(path)}" read_models.py < given.json`]);
    });
  },
);
