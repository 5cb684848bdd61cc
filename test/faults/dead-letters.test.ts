import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Redriven, redriveAll } from '../../bin/redrive.ts';
import { deadLetterQueueUrl, takeMessage } from '../support/dead-letter-queue.ts';
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

/** How many letters the create function has left. */
async function countLetters(): Promise<number> {
  const AttributeNames: QueueAttributeName[] = ['ApproximateNumberOfMessages'];
  const ask = new GetQueueAttributesCommand({ QueueUrl: createLetters, AttributeNames });
  return Number((await sqs.send(ask)).Attributes?.ApproximateNumberOfMessages);
}

/** What `npm run redrive` does. */
async function redrive(): Promise<Redriven> {
  const queues = { from: createLetters ?? '', to: belfry.outputs.CreateQueueUrl };
  return own.later(
    2_000,
    redriveAll(sqs, queues, () => {}),
  );
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

/** Asks by each door that keeps what it could not do, for a user of its own; answers the users. */
async function askByEachDoor(title: string): Promise<string[]> {
  const users = [newUser(), newUser(), newUser()];
  const [invoker = '', putter = '', sender = ''] = users;
  await belfry.invokeLater(command(invoker, { title }));
  await belfry.putEvent(command(putter, { title }));
  await belfry.sendMessage(JSON.stringify(command(sender, { title })));
  return users;
}

const waitForLetters = (count: number) =>
  givenUp(vi.waitFor(async () => expect(await countLetters()).toBe(count), wait));

describe('an invocation, an event and a message that could not be created since PostgreSQL was away', () => {
  it('are dead letters at last, and are created once by a redrive when it is back', async () => {
    killPostgres();
    const users = await askByEachDoor('Redriven');
    await waitForLetters(3);
    await own.system.restartDatabase();
    expect(await redrive()).toEqual({ sent: 3, left: 0 });
    for (const user of users) await expectShown(user, ['Redriven']);
    expect(await redrive()).toEqual({ sent: 0, left: 0 });
  });

  it('are created no second time where they were created after all', async () => {
    const user = newUser();
    const asked = command(user, { title: 'After all' });
    killPostgres();
    const { MessageId = '' } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: belfry.outputs.CreateQueueUrl,
        MessageBody: JSON.stringify(asked),
      }),
    );
    await waitForLetters(1);
    await own.system.restartDatabase();
    await belfry.invoke({ ...asked, idempotency_key: MessageId });
    expect(await redrive()).toEqual({ sent: 1, left: 0 });
    await expectShown(user, ['After all']);
  });
});

describe('an invocation, an event and a message that nobody can create as they are', () => {
  it('are dead letters at last, which a redrive leaves, and are created when they are mended and sent', async () => {
    const users = await askByEachDoor('');
    await waitForLetters(3);
    expect(await redrive()).toEqual({ sent: 0, left: 3 });
    for (const _ of users) {
      const letter = JSON.parse(await givenUp(takeMessage(sqs, createLetters)));
      const { requestPayload = letter } = letter;
      const mended = { ...(requestPayload.detail ?? requestPayload), title: 'Mended' };
      await belfry.sendMessage(JSON.stringify(mended));
    }
    for (const user of users) await expectShown(user, ['Mended']);
    expect(await countLetters()).toBe(0);
  });
});

describe('what could not be delivered needs no redrive', () => {
  it('a push that was given up is shown at the next synchronisation', async () => {
    const user = newUser();
    const { client } = await liveClient(belfry, user);
    own.system.socketApi?.failPosts({ status: 429 });
    await belfry.invoke(command(user, { title: 'Late' }));
    const letter = JSON.parse(await givenUp(takeMessage(sqs, deliverLetters)));
    expect(letter).toMatchObject({ user_id: user, attempt: 3 });
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
