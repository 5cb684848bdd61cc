import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFunctionLog } from '../../support/function-log.ts';
import { batchCommand, type CreatedMany, newUser, type Socket } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

const users = Array.from({ length: 20 }, newUser);
/** Ten for each user, as many as it may have. */
const sockets: Socket[] = [];
const creates = 50;
const log = createFunctionLog();

let own: OwnSystem;
beforeAll(async () => {
  // Looking up the user of each connection takes more time than all the rest, where there are so many.
  own = await startOwnSystem({ report: log.report, anyUser: true });
  const expiresAt = Math.floor(own.clock.now() / 1_000) + 7_200;
  for (const user of users) {
    const token = await own.belfry.token(user, {}, expiresAt);
    for (let n = 0; n < 10; n += 1) sockets.push(await own.belfry.connect(user, { token }));
  }
});
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await own?.stop();
});

/** Creates for all users, one command after the other: one machine has no time for more, beside all posts. */
async function createAll(): Promise<{ created: CreatedMany; error?: unknown }[]> {
  const answers = [];
  for (let n = 1; n <= creates; n += 1) {
    answers.push(await own.belfry.invoke<CreatedMany>(batchCommand(users, { title: `Create ${n}` })));
  }
  return answers;
}

/** Resolves when a socket gets the frame of the last change, which includes all before. */
async function toldOfAll(socket: Socket): Promise<void> {
  for (;;) {
    const frame = await socket.next();
    if ('version' in frame && frame.version === creates) return;
  }
}

const logged = (message: string) => log.lines.filter((line) => line.message === message);

describe('10,000 frames, while posts are limited to 50 a second and DynamoDB refuses every third call', () => {
  it('fail no create and are told to every socket in the end, and none is lost on its way', async () => {
    expect(creates * sockets.length).toBe(10_000);
    own.system.socketApi?.limitPosts({ rate: 50, burst: 200 });
    own.system.throttleDynamoDb(Number.POSITIVE_INFINITY, { every: 3 });
    const answers = await createAll();
    // Both are still in force: no create has waited for their end.
    expect(answers.filter(({ error }) => error)).toEqual([]);
    expect(logged('connections_not_found').length).toBeGreaterThan(0);
    expect(answers.some(({ created }) => created.delivery.failed > 0)).toBe(true);
    own.system.socketApi?.limitPosts(undefined);
    own.system.throttleDynamoDb(0);
    await own.later(2_000, Promise.all(sockets.map(toldOfAll)));
    // Some are given up while the limit is in force, as dead letters: their sockets are told of a later change.
    expect([...logged('redelivery_not_queued'), ...logged('dead_letter_lost')]).toEqual([]);
  });
});
