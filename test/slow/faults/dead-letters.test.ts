import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAgain, type Redriven, redriveAll } from '../../../bin/redrive.ts';
import { deadLetterQueueUrl, lookAtMessage, takeMessage } from '../../support/dead-letter-queue.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { liveClient, titles } from '../../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { killAll, postgresProcesses } from '../../support/processes.ts';
import { storedIn } from '../../support/stored.ts';
import { nameOfResource } from '../../support/templates.ts';

// What an operator does here is what docs/operations.md tells them to do.
let own: OwnSystem;
let belfry: Installation;
let sqs: SQSClient;
let lambda: LambdaClient;
let dynamo: DynamoDBDocumentClient;
let deliverLetters: string | undefined;
/** What the system has reported. */
const reported: string[] = [];

beforeAll(async () => {
  own = await startOwnSystem({ durable: true, report: ({ message }) => void reported.push(message) });
  belfry = own.belfry;
  const client = {
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sqs = new SQSClient(client);
  lambda = new LambdaClient(client);
  dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  deliverLetters = await deadLetterQueueUrl(sqs, 'Redelivery', own.assemblyDirectory);
});

afterEach(() => own?.system.socketApi?.failPosts(undefined));

afterAll(() => own?.stop());

/** What `npm run redrive` does, and what it says. */
async function redrive(): Promise<Redriven & { lines: string[] }> {
  const lines: string[] = [];
  const { CreateDeadLettersUrl: from, CreateFunctionName: functionName } = belfry.outputs;
  const redriven = await redriveAll(sqs, from, createAgain(lambda, functionName), (line) => lines.push(line));
  return { ...redriven, lines };
}

const createLetter = () => lookAtMessage(sqs, belfry.outputs.CreateDeadLettersUrl);

/** What becomes a dead letter only when so much time has passed that its tries are over. */
const givenUp = <Value>(coming: Promise<Value>) => own.later(30_000, coming);

async function rowsOf(user: string): Promise<string[]> {
  const stored = await storedIn(own.system.databaseUrl);
  return stored.flatMap(({ user_id, title }) => (user_id === user ? [title] : []));
}

/** The bell of a user shows these and no others, and so does the table, after all that is under way. */
async function expectShown(user: string, shown: string[]): Promise<void> {
  const { client } = await liveClient(belfry, user);
  await vi.waitFor(async () => expect(await rowsOf(user)).toEqual(shown), patience);
  await vi.waitFor(() => expect(own.system.lambda.running()).toBe(0), patience);
  expect(await rowsOf(user)).toEqual(shown);
  await vi.waitFor(() => expect(titles(client)).toEqual(shown.toReversed()), patience);
}

const doors: [string, (command: Record<string, unknown>) => Promise<unknown>][] = [
  ['an invocation', (sent) => belfry.invokeLater(sent)],
  ['an event', (sent) => belfry.putEvent(sent)],
  ['a message', (sent) => belfry.sendMessage(JSON.stringify(sent))],
];

describe('what could not be created for as long as it was tried, since PostgreSQL was away', () => {
  it.each(doors)('is redriven once it is back: %s', async (_, send) => {
    const user = newUser();
    killAll(postgresProcesses());
    await send(command(user, { title: 'Redriven' }));
    await givenUp(createLetter());
    await own.system.restartDatabase();
    expect(await own.later(30_000, redrive())).toMatchObject({ done: 1, left: 0 });
    await expectShown(user, ['Redriven']);
  });
});

describe('what had been created after all', () => {
  it.each(doors)('is not created again by a redrive: %s', async (_, send) => {
    const user = newUser();
    killAll(postgresProcesses());
    await send(command(user, { title: 'Once', idempotency_key: 'once' }));
    await givenUp(createLetter());
    await own.system.restartDatabase();
    await belfry.invoke(command(user, { title: 'Once', idempotency_key: 'once' }));
    expect(await own.later(30_000, redrive())).toMatchObject({ done: 1, left: 0 });
    await expectShown(user, ['Once']);
  });
});

describe('a command that is invalid', () => {
  it.each(doors)('stays a dead letter, is named with the reason, and can be mended: %s', async (_, send) => {
    const user = newUser();
    await send(command(user, { title: '' }));
    await givenUp(createLetter());
    const { done, left, lines } = await own.later(30_000, redrive());
    expect([done, left]).toEqual([0, 1]);
    expect(lines).toEqual([expect.stringMatching(/^left {2}\S+ {2}ValidationError: title must /)]);
    const { ReceiptHandle } = await givenUp(createLetter());
    const MessageBody = JSON.stringify(command(user, { title: 'Mended' }));
    await sqs.send(new SendMessageCommand({ QueueUrl: belfry.outputs.CreateQueueUrl, MessageBody }));
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: belfry.outputs.CreateDeadLettersUrl, ReceiptHandle }),
    );
    await expectShown(user, ['Mended']);
  });
});

describe('a command that an AWS service has put into its envelope', () => {
  it.each(doors)(
    'is a dead letter whose record, or log entry, says how to unpack it: %s',
    async (_, send) => {
      const user = newUser();
      await send({
        Type: 'Notification',
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:seats',
        Message: JSON.stringify(command(user)),
      });
      const { Body = '', MessageId, ReceiptHandle } = await givenUp(createLetter());
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: belfry.outputs.CreateDeadLettersUrl, ReceiptHandle }),
      );
      const { responsePayload } = JSON.parse(Body);
      // A message has no record. The log has its id.
      const reasons = responsePayload
        ? [responsePayload.errorMessage]
        : reported.filter((line) => line.includes('create_refused') && line.includes(`${MessageId}`));
      expect(reasons).toContainEqual(expect.stringMatching(/notification of SNS.*raw message delivery/));
      expect(await rowsOf(user)).toEqual([]);
    },
  );
});

describe('what could not be delivered needs no redrive', () => {
  it('a push that was given up is shown at the next synchronisation, and its letter is deleted', async () => {
    const user = newUser();
    const { client } = await liveClient(belfry, user);
    own.system.socketApi?.failPosts({ status: 429 });
    await belfry.invoke(command(user, { title: 'Late' }));
    expect(JSON.parse((await givenUp(lookAtMessage(sqs, deliverLetters))).Body ?? '')).toMatchObject({
      user_id: user,
      attempt: 3,
    });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: deliverLetters }));
    await client.refresh();
    await vi.waitFor(() => expect(titles(client)).toEqual(['Late']), patience);
  });

  it('an item that is no pending delivery becomes a letter as it is, and holds up no pending delivery behind it', async () => {
    const user = newUser();
    const { client } = await liveClient(belfry, user);
    const Item = { user_id: user, leftover_id: 'poison', type: 'nonsense' };
    await dynamo.send(
      new PutCommand({
        TableName: nameOfResource(own.assemblyDirectory, 'AWS::DynamoDB::Table', 'Deliveries'),
        Item,
      }),
    );
    own.system.socketApi?.failPosts({ status: 429 }, { times: 1 });
    await belfry.invoke(command(user, { title: 'Behind it' }));
    await own.later(
      2_000,
      vi.waitFor(() => expect(titles(client)).toEqual(['Behind it']), patience),
    );
    const letter = JSON.parse(await own.later(2_000, takeMessage(sqs, deliverLetters)));
    expect(letter.dynamodb.NewImage).toMatchObject({ leftover_id: { S: 'poison' }, type: { S: 'nonsense' } });
  });
});
