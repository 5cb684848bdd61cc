import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it, vi } from 'vitest';
import type { AwsCredentials } from '../../functions/core/ports.ts';
import {
  createDynamoDbClient,
  createManagementClient,
  dynamoDbEndpointIn,
} from '../../functions/realtime/aws-clients.ts';

afterEach(() => vi.unstubAllEnvs());

/** The host that a client sends a request to, which is answered before it leaves the process. */
async function hostOf(credentials: AwsCredentials, endpoint?: string): Promise<string> {
  const hosts: string[] = [];
  const client = createDynamoDbClient({ region: 'eu-central-1', credentials }, endpoint);
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

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };

it.each([
  ['do not name the account', credentials],
  ['name the account', { ...credentials, accountId: '111122223333' }],
])('DynamoDB has the host of the region if the credentials %s', async (_, given) => {
  expect(await hostOf(given)).toBe('dynamodb.eu-central-1.amazonaws.com');
});

it('DynamoDB has the host of the endpoint that the function names, and of no other', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://other.test:4566');
  vi.stubEnv('AWS_ACCOUNT_ID', '111122223333');
  expect(await hostOf(credentials, 'http://emulator.test:4566')).toBe('emulator.test');
  expect(await hostOf(credentials)).toBe('dynamodb.eu-central-1.amazonaws.com');
});

it.each([
  ...[
    'us-east-1',
    'eu-central-1',
    'il-central-1',
    'mx-central-1',
    'us-gov-west-1',
    'cn-north-1',
    'eusc-de-east-1',
  ],
  ...['us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1'],
])('DynamoDB has the endpoint of the SDK’s rules: %s', (region) => {
  const { endpointProvider } = new DynamoDBClient({ region, credentials }).config;
  const { url } = endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false });
  expect(dynamoDbEndpointIn(region)).toBe(url.href.replace(/\/$/, ''));
});

it('a request passes nothing but what sends it, signs it and tries again', () => {
  const aws = { region: 'eu-central-1', credentials };
  const location = { endpoint: 'https://sockets.test/live', addressFamily: 0 };
  for (const client of [createDynamoDbClient(aws), createManagementClient(aws, location)]) {
    const steps = client.middlewareStack.identify().map((step) => step.split(' ')[0]);
    expect(steps).toEqual([
      'serializerMiddleware',
      'contentLengthMiddleware',
      'hostHeaderMiddleware',
      'retryMiddleware',
      'httpSigningMiddleware',
      'deserializerMiddleware',
    ]);
  }
});
