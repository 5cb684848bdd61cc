import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AlreadySent,
  createProducer,
  Forbidden,
  IdempotencyConflict,
  NotFound,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '../../../client/src/producer.ts';
import { closeServer, listen } from '../../../local/http-server.ts';

const command = { user_id: '0b5e55ed-0000-4000-8000-000000000001', title: 'Hello', body: 'World' };
const created = { notification: { id: 7, user_id: command.user_id, title: 'Hello' }, created: true };

/** A producer whose API gives these answers, one after the other, the last for ever. */
async function producerOf(
  answers: { status: number; body?: object; headers?: Record<string, string>; isCut?: boolean }[],
) {
  const tokens: string[] = [];
  const waits: number[] = [];
  let count = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    tokens.push(request.headers.authorization ?? '');
    const answer = answers[Math.min(count, answers.length - 1)] ?? { status: 500 };
    const { status, body = {}, headers, isCut = false } = answer;
    count += 1;
    request.resume();
    response.writeHead(status, headers);
    if (isCut) response.write('{"notification":', () => response.destroy());
    else response.end(JSON.stringify(body));
  });
  const port = await listen(server, 0);
  onTestFinished(() => closeServer(server));
  const producer = createProducer(
    {
      apiUrl: `http://127.0.0.1:${port}/`,
      getToken: ({ forceRefresh }) => (forceRefresh ? 'fresh' : 'kept'),
    },
    {},
    { wait: async (ms) => void waits.push(ms), random: () => 0.5 },
  );
  return { ...producer, tokens, waits };
}

describe('a producer over HTTP', () => {
  it('answers what was created, with the key', async () => {
    const { notify } = await producerOf([{ status: 201, body: created }]);
    expect(await notify({ ...command, idempotency_key: 'once' })).toEqual({
      idempotency_key: 'once',
      notifications: [{ id: 7, user_id: command.user_id, created: true, grouped: false }],
      suppressed: [],
      scheduled: [],
    });
  });

  it('names the recipients who have switched the type off', async () => {
    const body = { notification: null, created: false, suppressed: true };
    const { notify } = await producerOf([{ status: 200, body }]);
    const user_id = command.user_id.toUpperCase();
    expect(await notify({ ...command, user_id })).toMatchObject({
      notifications: [],
      suppressed: [command.user_id],
    });

    const [first, second] = ['1', '2'].map((end) => command.user_id.replace(/.$/, end));
    const some = {
      notifications: [{ id: 7, user_id: first, created: true, grouped: false }],
      suppressed: [second],
    };
    const several = await producerOf([{ status: 201, body: some }]);
    expect(await several.notify({ title: 'Hello', user_ids: [first ?? '', second ?? ''] })).toMatchObject(
      some,
    );
  });

  it('asks for a fresh token after a 401, once', async () => {
    const { notify, tokens } = await producerOf([{ status: 401 }, { status: 201, body: created }]);
    await notify(command);
    expect(tokens).toEqual(['Bearer kept', 'Bearer fresh']);
  });

  it.each([
    [400, ValidationError],
    [401, Unauthenticated],
    [403, Forbidden],
    [409, IdempotencyConflict],
    [413, ValidationError],
  ])('tells a %i by an error of its own, at once', async (status, type) => {
    const { notify, waits } = await producerOf([{ status, body: { detail: 'No.' } }]);
    await expect(notify(command)).rejects.toBeInstanceOf(type);
    expect(waits).toEqual([]);
  });

  it.each([
    [404, 'not_found', NotFound],
    [409, 'already_sent', AlreadySent],
  ])('tells a %i %s to who cancels', async (status, code, type) => {
    const { cancel } = await producerOf([{ status, body: { detail: 'No.', code } }]);
    await expect(cancel(57)).rejects.toBeInstanceOf(type);
  });

  it('takes a 404 of a wrong address for no missing notification', async () => {
    const { update } = await producerOf([{ status: 404, body: { message: 'Not Found' } }]);
    const failed = update({ user_id: command.user_id, idempotency_key: 'once', title: 'New' });
    await expect(failed).rejects.toThrow('The HTTP API answered 404.');
    await expect(failed).rejects.not.toBeInstanceOf(NotFound);
  });

  it('names the fields that the service has refused', async () => {
    const errors = [{ path: 'title', message: 'is too loud' }];
    const { notify } = await producerOf([{ status: 400, body: { errors } }]);
    await expect(notify(command)).rejects.toMatchObject({ errors });
  });

  it('waits as long as it is asked to before it tries again', async () => {
    const busy = { status: 503, headers: { 'retry-after': '2' } };
    const { notify, waits } = await producerOf([busy, busy, { status: 201, body: created }]);
    await notify(command);
    expect(waits).toEqual([2_000, 2_000]);
  });

  it('tries again where the answer is cut off, since it may have been created', async () => {
    const { notify, waits } = await producerOf([
      { status: 201, isCut: true },
      { status: 200, body: { ...created, created: false } },
    ]);
    expect((await notify(command)).notifications).toEqual([
      { id: 7, user_id: command.user_id, created: false, grouped: false },
    ]);
    expect(waits).toHaveLength(1);
  });

  it('does not wait for longer than it may', async () => {
    const { notify, waits } = await producerOf([{ status: 429, headers: { 'retry-after': '45' } }]);
    await expect(notify(command)).rejects.toMatchObject({ name: 'RateLimited', retryAfterSeconds: 45 });
    await expect(notify(command)).rejects.toBeInstanceOf(RateLimited);
    expect(waits).toEqual([]);
  });

  it('tries again where nothing answers', async () => {
    const waits: number[] = [];
    const { notify } = createProducer(
      { apiUrl: 'http://127.0.0.1:1', getToken: () => 'token' },
      { attempts: 3 },
      { wait: async (ms) => void waits.push(ms), random: () => 0.5 },
    );
    await expect(notify(command)).rejects.toBeInstanceOf(Unavailable);
    expect(waits).toHaveLength(2);
  });
});
