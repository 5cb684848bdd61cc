import { afterAll, expect, it } from 'vitest';
import type { ServerFrame } from '../../functions/core/frames.ts';
import { describedSocket } from '../support/described.ts';
import { command, installation, newUser, type Socket } from '../support/installation.ts';

const belfry = installation();
const { sent, faultsOfFrame } = describedSocket();

const sockets: Socket[] = [];
afterAll(() => Promise.all(sockets.map((socket) => socket.close())));

async function open(user: string): Promise<Socket> {
  const socket = await belfry.connect(user);
  sockets.push(socket);
  return socket;
}

/** What a socket hears that is open while its user's inbox changes. */
async function heardWhile(change: (user: string) => Promise<void>): Promise<ServerFrame[]> {
  const user = newUser();
  const socket = await open(user);
  await change(user);
  return socket.settled();
}

async function heardAfter(text: string): Promise<ServerFrame[]> {
  const socket = await open(newUser());
  socket.send(text);
  return [await socket.next()];
}

/** How to hear each message that the document names. */
const ways: Record<string, () => Promise<ServerFrame[]>> = {
  'notification.created': () =>
    heardWhile(async (user) => {
      await belfry.invoke(command(user, { metadata: { type: 'booking', route: '/1' } }));
    }),
  'notification.updated': () =>
    heardWhile(async (user) => {
      const { created } = await belfry.invoke(command(user));
      await belfry.as(user).post(`/notifications/${created.notification.id}/read`);
    }),
  'inbox.read_all': () =>
    heardWhile(async (user) => {
      await belfry.invoke(command(user, { metadata: { type: 'booking' } }));
      await belfry.as(user).post('/notifications/read-all', { scope: 'attendee', types: ['booking'] });
    }),
  'inbox.archived_read': () =>
    heardWhile(async (user) => {
      const { created } = await belfry.invoke(command(user));
      await belfry.as(user).post(`/notifications/${created.notification.id}/read`);
      await belfry.as(user).post('/notifications/archive-read', { scope: 'attendee' });
    }),
  'inbox.marked': () =>
    heardWhile(async (user) => {
      const { created } = await belfry.invoke(command(user, { scope: 'organizer' }));
      const body = { action: 'read', ids: [created.notification.id] };
      await belfry.as(user).post('/notifications/mark', body);
    }),
  'inbox.seen': () =>
    heardWhile(async (user) => {
      const { created } = await belfry.invoke(command(user));
      const { position: before_position } = created.notification;
      await belfry.as(user).post('/notifications/seen', { before_position, scope: 'attendee' });
    }),
  'preferences.changed': () =>
    heardWhile(async (user) => {
      await belfry.as(user).put('/preferences', { types: { promo: false } });
    }),
  // A repeated delivery of a row that is no longer the latest change.
  'inbox.changed': () =>
    heardWhile(async (user) => {
      const idempotency_key = 'once';
      await belfry.invoke(command(user, { idempotency_key }));
      await belfry.invoke(command(user));
      await belfry.invoke(command(user, { idempotency_key }));
    }),
  goodbye: async () => {
    const user = newUser();
    const first = await open(user);
    for (let more = 0; more < 10; more++) await open(user);
    return [await first.next()];
  },
  pong: () => heardAfter(JSON.stringify({ action: 'ping' })),
  error: () => heardAfter('hello'),
};

it.each(sent)('What a socket hears is as documented: %s', async (type) => {
  const frames = (await ways[type]?.()) ?? [];
  for (const frame of frames) expect(faultsOfFrame(frame), JSON.stringify(frame)).toEqual([]);
  expect(frames.map((frame) => frame.type)).toContain(type);
});
