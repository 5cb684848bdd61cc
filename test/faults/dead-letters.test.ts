import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { deadLetterQueueUrl, lookAtMessage, takeMessage } from '../support/dead-letter-queue.ts';
import { command, type Installation, newUser } from '../support/installation.ts';
import { liveClient, titles, wait } from '../support/live-client.ts';
import { nameOfResource, type OwnSystem, startOwnSystem } from '../support/own-system.ts';
import { killPostgres } from '../support/processes.ts';
import { storedIn } from '../support/stored.ts';

// What an operator does here is what docs/operations.md tells them to do.
let own: OwnSystem;
let belfry: Installation;
let sqs: SQSClient;
let dynamo: DynamoDBDocumentClient;
let createLetters: string | undefined;
let deliverLetters: string | undefined;

beforeAll(async () => {
  own = await startOwnSystem({ durable: true });
  belfry = own.belfry;
  const client = {
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sqs = new SQSClient(client);
  dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  createLetters = await deadLetterQueueUrl(sqs, 'Pipeline');
  deliverLetters = await deadLetterQueueUrl(sqs, 'Redelivery');
});

afterEach(() => own?.system.socketApi?.failPosts(undefined));

afterAll(() => own?.stop());

async function arnOf(QueueUrl: string | undefined): Promise<string | undefined> {
  const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.send(ask)).Attributes?.QueueArn;
}

/** Moves the letters of the create queue back to it. */
async function redriveMessages(): Promise<void> {
  const [SourceArn, DestinationArn] = [
    await arnOf(createLetters),
    await arnOf(belfry.outputs.CreateQueueUrl),
  ];
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
}

/** Sends the command of another letter to the create queue, twice, with the key that its door used, and deletes the letter. */
async function redriveCommand({ Body = '', ReceiptHandle }: Message, changes = {}): Promise<void> {
  const { requestPayload, requestContext } = JSON.parse(Body);
  const isEvent = 'detail' in requestPayload;
  const idempotency_key = isEvent ? requestPayload.id : requestContext.requestId;
  const redriven = { idempotency_key, ...(isEvent ? requestPayload.detail : requestPayload), ...changes };
  for (let n = 1; n <= 2; n += 1) await belfry.sendMessage(JSON.stringify(redriven));
  await sqs.send(new DeleteMessageCommand({ QueueUrl: createLetters, ReceiptHandle }));
}

/** What becomes a dead letter only when so much time has passed that its tries are over. */
const givenUp = <Value>(coming: Promise<Value>) => own.later(30_000, coming);

async function rowsOf(user: string): Promise<string[]> {
  const stored = await storedIn(own.system.databaseUrl);
  return stored.flatMap(({ user_id, title }) => (user_id === user ? [title] : []));
}

/** The bell of a user shows these and no others, and so does the table, after all that is under way. */
async function expectShown(user: string, shown: string[]): Promise<void> {
  const { client } = await liveClient(belfry, user);
  await vi.waitFor(async () => expect(await rowsOf(user)).toEqual(shown), wait);
  await vi.waitFor(() => expect(own.system.lambda.running()).toBe(0), wait);
  expect(await rowsOf(user)).toEqual(shown);
  await vi.waitFor(() => expect(titles(client)).toEqual(shown.toReversed()), wait);
}

describe('what could not be created for as long as it was tried, since PostgreSQL was away, can be redriven', () => {
  it.each([
    ['an invocation', (user: string) => belfry.invokeLater(command(user, { title: 'Redriven' }))],
    ['an event', (user: string) => belfry.putEvent(command(user, { title: 'Redriven' }))],
  ])('%s, by its command, and sending it twice makes one', async (_, send) => {
    const user = newUser();
    killPostgres();
    await send(user);
    const letter = await givenUp(lookAtMessage(sqs, createLetters));
    expect(JSON.parse(letter.Body ?? '')).toMatchObject({ responsePayload: { errorType: 'Unavailable' } });
    await own.system.restartDatabase();
    await redriveCommand(letter);
    await expectShown(user, ['Redriven']);
  });

  it('a message, by a move task', async () => {
    const user = newUser();
    killPostgres();
    await belfry.sendMessage(JSON.stringify(command(user, { title: 'Redriven' })));
    const letter = await givenUp(lookAtMessage(sqs, createLetters));
    expect(JSON.parse(letter.Body ?? '')).toMatchObject({ title: 'Redriven' });
    await own.system.restartDatabase();
    await redriveMessages();
    await expectShown(user, ['Redriven']);
  });
});

describe('what nobody can create as it is can be mended and sent', () => {
  it.each([
    ['an invocation', (user: string) => belfry.invokeLater(command(user, { title: '' }))],
    ['an event', (user: string) => belfry.putEvent(command(user, { title: '' }))],
  ])('%s', async (_, send) => {
    const user = newUser();
    await send(user);
    const letter = await givenUp(lookAtMessage(sqs, createLetters));
    expect(JSON.parse(letter.Body ?? '')).toMatchObject({
      responsePayload: { errorType: 'ValidationError' },
    });
    await redriveCommand(letter, { title: 'Mended' });
    await expectShown(user, ['Mended']);
  });

  it('a message, which ends in the dead-letter queue again where it is moved unmended', async () => {
    const user = newUser();
    await belfry.sendMessage(JSON.stringify(command(user, { title: '' })));
    await givenUp(lookAtMessage(sqs, createLetters));
    await redriveMessages();
    const { MessageId: idempotency_key, ReceiptHandle } = await givenUp(lookAtMessage(sqs, createLetters));
    const MessageBody = JSON.stringify(
      command(user, { title: 'Mended', ...(idempotency_key && { idempotency_key }) }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: belfry.outputs.CreateQueueUrl, MessageBody }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: createLetters, ReceiptHandle }));
    await expectShown(user, ['Mended']);
  });
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
    expect(titles(client)).toEqual([]);
    await client.refresh();
    await vi.waitFor(() => expect(titles(client)).toEqual(['Late']), wait);
  });

  it('an item that is no leftover becomes a letter as it is, and holds up no leftover behind it', async () => {
    const user = newUser();
    const { client } = await liveClient(belfry, user);
    const Item = { user_id: user, leftover_id: 'poison', type: 'nonsense' };
    await dynamo.send(
      new PutCommand({ TableName: nameOfResource('AWS::DynamoDB::Table', 'Deliveries'), Item }),
    );
    own.system.socketApi?.failPosts({ status: 429 }, { times: 1 });
    await belfry.invoke(command(user, { title: 'Behind it' }));
    await own.later(
      2_000,
      vi.waitFor(() => expect(titles(client)).toEqual(['Behind it']), wait),
    );
    const letter = JSON.parse(await own.later(2_000, takeMessage(sqs, deliverLetters)));
    expect(letter.dynamodb.NewImage).toMatchObject({ leftover_id: { S: 'poison' }, type: { S: 'nonsense' } });
  });
});
