import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSystem } from '../../../local/system.ts';
import { deadLetterQueueUrl, takeMessage } from '../../support/dead-letter-queue.ts';
import { sharedState } from '../../support/inbox-state.ts';
import {
  batchCommand,
  type CreatedMany,
  command,
  type Installation,
  newUser,
} from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

// A system of its own, so that no other test's posts fail.
let own: OwnSystem;
let belfry: Installation;
let sockets: NonNullable<LocalSystem['socketApi']>;
let sqs: SQSClient;
let dynamo: DynamoDBDocumentClient;

beforeAll(async () => {
  own = await startOwnSystem();
  belfry = own.belfry;
  if (!own.system.socketApi) throw new Error('The template has no WebSocket API.');
  sockets = own.system.socketApi;
  const client = {
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sqs = new SQSClient(client);
  dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(client));
});

afterEach(() => sockets?.failPosts(undefined));

afterAll(() => own?.stop());

/** What comes by a redelivery, which waits two seconds for company. */
const redelivered = <Value>(coming: Promise<Value>) => own.later(2_000, coming);

const TableName = () => belfry.outputs.ConnectionsTableName;

async function rowsOf(user_id: string): Promise<{ connection_id: string; connected_at: number }[]> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'user_id = :user_id',
      ExpressionAttributeValues: { ':user_id': user_id },
      ConsistentRead: true,
    }),
  );
  // The cast: the attributes that the stack's own functions write.
  return Items as { connection_id: string; connected_at: number }[];
}

/** Opens a socket, and finds out its connection id. */
async function connect(user: string) {
  const before = new Set((await rowsOf(user)).map(({ connection_id }) => connection_id));
  const socket = await belfry.connect(user);
  const row = (await rowsOf(user)).find(({ connection_id }) => !before.has(connection_id));
  if (!row) throw new Error('The socket is not registered.');
  return { socket, connectionId: row.connection_id };
}

describe('a frame that cannot be posted', () => {
  it.each([429, 500, 503])(
    'with %i is delivered again as inbox.changed, and fails no create',
    async (status) => {
      const user = newUser();
      const { socket, connectionId } = await connect(user);
      sockets.failPosts({ status }, { connectionId, times: 1 });
      const { created, error } = await belfry.invoke(command(user));
      expect(error).toBeUndefined();
      expect(created).toMatchObject({
        created: true,
        delivery: { connections: 1, posted: 0, gone: 0, failed: 1 },
      });
      const frame = await redelivered(socket.next());
      expect(frame).toEqual({ type: 'inbox.changed', ...sharedState(user, 1, 1) });
      await socket.close();
    },
  );

  it('is delivered again though the table refuses it at first, and again after the retry of the SDK', async () => {
    const user = newUser();
    const { socket, connectionId } = await connect(user);
    sockets.failPosts({ status: 429 }, { connectionId, times: 1 });
    own.system.throttleDynamoDb(4, { operation: 'PutItem' });
    const { created } = await belfry.invoke(command(user));
    expect(created.delivery).toEqual({ connections: 1, posted: 0, gone: 0, failed: 1 });
    const frame = await redelivered(socket.next());
    expect(frame).toEqual({ type: 'inbox.changed', ...sharedState(user, 1, 1) });
    await socket.close();
  });

  it('is delivered again when a mark caused it, too', async () => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user));
    const { socket, connectionId } = await connect(user);
    sockets.failPosts({ status: 429 }, { connectionId, times: 1 });
    const { status } = await belfry.as(user).post(`/notifications/${created.notification.id}/read`);
    expect(status).toBe(200);
    const frame = await redelivered(socket.next());
    expect(frame).toEqual({ type: 'inbox.changed', ...sharedState(user, 2, 0) });
    await socket.close();
  });

  it('because its socket hangs holds up no other socket and no other user', async () => {
    const [user, other] = [newUser(), newUser()];
    const slow = await connect(user);
    const [quick, others] = [await connect(user), await connect(other)];
    sockets.failPosts('hang', { connectionId: slow.connectionId, times: 1 });
    const creating = belfry.invoke<CreatedMany>(batchCommand([user, other]));
    expect(await quick.socket.next()).toMatchObject({ type: 'notification.created' });
    expect(await others.socket.next()).toMatchObject({ type: 'notification.created' });
    // The answer counts the socket that hangs, so it has been waited for; that it was not by the others, whatever the time,
    // is to be seen in test/realtime/posting-publisher.test.ts.
    const { created } = await creating;
    expect(created.delivery).toEqual({ connections: 3, posted: 2, gone: 0, failed: 1 });
    const frame = await redelivered(slow.socket.next());
    expect(frame).toEqual({ type: 'inbox.changed', ...sharedState(user, 1, 1) });
    expect(await quick.socket.settled()).toEqual([]);
    await Promise.all([slow, quick, others].map(({ socket }) => socket.close()));
  });

  it('is tried three times more, and then kept whole as a dead letter', async () => {
    const user = newUser();
    const { socket, connectionId } = await connect(user);
    sockets.failPosts({ status: 429 }, { connectionId });
    own.system.meters.reset();
    await belfry.invoke(command(user, { title: 'A title that no dead letter holds' }));
    const QueueUrl = await deadLetterQueueUrl(sqs, 'Redelivery', own.assemblyDirectory);
    const letter = await redelivered(takeMessage(sqs, QueueUrl));
    expect(JSON.parse(letter)).toEqual({
      delivery_id: expect.any(String),
      attempt: 3,
      type: 'inbox.changed',
      ...sharedState(user, 1, 1),
      connections: [expect.objectContaining({ connection_id: connectionId })],
    });
    // The first one, and three redeliveries.
    expect(own.system.meters.posts.total).toBe(4);
    sockets.failPosts(undefined);
    expect(await socket.settled()).toEqual([]);
    await socket.close();
  });
});

describe('the eleventh connection of a user', () => {
  it('replaces the oldest, which gets a goodbye and is closed', async () => {
    const user = newUser();
    const open = [await belfry.connect(user)];
    for (let n = 1; n < 10; n += 1) open.push(await belfry.connect(user));
    const [oldest, second] = open;
    expect(await rowsOf(user)).toHaveLength(10);
    const eleventh = await belfry.connect(user);
    expect(await oldest?.next()).toEqual({ type: 'goodbye', code: 'replaced' });
    await oldest?.closed;
    expect(await rowsOf(user)).toHaveLength(10);
    const { created } = await belfry.invoke(command(user));
    expect(created.delivery).toEqual({ connections: 10, posted: 10, gone: 0, failed: 0 });
    expect(await second?.next()).toMatchObject({ type: 'notification.created' });
    expect(await eleventh.next()).toMatchObject({ type: 'notification.created' });
    await Promise.all([...open.slice(1), eleventh].map((socket) => socket.close()));
  });
});
