import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it, vi } from 'vitest';
import { createDynamoDbClient } from '../../functions/realtime/aws-clients.ts';

afterEach(() => vi.unstubAllEnvs());

/** The host that a client of this environment sends a request to, which is answered before it leaves the process. */
async function hostOf(environment: Record<string, string>): Promise<string> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const hosts: string[] = [];
  const client = createDynamoDbClient();
  client.middlewareStack.add(
    () =>
      ({ request }) => {
        // The cast: a request that is ready to be sent has a host.
        hosts.push((request as { hostname: string }).hostname);
        return Promise.resolve({ response: {}, output: { $metadata: {} } });
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await client.send(new ListTablesCommand());
  return hosts.join();
}

const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

it.each([
  ['do not name the account', environment],
  ['name the account', { ...environment, AWS_ACCOUNT_ID: '111122223333' }],
])('DynamoDB has the host of the region if the credentials %s', async (_, variables) => {
  expect(await hostOf(variables)).toBe('dynamodb.eu-central-1.amazonaws.com');
});
