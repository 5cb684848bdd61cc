import { SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadLetterQueueUrl, takeMessage } from '../../support/dead-letter-queue.ts';
import { hostileCommand } from '../../support/hostile-command.ts';
import { hostileRuns } from '../../support/hostile-input.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

// A system of its own, whose time the tests move: between two tries lie minutes.
let own: OwnSystem;
let belfry: Installation;
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  own = await startOwnSystem();
  belfry = own.belfry;
  sqs = new SQSClient({
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  QueueUrl = await deadLetterQueueUrl(sqs, 'Pipeline', own.assemblyDirectory);
});

afterAll(() => own?.stop());

/** The next dead letters, however far the time must go on for them. */
const nextLetters = (count: number): Promise<string[]> =>
  own.later(5_000, Promise.all(Array.from({ length: count }, () => takeMessage(sqs, QueueUrl))));

async function expectUntouched(...users: string[]): Promise<void> {
  for (const user of users) {
    const { body } = await belfry.as(user).get('/notifications/unread-count');
    expect(body).toEqual({ user_id: user, unread_count: 0, version: 0 });
  }
}

/** What becomes of an asynchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
interface FailureRecord {
  requestContext: { condition: string; approximateInvokeCount: number };
  requestPayload: { detail: unknown };
  responsePayload: { errorType: string; errorMessage: string };
}

describe('a command that fails for good ends in the dead-letter queue, and writes nothing', () => {
  it('when it was invoked without waiting: the command, and why it failed', async () => {
    const user = newUser();
    await belfry.invokeLater(command(user, { title: '' }));
    expect(JSON.parse((await nextLetters(1)).join())).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { user_id: user, title: '' },
      responsePayload: { errorType: 'ValidationError' },
    });
    await expectUntouched(user);
  });

  it('when it was an event: the event, and each field that is wrong with it', async () => {
    const commands = fc.sample(hostileCommand, hostileRuns / 4);
    for (const { text } of commands) await belfry.putEvent(JSON.parse(text));
    const letters = (await nextLetters(commands.length)).map((body): FailureRecord => JSON.parse(body));
    for (const { users, text, paths } of commands) {
      const letter = letters.find(({ requestPayload }) => JSON.stringify(requestPayload.detail) === text);
      expect(letter).toMatchObject({
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        responsePayload: { errorType: 'ValidationError' },
      });
      for (const path of paths) expect(letter?.responsePayload.errorMessage).toContain(path);
      await expectUntouched(...users);
    }
  });

  it('when it was a message: the message as it was sent, whatever it holds', async () => {
    const commands = fc.sample(hostileCommand, hostileRuns / 4);
    const sent = ['{ no JSON', '[]', '7', ...commands.map(({ text }) => text)];
    for (const text of sent) await belfry.sendMessage(text);
    expect((await nextLetters(sent.length)).toSorted()).toEqual(sent.toSorted());
    for (const { users } of commands) await expectUntouched(...users);
  });
});
