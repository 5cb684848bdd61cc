import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runAsOwner } from '../../support/database.ts';
import { leaveGoneSocket } from '../../support/gone-socket.ts';
import { batchCommand, command, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { policySettings } from '../../support/shared-settings.ts';
import { nameOfResource } from '../../support/templates.ts';

/** What no use case below needs: actions, or ends of resources, and why the template grants them all the same. */
const exceptions: [names: string[], why: string][] = [
  [
    ['ec2:AuthorizeSecurityGroupEgress', 'ec2:AuthorizeSecurityGroupIngress'],
    'the provider function that closes the default security group runs in the cloud alone',
  ],
  [['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'], 'the same'],
  [
    ['sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
    'CDK grants them with the receiving and the sending of messages',
  ],
  [
    ['/belfry_reader', '/belfry_writer', '/belfry_purger'],
    'functions of the first release sign in as these users, until a deployment has replaced the functions',
  ],
  [['/belfry_owner'], 'the migration signs in with a token if RDS refuses the password of the owner'],
];

const isNamed = ({ action, resource }: { action: string; resource: string }, name: string) =>
  action === name || resource.endsWith(name);

let own: OwnSystem;
beforeAll(async () => {
  const types = JSON.stringify({ booking: { events: true } });
  own = await startOwnSystem({ context: { allowedOrigins: 'http://localhost:*', ...policySettings, types } });
});
afterAll(() => own?.stop());

/** What comes by a redelivery, which waits two seconds for company. */
const redelivered = <Value>(coming: Promise<Value>) => own.later(2_000, coming);

const connectionIds = () => own.system.socketApi?.connections().map(({ connectionId }) => connectionId) ?? [];

/** Every reason to deliver again: a failed post of a create and of a mark, twice, and connections that were not found. */
async function deliverAgain(): Promise<void> {
  const { system, belfry } = own;
  const [busy, unfound] = [newUser(), newUser()];
  const others = new Set(connectionIds());
  const socket = await belfry.connect(busy);
  const connectionId = connectionIds().find((id) => !others.has(id));
  if (!connectionId) throw new Error('The socket API has no new connection.');
  const other = await belfry.connect(unfound);
  await leaveGoneSocket(own, busy);
  // The create's posts to both connections fail, and the next one; what is left then reaches the one, and the other is gone.
  system.socketApi?.failPosts({ status: 500 }, { times: 3 });
  const { created } = await belfry.invoke(command(busy));
  expect(await redelivered(socket.next())).toMatchObject({ type: 'inbox.changed' });
  // Only this connection: the third of those failures may still be on its way to the one that is gone.
  system.socketApi?.failPosts({ status: 500 }, { connectionId, times: 1 });
  await belfry.as(busy).post(`/notifications/${created.notification.id}/read`);
  expect(await redelivered(socket.next())).toMatchObject({ type: 'inbox.changed' });
  // As often as the SDK tries.
  system.throttleDynamoDb(2, { operation: 'Query', functionName: belfry.outputs.CreateFunctionName });
  await belfry.invoke(command(unfound));
  expect(await redelivered(other.next())).toMatchObject({ type: 'inbox.changed' });
  await Promise.all([socket.close(), other.close()]);
}

/** One connection too many, twice: the first time the oldest is told, the second time that fails and is left for later. */
async function exceedConnectionLimit(): Promise<void> {
  const { system, belfry } = own;
  const user = newUser();
  const sockets = [];
  for (let count = 0; count < 11; count += 1) sockets.push(await belfry.connect(user));
  await sockets[0]?.closed;
  system.socketApi?.failPosts({ status: 500 }, { times: 1 });
  sockets.push(await belfry.connect(user));
  await redelivered(Promise.resolve(sockets[1]?.closed));
  await Promise.all(sockets.slice(2).map((socket) => socket.close()));
}

/** What the tick does: it pushes to a socket that takes a frame, to one that fails and to one that is gone, and tells events. */
async function letTimePass(): Promise<void> {
  const { system, belfry } = own;
  const user = newUser();
  const socket = await belfry.connect(user);
  const { created } = await belfry.invoke(command(user, { metadata: { type: 'booking' } }));
  const { id } = created.notification;
  const until = new Date(own.clock.now() + 61_000).toISOString();
  expect((await belfry.as(user).post(`/notifications/${id}/snooze`, { until })).status).toBe(200);
  await leaveGoneSocket(own, user);
  await runAsOwner(
    system.databaseUrl ?? '',
    "UPDATE notifications SET snoozed_until = now() - interval '1 second' WHERE id = $1",
    [id],
  );
  await socket.settled();
  system.socketApi?.failPosts({ status: 500 }, { times: 2 });
  expect(await belfry.tick()).toMatchObject({ woken: 1 });
  expect(await redelivered(socket.next())).toMatchObject({ type: 'inbox.changed' });
  await leaveGoneSocket(own, user);
  await belfry.invoke(command(user, { idempotency_key: 'k', expires_at: until }));
  await socket.next();
  await runAsOwner(
    system.databaseUrl ?? '',
    "UPDATE notifications SET expires_at = now() - interval '1 second' WHERE idempotency_key = 'k'",
  );
  await leaveGoneSocket(own, user);
  expect(await belfry.tick()).toMatchObject({ archived: 1 });
  await belfry.as(user).post(`/notifications/${id}/read`);
  expect(await belfry.tick()).toMatchObject({ events: 1 });
  await keepUnreadableEvent();
  await socket.close();
}

/** An event that the bus takes never. The table is written by an operator's hand. */
async function keepUnreadableEvent(): Promise<void> {
  const TableName = nameOfResource(own.assemblyDirectory, 'AWS::DynamoDB::Table', 'OutgoingEvents');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamo = new DynamoDBClient({
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials,
  });
  const Item = { id: { S: 'unreadable' }, event: { S: 'notification.read' }, detail: { S: 'no JSON' } };
  await dynamo.send(new PutItemCommand({ TableName, Item }));
  dynamo.destroy();
}

it('every grant of the template is used by some use case', async () => {
  const { system, belfry } = own;
  const user = newUser();
  const inbox = belfry.as(user);
  const socket = await belfry.connect(user);
  // Every door.
  await leaveGoneSocket(own, user);
  const { created } = await belfry.invoke(command(user));
  expect(created.delivery).toMatchObject({ posted: 1, gone: 1 });
  await belfry.invoke(batchCommand([user, newUser()]));
  await belfry.invokeLater(command(user));
  await belfry.putEvent(command(user));
  await belfry.sendMessage(JSON.stringify(command(user)));
  await belfry.as(user, { scope: 'notifications:create' }).post('/notifications', command(user));
  // When the last frame has come, no create looks for sockets any more.
  for (let frames = 1; frames <= 6; frames += 1) await socket.next();
  // Every route.
  const path = `/notifications/${created.notification.id}`;
  for (const read of ['/notifications', '/notifications/changes?since=0', path]) {
    expect((await inbox.get(read)).status).toBe(200);
  }
  await leaveGoneSocket(own, user);
  for (const mark of ['read', 'unread', 'archive', 'unarchive']) {
    expect((await inbox.post(`${path}/${mark}`)).status).toBe(200);
  }
  expect((await inbox.post('/notifications/read-all')).status).toBe(200);
  // Every way a socket speaks and ends.
  socket.send('{"action":"unheard of"}');
  await socket.settled();
  await socket.close();
  await deliverAgain();
  await exceedConnectionLimit();
  // What the schedules do.
  await letTimePass();
  const counting = nameOfResource(own.assemblyDirectory, 'AWS::Lambda::Function', 'ConnectionCount');
  await system.lambda.invoke(counting, {}, { principal: 'account' });
  expect(await belfry.purge()).toMatchObject({ archived: 0, deleted: 0, is_complete: true });
  const excepted = exceptions.flatMap(([names]) => names);
  const isExcepted = (grant: { action: string; resource: string }) =>
    excepted.some((name) => isNamed(grant, name));
  const unexpected = () => system.iam.unused().filter((grant) => !isExcepted(grant));
  await vi.waitFor(() => expect(unexpected()).toEqual([]), patience);
  // An exception that has become needless is to be taken off the list.
  const unused = system.iam.unused();
  expect(excepted.filter((name) => !unused.some((grant) => isNamed(grant, name)))).toEqual([]);
});
