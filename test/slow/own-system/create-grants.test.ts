import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { buildFunctions } from '../../../bin/build.ts';
import type { CreateGrant } from '../../../lib/create-grant.ts';
import { Notifications } from '../../../lib/notifications.ts';
import { NotificationsStack } from '../../../lib/notifications-stack.ts';
import { flagsOf, readProject } from '../../../local/command-line/project.ts';
import type { LocalSystem } from '../../../local/system.ts';
import { command, createInstallation, type Installation, newUser } from '../../support/installation.ts';
import { keepLog } from '../../support/kept-log.ts';
import { startWatchedSystem } from '../../support/watched-system.ts';

/** The producers of a system, each with what it is granted. */
const producers = {
  Everything: undefined,
  Invoking: { door: 'invoke' },
  Booking: { door: 'event', sources: ['booking', 'seating'] },
  Payments: { door: 'event', sources: ['payments'] },
  Queueing: { door: 'queue' },
} satisfies Record<string, CreateGrant | undefined>;
type Producer = keyof typeof producers;

/** The function of every producer: it sends a command by the door that it is asked to use, and returns what refused it. */
const code = `
  import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
  import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

  const doors = {
    invoke: (to, command) =>
      new LambdaClient().send(new InvokeCommand({ FunctionName: to, Payload: JSON.stringify(command) })),
    queue: (to, command) =>
      new SQSClient().send(new SendMessageCommand({ QueueUrl: to, MessageBody: JSON.stringify(command) })),
    event: (to, command, sources) =>
      new EventBridgeClient().send(
        new PutEventsCommand({
          Entries: sources.map((Source) => ({
            EventBusName: to,
            Source,
            DetailType: 'notification.create',
            Detail: JSON.stringify(command),
          })),
        }),
      ),
  };
  export const handler = ({ door, to, command, sources }) =>
    doors[door](to, command, sources).then(() => 'accepted', (error) => error.name);`;

const folder = await mkdtemp(join(tmpdir(), 'belfry-producers-'));
let system: LocalSystem;
let belfry: Installation;

beforeAll(async () => {
  await buildFunctions();
  await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    outfile: join(folder, 'producer/index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
  });
  const assemblyDirectory = join(folder, 'cdk.out');
  synthesize(assemblyDirectory);
  const log = keepLog(inject('logDirectory'));
  const started = await startWatchedSystem({ assemblyDirectory, stateDirectory: join(folder, 'state'), log });
  system = started.system;
  belfry = createInstallation(started.outputs, { log });
  // Each producer tries the doors of the others.
  for (const action of ['lambda:InvokeFunction', 'events:PutEvents', 'sqs:SendMessage']) {
    log.expectDenial(action);
  }
});

afterAll(async () => {
  await system?.stop();
  await rm(folder, { recursive: true, force: true });
});

function synthesize(outdir: string): void {
  vi.stubEnv('CDK_VALIDATION', 'false');
  const app = new App({ outdir, context: flagsOf(readProject().context) });
  const stack = new NotificationsStack(app, 'Belfry', { types: { payout: { sources: ['payments'] } } });
  const notifications = stack.node.findChild('Notifications');
  if (!(notifications instanceof Notifications)) throw new Error('The stack has no Notifications.');
  for (const [id, grant] of Object.entries<CreateGrant | undefined>(producers)) {
    const producer = new LambdaFunction(stack, id, {
      functionName: id,
      code: Code.fromAsset(join(folder, 'producer')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      // It waits for the create, whose environment may have to start. The default of 3 seconds is too short for that.
      timeout: Duration.minutes(1),
    });
    notifications.grantCreate(producer, grant);
  }
  app.synth();
  vi.unstubAllEnvs();
}

/** What a producer gets if it sends a notification of the type by the door: `accepted`, or the name of the error. */
async function send(
  producer: Producer,
  door: 'invoke' | 'event' | 'queue',
  { sources = [] as string[], type = 'booking', user = newUser() } = {},
): Promise<string> {
  const { CreateFunctionName, EventBusName, CreateQueueUrl } = belfry.outputs;
  const to = { invoke: CreateFunctionName, event: EventBusName, queue: CreateQueueUrl }[door];
  const event = { door, to, sources, command: command(user, { metadata: { type } }) };
  const { payload } = await system.lambda.invoke(producer, event, { principal: 'account' });
  return String(payload);
}

const denied = expect.stringMatching(/AccessDenied/);

describe('a producer', () => {
  it.each<[Producer, Record<'invoke' | 'event' | 'queue', unknown>]>([
    ['Everything', { invoke: 'accepted', event: 'accepted', queue: 'accepted' }],
    ['Invoking', { invoke: 'accepted', event: denied, queue: denied }],
    ['Booking', { invoke: denied, event: 'accepted', queue: denied }],
    ['Queueing', { invoke: denied, event: denied, queue: 'accepted' }],
  ])('%s uses the doors that it is granted, and no other', async (producer, expected) => {
    const sources = ['booking'];
    expect({
      invoke: await send(producer, 'invoke'),
      event: await send(producer, 'event', { sources }),
      queue: await send(producer, 'queue'),
    }).toEqual(expected);
  });

  it.each<[sources: string[], answer: unknown]>([
    [['booking'], 'accepted'],
    [['seating', 'booking'], 'accepted'],
    [['payments'], denied],
    [['Booking'], denied],
    [['booking', 'payments'], denied],
  ])(
    'that may be booking and seating puts events of %j, if all of them are its own',
    async (sources, answer) => {
      expect(await send('Booking', 'event', { sources })).toEqual(answer);
    },
  );

  it('creates a restricted type only as the source that it is granted', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    const payout = { type: 'payout', user };
    expect(await send('Booking', 'event', { ...payout, sources: ['payments'] })).toEqual(denied);
    expect(await send('Payments', 'event', { ...payout, sources: ['payments'] })).toBe('accepted');
    expect(await socket.next()).toMatchObject({
      notification: { metadata: { type: 'payout' } },
      unread_count: 1,
    });
    await socket.close();
  });
});
