import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { command, installation, newUser, type Socket } from '../support/installation.ts';

const belfry = installation();

const document = parse(readFileSync(join(import.meta.dirname, '../../docs/asyncapi.yaml'), 'utf8'));
const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
ajv.addVocabulary(Object.keys(document));
ajv.addSchema(document, 'asyncapi.yaml');

const messages: Record<string, { payload: { $ref?: string } }> = document.components.messages;
/** What the document says that the service sends. */
const sent = Object.keys(messages).filter((name) => !['ping', 'anything'].includes(name));
const seen = new Set<string>();

/** Holds each frame against the message of its type. */
function expectAsDocumented(frames: readonly { type: string }[]): void {
  for (const frame of frames) {
    const validate = ajv.getSchema(`asyncapi.yaml${messages[frame.type]?.payload.$ref}`);
    expect(validate?.(frame), `${JSON.stringify(frame)}: ${ajv.errorsText(validate?.errors)}`).toBe(true);
    seen.add(frame.type);
  }
}

const sockets: Socket[] = [];
afterAll(() => Promise.all(sockets.map((socket) => socket.close())));

async function open(user: string): Promise<Socket> {
  const socket = await belfry.connect(user);
  sockets.push(socket);
  return socket;
}

it('What a socket hears of its inbox is as documented', async () => {
  const user = newUser();
  const socket = await open(user);
  const { created } = await belfry.invoke(command(user, { metadata: { type: 'booking', route: '/1' } }));
  await belfry.as(user).post(`/notifications/${created.notification.id}/read`);
  await belfry.invoke(command(user));
  await belfry.as(user).post('/notifications/read-all');
  expectAsDocumented(await socket.settled());
});

it('What a socket hears of a repeated delivery is as documented', async () => {
  const user = newUser();
  const socket = await open(user);
  const idempotency_key = 'once';
  await belfry.invoke(command(user, { idempotency_key }));
  await belfry.invoke(command(user));
  // A repeated delivery of a row that is no longer the latest change.
  await belfry.invoke(command(user, { idempotency_key }));
  expectAsDocumented(await socket.settled());
});

it('What a socket hears in answer is as documented', async () => {
  const socket = await open(newUser());
  socket.send(JSON.stringify({ action: 'ping' }));
  socket.send('hello');
  expectAsDocumented([await socket.next(), await socket.next()]);
});

it('What a socket hears when newer ones take its place is as documented', async () => {
  const user = newUser();
  const first = await open(user);
  for (let more = 0; more < 10; more++) await open(user);
  expectAsDocumented([await first.next()]);
});

it('Every message of the document was heard', () => {
  expect([...seen].toSorted()).toEqual(sent.toSorted());
});
