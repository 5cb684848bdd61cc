import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerFrame } from '../../../functions/core/frames.ts';
import { batchCommand, type CreatedMany, command, newUser, type Socket } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const users = Array.from({ length: 800 }, newUser);
const [firstUser = '', slowUser = '', deadUser = ''] = users;
/** Whose the sockets are: most have one, some two, the first one nine; the slow and the dead one are second ones. */
const owners = [
  ...users,
  ...users.slice(3, 193),
  ...Array.from({ length: 8 }, () => firstUser),
  slowUser,
  deadUser,
];
const rounds = 3;
const minute = 60_000;
const aws = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

let own: OwnSystem;
let proxy: TcpProxy;
/** All but the slow and the dead one. */
let quick: { user: string; socket: Socket; frames: ServerFrame[] }[];
let slow: Socket;

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));

async function rowsOf(user_id: string): Promise<string[]> {
  const dynamo = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...aws, endpoint: own.system.awsEndpointUrl }),
  );
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: own.belfry.outputs.ConnectionsTableName,
      KeyConditionExpression: 'user_id = :user_id',
      ExpressionAttributeValues: { ':user_id': user_id },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ connection_id }) => connection_id);
}

/** Posts to a connection whose client reads nothing, until the gateway takes no more for it. */
async function fillUp(ConnectionId: string): Promise<void> {
  const endpoint = own.belfry.outputs.WebSocketUrl.replace('ws://', 'http://');
  const gateway = new ApiGatewayManagementApiClient({ ...aws, endpoint, maxAttempts: 1 });
  const Data = JSON.stringify({ type: 'filler', text: 'x'.repeat(120_000) });
  const post = (): Promise<boolean> =>
    gateway.send(new PostToConnectionCommand({ ConnectionId, Data })).then(
      () => true,
      (error) => {
        if (error.name === 'LimitExceededException') return false;
        throw error;
      },
    );
  while (await post());
}

/**
 * Creates one notification for each of these users; again with the same key, which delivers again, until all of their
 * sockets were posted to, but for the slow one, whose post the gateway refuses: a busy machine may not look up all in time.
 */
async function create(some: string[], round: number): Promise<void> {
  const refused = some.includes(slowUser) ? 1 : 0;
  const posted = owners.filter((owner) => some.includes(owner)).length - refused;
  const again = { title: `Round ${round}`, idempotency_key: `round ${round}` };
  for (;;) {
    const { delivery } = (await own.belfry.invoke<CreatedMany>(batchCommand(some, again))).created;
    if (delivery.posted === posted && delivery.failed === refused) return;
  }
}

/** A token for longer than the whole test, whose time moves. */
const token = (user: string) => own.belfry.token(user, {}, Math.floor(own.clock.now() / 1_000) + 7_200);

beforeAll(async () => {
  own = await startOwnSystem();
  const { belfry } = own;
  quick = [];
  // A few at once: each of them starts an environment, and all of 50 would wait for the processor longer than for DynamoDB.
  for (const wave of chunks(owners.slice(0, 998), 5)) {
    const open = async (user: string) => ({
      user,
      socket: await belfry.connect(user, { token: await token(user) }),
      frames: [],
    });
    quick.push(...(await Promise.all(wave.map(open))));
  }
  const before = await rowsOf(slowUser);
  slow = await belfry.connect(slowUser, { token: await token(slowUser) });
  const [slowConnection = ''] = (await rowsOf(slowUser)).filter((row) => !before.includes(row));
  proxy = await createTcpProxy(belfry.outputs.WebSocketUrl);
  await belfry.connect(deadUser, { token: await token(deadUser), url: proxy.url });
  expect(own.system.socketApi?.connections()).toHaveLength(1_000);

  slow.pause();
  await fillUp(slowConnection);
  proxy.goDead();
  for (let round = 1; round <= rounds; round += 1) {
    for (const some of chunks(users, 50)) await create(some, round);
  }
  for (const one of quick) one.frames.push(...(await one.socket.settled()));
});

afterAll(async () => {
  for (const { socket } of quick ?? []) socket.terminate();
  slow?.terminate();
  await proxy?.close();
  await own?.stop();
});

describe('a slow and a dead socket among 1,000', () => {
  it('keep no frame from any of the others', () => {
    expect(quick).toHaveLength(998);
    const expected = Array.from({ length: rounds }, (_, n) => `${n + 1} Round ${n + 1}`);
    const told = quick.map(({ frames }) => [
      // Once more where it was delivered again.
      ...new Set(
        frames.flatMap((frame) =>
          frame.type === 'notification.created' ? [`${frame.version} ${frame.notification.title}`] : [],
        ),
      ),
    ]);
    expect(told.filter((each) => each.join() !== expected.join())).toEqual([]);
    for (const { user, frames } of quick) {
      for (const frame of frames) if ('notification' in frame) expect(frame.notification.user_id).toBe(user);
    }
  });

  it('the slow one gets the next change, as soon as it reads again', async () => {
    slow.resume();
    await slow.settled();
    await own.belfry.invoke(command(slowUser));
    const heard = async (): Promise<ServerFrame> => {
      const frame = await slow.next();
      // An inbox.changed for what it has missed may come before or after.
      return 'version' in frame && frame.version === rounds + 1 ? frame : heard();
    };
    expect(await heard()).toMatchObject({ type: 'notification.created' });
  });

  it('the dead one is forgotten at last', async () => {
    const before = await rowsOf(deadUser);
    // Whoever lives says so within the ten idle minutes that the gateway allows.
    for (const ms of [9 * minute, 2 * minute]) {
      own.clock.advance(ms);
      await Promise.all(quick.map(({ socket }) => socket.settled()));
    }
    const deliver = async () => (await own.belfry.invoke(command(deadUser))).created.delivery;
    expect(await deliver()).toMatchObject({ connections: before.length, gone: 1, failed: 0 });
    expect(await rowsOf(deadUser)).toHaveLength(before.length - 1);
    expect(await deliver()).toMatchObject({ connections: before.length - 1, gone: 0, failed: 0 });
  });
});
