import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it, vi } from 'vitest';
import { command, installation, newUser } from '../support/installation.ts';
import { patience } from '../support/patience.ts';

const belfry = installation();
const aws = {
  endpoint: belfry.outputs.AwsEndpointUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const lambda = new LambdaClient(aws);
const eventBridge = new EventBridgeClient(aws);

/** A command with this text as a number, which JSON.stringify could not write. */
const textOf = (user: string, number: string, key?: string) =>
  JSON.stringify(
    command(user, {
      metadata: { order: { id: 'HERE' } },
      ...(key !== undefined && { idempotency_key: key }),
    }),
  ).replace('"HERE"', number);

async function invoke(text: string) {
  const Payload = new TextEncoder().encode(text);
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: belfry.outputs.CreateFunctionName, Payload }),
  );
  return JSON.parse(answer.Payload?.transformToString() ?? '');
}

const putEvent = (Detail: string) =>
  eventBridge.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: belfry.outputs.EventBusName,
          Source: 'booking',
          DetailType: 'notification.create',
          Detail,
        },
      ],
    }),
  );

async function post(text: string) {
  const authorization = `Bearer ${await belfry.token(newUser(), { scope: 'notifications:create' })}`;
  return belfry.request('/notifications', { method: 'POST', headers: { authorization }, body: text });
}

const inboxOf = async (user: string) =>
  (await belfry.as(user).get<{ data: { metadata: unknown }[] }>('/notifications')).body.data;

describe('A number that JavaScript would change', () => {
  it.each(['1234567890123456789', '-9007199254740993', '1e400', '1e300'])(
    'is refused by every door: %s',
    async (number) => {
      const users = Array.from({ length: 4 }, newUser);
      const [invoked = '', posted = '', put = '', sent = ''] = users;
      const refusal = /metadata\.order\.id must be a number from .+; send it as text/;
      expect(await invoke(textOf(invoked, number))).toMatchObject({
        errorType: 'ValidationError',
        errorMessage: expect.stringMatching(refusal),
      });
      expect(await post(textOf(posted, number))).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'metadata.order.id' }] },
      });
      await putEvent(textOf(put, number));
      await belfry.sendMessage(textOf(sent, number));
      // Sent after the refused ones, by the same doors.
      await putEvent(textOf(put, '7'));
      await belfry.sendMessage(textOf(sent, '7'));
      for (const user of [put, sent]) {
        await vi.waitFor(
          async () => expect(await inboxOf(user)).toMatchObject([{ metadata: { order: { id: 7 } } }]),
          patience,
        );
      }
      for (const user of [invoked, posted]) expect(await inboxOf(user)).toEqual([]);
    },
  );
});

describe('A number that has several texts', () => {
  it.each([
    ['1.0', '1'],
    ['-0', '0'],
    ['1E2', '100'],
    ['9007199254740991', '9007199254740991.0'],
  ])('is the same content under one key: %s and %s', async (first, second) => {
    const user = newUser();
    expect(await invoke(textOf(user, first, 'key'))).toMatchObject({ created: true });
    expect(await post(textOf(user, second, 'key'))).toMatchObject({ status: 200, body: { created: false } });
    expect(await inboxOf(user)).toMatchObject([{ metadata: { order: { id: Number(second) } } }]);
  });
});
