import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deadLetterQueueUrl } from '../support/dead-letter-queue.ts';
import { command, type Installation, newUser } from '../support/installation.ts';
import { createMovingClock, type MovingClock } from '../support/moving-clock.ts';
import { type OwnSystem, startOwnSystem } from '../support/own-system.ts';

// A system of its own, whose time the tests move: between two tries lie minutes.
let clock: MovingClock;
let own: OwnSystem;
let belfry: Installation;
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  clock = createMovingClock();
  own = await startOwnSystem({ clock });
  belfry = own.belfry;
  sqs = new SQSClient({
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  QueueUrl = await deadLetterQueueUrl(sqs, 'Pipeline');
});

afterAll(() => own?.stop());

/** The next dead letter, taken from its queue, however far the time must be moved on for it. */
async function nextLetter(): Promise<string | undefined> {
  const letter = await vi.waitFor(
    async (): Promise<Message> => {
      const { Messages: [received] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      if (received) return received;
      // Time that passes while a function runs would be the function's.
      if (own.system.lambda.running() === 0) clock.advance(30_000);
      throw new Error('There is no dead letter yet.');
    },
    { timeout: 25_000, interval: 50 },
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: letter.ReceiptHandle }));
  return letter.Body;
}

const unreadCount = async (user: string): Promise<unknown> => {
  const token = await belfry.token(user, {}, Math.floor(clock.now() / 1_000) + 300);
  const { body } = await belfry.request('/notifications/unread-count', {
    headers: { authorization: `Bearer ${token}` },
  });
  return body;
};

describe('a command that fails for good ends in the dead-letter queue, and writes nothing', () => {
  it('when it was invoked without waiting: the command, and why it failed', async () => {
    const user = newUser();
    await belfry.invokeLater(command(user, { title: '' }));
    const letter = await nextLetter();
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    expect(JSON.parse(letter ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { user_id: user, title: '' },
      responsePayload: { errorType: 'ValidationError' },
    });
    expect(await unreadCount(user)).toEqual({ unread_count: 0, version: 0 });
  });

  it('when it was an event: the event, and why it failed', async () => {
    const user = newUser();
    await belfry.putEvent(command(user, { body: '' }));
    const letter = await nextLetter();
    expect(JSON.parse(letter ?? '')).toMatchObject({
      requestPayload: { 'detail-type': 'notification.create', detail: { user_id: user } },
      responsePayload: { errorType: 'ValidationError' },
    });
    expect(await unreadCount(user)).toEqual({ unread_count: 0, version: 0 });
  });

  it('when it was a message: the message as it was sent, whatever it holds', async () => {
    await belfry.sendMessage('{ no JSON');
    expect(await nextLetter()).toBe('{ no JSON');
  });
});
