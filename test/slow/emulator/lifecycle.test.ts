import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStacksCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { smokeCommand } from '../../../bin/smoke/create.ts';
import { command, createInstallation, newUser } from '../../support/installation.ts';
import { keepLog } from '../../support/kept-log.ts';
import { patience } from '../../support/patience.ts';
import { smoke } from '../../support/smoke-command.ts';
import type { InstallationOutputs } from '../../support/watched-system.ts';
import { functionLines } from './function-lines.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { startEmulator, type TestEmulator } from './start-emulator.ts';

// One stack from its first deployment to its end: each test begins where the one before it has left off.
let emulator: TestEmulator;
let outputs: InstallationOutputs;
/** What there was before the first deployment. */
let atFirst: Inventory;
const client = () => ({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const user = newUser();
const log = keepLog(inject('logDirectory'));
const installation = () => createInstallation(outputs, { log });
const inbox = async () => (await installation().as(user).get('/notifications')).body;

beforeAll(async () => {
  emulator = await startEmulator(log);
  atFirst = await takeInventory(emulator.endpoint);
  outputs = await emulator.deploy({}, { cdklocal: true });
});
afterAll(() => emulator?.stop());

it('has what was created after a deployment by cdklocal, and a socket that rings', async () => {
  const belfry = installation();
  const socket = await belfry.connect(user);
  await belfry.invoke(command(user, { title: 'Before' }));
  expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 1 });
  await socket.close();
  expect(await inbox()).toMatchObject({ data: [{ title: 'Before' }], version: 1 });
});

it('passes the smoke check, which signs a token with the secret that JwtSecretArn names', async () => {
  const { AwsEndpointUrl, JwtSecret, ...names } = outputs;
  const JwtSecretArn = await physicalId('JwtSecret', 'AWS::SecretsManager::Secret');
  const env = {
    AWS_ENDPOINT_URL: AwsEndpointUrl,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const { status, stdout } = await smoke({ Belfry: { ...names, JwtSecretArn } }, { env });
  expect(stdout).toContain('signed with the secret of JwtSecretArn');
  expect(stdout).not.toContain(JwtSecret);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('inline') });
});

it('has the lines of its functions, which are looked through when all is over', async () => {
  const sources = (await functionLines(emulator.endpoint)).map(({ source }) => source);
  for (const part of ['Create', 'Read', 'Authorize', 'Migrate']) {
    expect(sources).toContainEqual(expect.stringContaining(`${part}Logs`));
  }
});

it('keeps what cannot be delivered, by the stream, in the queue of dead letters', async () => {
  const [table, queue] = await Promise.all([
    physicalId('Realtime.*Deliveries', 'AWS::DynamoDB::Table'),
    physicalId('Redelivery.*DeadLetters', 'AWS::SQS::Queue'),
  ]);
  const Item = { user_id: { S: 'nobody' }, leftover_id: { S: 'no pending delivery' } };
  await new DynamoDBClient(client()).send(new PutItemCommand({ TableName: table, Item }));
  const sqs = new SQSClient(client());
  await vi.waitFor(async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }));
    expect(Messages.map(({ Body }) => Body)).toEqual([expect.stringContaining('no pending delivery')]);
  }, patience);
});

it('is left as it is by a deployment of the CDK’s own command without a change', async () => {
  const before = await stack();
  expect(await emulator.deploy()).toEqual(outputs);
  expect(await stack()).toEqual(before);
});

it('takes a changed setting, while clients keep their sockets and what is in their inboxes', async () => {
  const belfry = installation();
  const socket = await belfry.connect(user);
  expect(await emulator.deploy({ connectionLimit: '1' })).toEqual(outputs);

  await belfry.invoke(command(user, { title: 'After' }));
  expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 2 });
  expect(await inbox()).toMatchObject({ data: [{ title: 'After' }, { title: 'Before' }], version: 2 });

  const newer = await belfry.connect(user);
  expect(await socket.next()).toEqual({ type: 'goodbye', code: 'replaced' });
  newer.send('{"action":"ping"}');
  expect(await newer.next()).toEqual({ type: 'pong' });
  await newer.close();
});

it('follows DATABASE_URL to another database, and back', async () => {
  await query('CREATE DATABASE other');
  await emulator.deploy({}, { database: 'other' });
  expect(await inbox()).toMatchObject({ data: [], version: 0 });
  await emulator.deploy();
  expect(await inbox()).toMatchObject({ version: 2 });
});

it('is listed as a whole, so that what would stay could be seen', async () => {
  const listed = Object.values(await takeInventory(emulator.endpoint)).flat();
  const kinds = new Map<string, boolean[]>();
  for (const { ResourceType = '', PhysicalResourceId = '' } of await resourcesOf('Belfry')) {
    kinds.set(ResourceType, [...(kinds.get(ResourceType) ?? []), listed.includes(PhysicalResourceId)]);
  }
  for (const type of [
    'AWS::IAM::Role',
    'AWS::Logs::LogGroup',
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::Events::EventBus',
    'AWS::Events::Rule',
    'AWS::SQS::Queue',
    'AWS::DynamoDB::Table',
    'AWS::Lambda::Function',
    'AWS::Lambda::EventSourceMapping',
    'AWS::ApiGatewayV2::Api',
    'AWS::SecretsManager::Secret',
  ]) {
    expect(kinds.get(type)?.length, type).toBeGreaterThan(0);
    expect(kinds.get(type), type).not.toContain(false);
  }
});

it('leaves nothing when it is destroyed but the CDK’s bootstrap, and the database as it was', async () => {
  const bootstrap = (await resourcesOf('CDKToolkit')).map(({ PhysicalResourceId }) => PhysicalResourceId);
  await emulator.run('destroy:emulator', '--cdklocal');
  const { StackSummaries = [] } = await new CloudFormationClient(client()).send(new ListStacksCommand());
  const stacks = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  expect(stacks.map(({ StackName }) => StackName)).toEqual(['CDKToolkit']);
  const left = Object.entries(await takeInventory(emulator.endpoint)).map(([kind, names]) => [
    kind,
    names.filter((name) => !bootstrap.includes(name)),
  ]);
  expect(Object.fromEntries(left)).toEqual(atFirst);
  expect(await query('SELECT title FROM notifications ORDER BY id')).toEqual([
    { title: 'Before' },
    { title: smokeCommand(user, '').title },
    { title: 'After' },
  ]);
});

it('is destroyed once more without complaint', async () => {
  await emulator.run('destroy:emulator');
});

async function stack() {
  const { Stacks = [] } = await new CloudFormationClient(client()).send(
    new DescribeStacksCommand({ StackName: 'Belfry' }),
  );
  return Stacks;
}

/** The resources of a stack, with their names in the emulator. */
async function resourcesOf(StackName: string) {
  const resources: StackResourceSummary[] = [];
  const pages = paginateListStackResources({ client: new CloudFormationClient(client()) }, { StackName });
  for await (const { StackResourceSummaries = [] } of pages) resources.push(...StackResourceSummaries);
  return resources;
}

/** The name that a resource of the stack has got, by its logical id. */
async function physicalId(logicalId: string, type: string): Promise<string> {
  const found = (await resourcesOf('Belfry')).find(
    ({ LogicalResourceId = '', ResourceType }) =>
      ResourceType === type && new RegExp(logicalId).test(LogicalResourceId),
  );
  if (found?.PhysicalResourceId !== undefined) return found.PhysicalResourceId;
  throw new Error(`The stack has no ${type} ${logicalId}.`);
}

/** Runs SQL as the owner of the database that is deployed with. */
async function query(text: string): Promise<unknown[]> {
  const session = new pg.Client({ connectionString: emulator.databaseUrl() });
  await session.connect();
  try {
    return (await session.query(text)).rows;
  } finally {
    await session.end();
  }
}
