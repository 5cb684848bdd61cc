import { afterAll, beforeAll, describe, it } from 'vitest';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { pythonTool } from '../../support/python-tool.ts';
import { policySettings } from '../../support/shared-settings.ts';
import { createWorkspace, environmentOf, type Workspace } from './workspace.ts';

const { path = '', reason } = await pythonTool('schemathesis');

describe.skipIf(!path)(`Schemathesis${reason}`, () => {
  let own: OwnSystem;
  let workspace: Workspace;

  beforeAll(async () => {
    own = await startOwnSystem({ context: { createsPerMinute: '0', ...policySettings } });
    workspace = await createWorkspace();
  });

  afterAll(async () => {
    await own?.stop();
    await workspace?.remove();
  });

  // Its settings are in consumer/schemathesis.toml.
  it('finds no 5xx, no answer that is not as documented, and nothing invalid that is served', async () => {
    await workspace.run(path, ['run', 'docs/openapi.json'], await environmentOf(own.belfry));
  });
});
