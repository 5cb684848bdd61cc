import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { createProducer, IdempotencyConflict, Unauthenticated } from '../../client/src/producer.ts';
import { command, installation, newUser } from '../support/installation.ts';
import { patience } from '../support/patience.ts';

const belfry = installation();
const { outputs } = belfry;

const aws = {
  endpoint: outputs.AwsEndpointUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

const doors = {
  function: { functionName: outputs.CreateFunctionName, client: new LambdaClient(aws) },
  http: {
    apiUrl: outputs.HttpApiUrl,
    getToken: () => belfry.token(newUser(), { scope: 'notifications:create' }),
  },
  bus: { eventBusName: outputs.EventBusName, client: new EventBridgeClient(aws) },
  queue: { queueUrl: outputs.CreateQueueUrl, client: new SQSClient(aws) },
};

const inboxOf = async (user: string) =>
  (await belfry.as(user).get<{ data: { title: string }[]; unread_count: number }>('/notifications?limit=100'))
    .body;

describe.each(Object.entries(doors))('a producer by the %s', (name, door) => {
  const { notify } = createProducer(door);

  it('creates one notification for one command, however often it is given', async () => {
    const user = newUser();
    const once = { ...command(user), user_id: user, user_ids: undefined, idempotency_key: 'once' };
    const [{ notifications }] = await Promise.all([notify(once), notify(once), notify(once)]);
    await vi.waitFor(async () => expect((await inboxOf(user)).unread_count).toBe(1), patience);
    const answers = name === 'function' || name === 'http';
    expect(notifications?.map(({ user_id }) => user_id)).toEqual(answers ? [user] : undefined);
  });

  it('delivers many commands that are given at once', async () => {
    const user = newUser();
    const titles = Array.from({ length: 12 }, (_, index) => `Number ${index}`);
    await Promise.all(titles.map((title) => notify({ user_id: user, title, body: 'Body' })));
    await vi.waitFor(async () => expect((await inboxOf(user)).unread_count).toBe(12), patience);
    expect((await inboxOf(user)).data.map(({ title }) => title).toSorted()).toEqual(titles.toSorted());
  });
});

describe('a producer that is answered', () => {
  it.each(['function', 'http'] as const)('by the %s learns of a conflict', async (name) => {
    const { notify } = createProducer(doors[name]);
    const first = { user_id: newUser(), title: 'One', body: 'Body', idempotency_key: 'same' };
    await notify(first);
    await expect(notify({ ...first, title: 'Two' })).rejects.toBeInstanceOf(IdempotencyConflict);
  });

  it('reaches more than 500 recipients', async () => {
    const user_ids = Array.from({ length: 501 }, newUser);
    const { notifications } = await createProducer(doors.function).notify({
      user_ids,
      title: 'Hello',
      body: 'World',
    });
    expect(notifications?.map(({ user_id }) => user_id)).toEqual(user_ids);
    expect(notifications?.every(({ created }) => created)).toBe(true);
  });

  it('gets Unauthenticated for a bad token', async () => {
    const { notify } = createProducer({ ...doors.http, getToken: () => 'not.a.token' });
    await expect(notify({ user_id: newUser(), title: 'One', body: 'Body' })).rejects.toBeInstanceOf(
      Unauthenticated,
    );
  });
});
