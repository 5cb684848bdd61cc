import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sendCommand, smokeCommand } from '../../bin/smoke/create.ts';
import { chooseDoor } from '../../bin/smoke/doors.ts';
import { Failure } from '../../bin/smoke/failure.ts';
import { missingFrame } from '../../bin/smoke/frame-remedies.ts';
import { checkCount } from '../../bin/smoke/inbox-count.ts';
import { type Installation, readInstallation } from '../../bin/smoke/installation.ts';
import { originOption, waitOption } from '../../bin/smoke/options.ts';
import { socketFailure } from '../../bin/smoke/socket-remedies.ts';
import { createSteps, type StepResult } from '../../bin/smoke/step-runner.ts';
import { givenToken } from '../../bin/smoke/token.ts';
import { wayOf } from '../../bin/smoke/way.ts';
import { localAws } from '../../local/doors.ts';
import { awsThatAnswers } from '../support/aws-that-answers.ts';

const directory = mkdtempSync(join(tmpdir(), 'belfry-smoke-'));
afterAll(() => rmSync(directory, { recursive: true }));

const outputs = {
  HttpApiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com/',
  WebSocketUrl: 'wss://def.execute-api.eu-central-1.amazonaws.com/live',
  CreateFunctionName: 'Belfry-Create',
  EventBusName: 'BelfryBus',
  CreateQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/Belfry-Queue',
};
const belfry: Installation = { name: 'Belfry', outputs, region: 'eu-central-1' };

function read(content: unknown, stack?: string): Installation {
  const file = join(directory, 'outputs.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readInstallation(file, stack);
}

describe('The file of outputs', () => {
  it('has one stack, or the outputs alone, and says the region', () => {
    const installation = { outputs: { ...outputs, HttpApiUrl: outputs.HttpApiUrl.slice(0, -1) } };
    expect(read({ Network: { VpcId: 'vpc-1' }, Belfry: outputs })).toEqual({
      ...installation,
      name: 'Belfry',
      region: 'eu-central-1',
    });
    expect(read(outputs)).toMatchObject({ ...installation, region: 'eu-central-1' });
  });

  it.each([
    ['the queue', { CreateQueueUrl: outputs.CreateQueueUrl }, 'eu-central-1'],
    ['the secret', { JwtSecretArn: 'arn:aws-cn:secretsmanager:cn-north-1:1:secret:x' }, 'cn-north-1'],
    ['nothing', {}, undefined],
  ])('with domain names of its own says the region by %s', (_, more, region) => {
    const HttpApiUrl = 'https://api.example.com';
    expect(read({ HttpApiUrl, WebSocketUrl: 'wss://live.example.com', ...more }).region).toBe(region);
  });

  it.each([
    ['no JSON', '{', undefined, 'is not JSON'],
    ['a list', [], undefined, 'has no stack with the outputs HttpApiUrl and WebSocketUrl'],
    [
      'no installation',
      { Network: {} },
      undefined,
      'has no stack with the outputs HttpApiUrl and WebSocketUrl',
    ],
    [
      'several',
      { A: outputs, B: outputs },
      undefined,
      'has 2 installations. Choose one: --stack A or --stack B.',
    ],
    ['another stack', { Staging: outputs, Shop: outputs }, 'stagin', 'Did you mean --stack Staging?'],
    [
      'an address that is none',
      { ...outputs, WebSocketUrl: 'https://x' },
      undefined,
      'WebSocketUrl must be a wss URL; it is "https://x"',
    ],
    [
      'an address that is no text',
      { ...outputs, HttpApiUrl: 1 },
      undefined,
      'HttpApiUrl must be an https URL; it is undefined',
    ],
  ])('is refused if it has %s', (_, content, stack, message) => {
    expect(() => read(content, stack)).toThrow(message);
  });

  it('is refused with the files that there may be if it is missing', () => {
    expect(() => readInstallation(join(directory, 'none.json'))).toThrow(
      /none\.json cannot be read\. npm run deploy writes cdk-outputs\.json, npm start writes \.local\/outputs\.json/,
    );
  });
});

describe('An option of npm run smoke', () => {
  it.each([
    ['a door that is none', () => chooseDoor(belfry, 'evnt'), 'Did you mean event?'],
    ['a door of the prototype', () => chooseDoor(belfry, 'toString'), '--door must be one of'],
    [
      'a door without its output',
      () => chooseDoor({ ...belfry, outputs: { ...outputs, CreateQueueUrl: undefined } as never }, 'queue'),
      'Belfry has no output CreateQueueUrl, which the door queue needs',
    ],
    ['an origin with a path', () => originOption('https://app.example.com/'), '--origin must be the scheme'],
    ['an origin that is none', () => originOption('null'), '--origin must be the scheme'],
    ['a wait that is no number', () => waitOption('long'), '--wait must be a number of seconds'],
    ['no wait', () => waitOption('0'), '--wait must be a number of seconds'],
  ])('is refused: %s', (_, run, message) => {
    expect(run).toThrow(message);
  });

  it.each([
    ['', 'The token of the option --token is empty'],
    ['Bearer x', 'without “Bearer”'],
    ['x\u0007', 'no token has'],
  ])('is refused: the token %j', async (token, message) => {
    await expect(givenToken(token)).rejects.toThrow(message);
  });
});

describe('The way of a frame', () => {
  const none = { connections: 0, posted: 0, gone: 0, failed: 0 };
  const created = { type: 'notification.created' };
  const changed = { type: 'inbox.changed' };

  it.each([
    ['inline', 'it came in full and was posted', created, { ...none, connections: 1, posted: 1 }],
    [
      'inline',
      'another connection failed, and this got it in full',
      created,
      { ...none, connections: 2, posted: 1, failed: 1 },
    ],
    ['inline', 'it is that of a burst', changed, { ...none, connections: 1, posted: 1 }],
    ['stream', 'it came in full, and no connection was looked up', created, none],
    ['redelivery', 'its post failed', changed, { ...none, connections: 1, failed: 1 }],
    ['redelivery', 'the connections could not be read', changed, none],
    ['redelivery', 'it is not in full, and the door has no report', changed, undefined],
    ['unknown', 'it came in full, and the door has no report', created, undefined],
  ])('is %s if %s', (way, _, frame, report) => {
    expect(wayOf(frame, report)).toBe(way);
  });
});

describe('A count', () => {
  const before = { version: 4, unread_count: 2 };

  it('follows the change', () => {
    expect(checkCount('The list', before, { version: 5, unread_count: 3 }, 1)).toBe('3 unread');
    expect(checkCount('The list', before, { version: 5, unread_count: 1 }, -1)).toBe('1 unread');
    expect(checkCount('The list', before, { version: 4, unread_count: 2 }, 0)).toBe('2 unread');
  });

  it('is not compared if there were other changes', () => {
    expect(checkCount('The list', before, { version: 7, unread_count: 9 }, 1)).toContain('not compared');
  });

  it('that is wrong fails', () => {
    expect(() => checkCount('The list', before, { version: 5, unread_count: 2 }, 1)).toThrow(
      'The list has 2 as the unread count of version 5. It must be 3.',
    );
  });
});

describe('A frame that does not come', () => {
  const report = { connections: 1, posted: 0, gone: 0, failed: 0 };

  it.each([
    ['the post and its redelivery failed', { ...report, failed: 1 }, 'egress-only internet gateway'],
    ['the gateway does not know the connection', { ...report, gone: 1 }, 'belong to different APIs'],
    ['the redelivery could not be queued', report, 'redelivery_not_queued'],
    ['it was posted', { ...report, posted: 1 }, 'run the check with a user of its own'],
    [
      'no connection was found',
      { ...report, connections: 0 },
      'take HttpApiUrl, WebSocketUrl and CreateFunctionName of one stack',
    ],
    ['the door has no answer', undefined, 'dead letters'],
  ])('is explained if %s', (_, given, remedy) => {
    const { message, remedies } = missingFrame(belfry, 30_000, { report: given });
    expect(message).toContain('No frame came within 30 s.');
    expect(remedies.join('\n')).toContain(remedy);
  });
});

describe('A socket that is refused', () => {
  it.each([
    [401, 'another installation'],
    [403, 'https://a.example is not in allowedOrigins'],
    [404, 'does not lead to a WebSocket API'],
    [414, 'too long'],
    [431, 'too long'],
    [429, 'throttled'],
    [500, 'the CloudWatch log group of Belfry with ConnectLogs in its name: connect_failed'],
    [503, 'jwtJwksUrl'],
  ])('with %i has its remedy', (status, remedy) => {
    const { message, remedies } = socketFailure(status, belfry, 'https://a.example');
    expect(message).toContain(String(status));
    expect(remedies.join('\n')).toContain(remedy);
  });
});

/** Why a command could not be sent through a door to an AWS that answers in this way. */
async function send(door: string, status: number, answer: { errorType?: string; body?: object }) {
  const aws = localAws(await awsThatAnswers(status, answer));
  const access = { aws: { ...aws, maxAttempts: 1 }, token: async () => '' };
  const CreateQueueUrl = `${aws.endpoint}/111122223333/Belfry-Queue`;
  const installation = { ...belfry, outputs: { ...outputs, CreateQueueUrl } };
  const command = smokeCommand('0b5e55ed-0000-4000-8000-000000000001', 'x');
  const run = { installation, waitMs: 5_000, note() {} };
  return sendCommand(run, { door: chooseDoor(installation, door), access, command }).then(
    () => expect.unreachable(),
    (error: Failure) => error,
  );
}

describe('An AWS that refuses a call', () => {
  it.each([
    [
      'invoke',
      403,
      'AccessDeniedException',
      'AWS denies lambda:InvokeFunction on Belfry-Create',
      'Allow lambda:InvokeFunction',
    ],
    [
      'event',
      400,
      'AccessDeniedException',
      'AWS denies events:PutEvents on BelfryBus',
      'Allow events:PutEvents',
    ],
    ['queue', 403, 'AccessDenied', 'AWS denies sqs:SendMessage on http', 'Allow sqs:SendMessage'],
    ['invoke', 403, 'ExpiredTokenException', 'does not accept the credentials', 'Sign in again'],
    ['invoke', 403, 'UnrecognizedClientException', 'does not accept the credentials', 'Sign in again'],
    [
      'invoke',
      403,
      'InvalidSignatureException',
      'does not accept the signature',
      'the clock of this machine',
    ],
    [
      'invoke',
      404,
      'ResourceNotFoundException',
      'There is no Belfry-Create in this account and eu-central-1',
      'those of another account',
    ],
    ['event', 400, 'ResourceNotFoundException', 'There is no BelfryBus', 'those of another account'],
    ['queue', 400, 'QueueDoesNotExist', 'There is no http', 'those of another account'],
    [
      'invoke',
      429,
      'TooManyRequestsException',
      'AWS throttles lambda:InvokeFunction',
      'docs/operations.md#throttles',
    ],
    ['invoke', 400, 'InvalidRuntimeException', 'As AWS says it.', 'Read the message'],
  ])('through the door %s with %i %s is explained', async (door, status, errorType, message, remedy) => {
    const failure = await send(door, status, { errorType });
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message).toContain(message);
    expect(failure.remedies.join('\n')).toContain(remedy);
    expect(failure.remedies.at(-1)).toContain('--door http');
  });
});

describe('An event bus that refuses an event', () => {
  it('is explained', async () => {
    const Entries = [{ ErrorCode: 'InternalFailure', ErrorMessage: 'As the bus says it.' }];
    const { message, remedies } = await send('event', 200, { body: { FailedEntryCount: 1, Entries } });
    expect(message).toBe('The answer is 502, InternalFailure: As the bus says it.');
    expect(remedies.join()).toContain('The event bus');
  });
});

describe('A step', () => {
  const screen = { begin() {}, note() {}, end() {} };
  const nothing = { interrupted: new AbortController().signal, conceal: (text: string) => text };
  const named = (results: readonly StepResult[]) =>
    results.map(({ name, status, detail }) => [name, status, detail]);

  it('is skipped if it needs one that failed', async () => {
    const { step, results } = createSteps(screen, nothing);
    const First = await step('First', {}, async () => {
      throw new Failure('It is down.', ['Start it.']);
    });
    await step('Second', { First }, async () => ({ found: true, detail: 'never' }));
    await step('Third', {}, async () => ({ found: true, detail: 'fine' }));
    expect(named(results)).toEqual([
      ['First', 'failed', 'It is down.'],
      ['Second', 'skipped', 'skipped, needs First'],
      ['Third', 'passed', 'fine'],
    ]);
    expect(results[0]?.remedies).toEqual(['Start it.']);
  });

  it('that shows a secret shows it concealed', async () => {
    const conceal = (text: string) => text.replaceAll('hidden', '…');
    const { step, results } = createSteps(screen, { ...nothing, conceal });
    await step('First', {}, async () => ({ found: true, detail: 'a hidden one' }));
    await step('Second', {}, async () => {
      throw new Failure('hidden', ['not hidden']);
    });
    expect(results).toMatchObject([{ detail: 'a … one' }, { detail: '…', remedies: ['not …'] }]);
  });

  it('ends at once when the person interrupts, and only the cleanup runs after it', async () => {
    const interrupted = new AbortController();
    const { step, results } = createSteps(screen, { ...nothing, interrupted: interrupted.signal });
    const waiting = step('First', {}, () => new Promise<never>(() => {}));
    interrupted.abort();
    await waiting;
    await step('Second', {}, async () => ({ found: true, detail: 'never' }));
    await step('Clean up', {}, async () => ({ found: true, detail: 'fine' }), { isCleanup: true });
    expect(named(results)).toEqual([
      ['First', 'failed', 'You have interrupted the check.'],
      ['Second', 'skipped', 'skipped, because the check was interrupted'],
      ['Clean up', 'passed', 'fine'],
    ]);
  });

  it('that throws something unexpected fails, and says that the check is at fault', async () => {
    const { step, results } = createSteps(screen, nothing);
    await step('First', {}, () => Promise.reject(new TypeError('x is undefined')));
    expect(results).toMatchObject([
      { status: 'failed', detail: 'The check itself failed: TypeError: x is undefined' },
    ]);
  });
});
