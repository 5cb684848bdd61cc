import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runAsOwner } from '../../support/database.ts';
import { createFunctionLog } from '../../support/function-log.ts';
import { leaveGoneSocket } from '../../support/gone-socket.ts';
import { command, type Installation, newUser, type Socket } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

// A system of its own, of which every log line is read: one of each thing that is measured happens in it first.
const log = createFunctionLog();
const limit = 2;
const title = 'A title that no line of the log holds';
const body = 'A body that no line of the log holds';
const tokens: string[] = [];

let own: OwnSystem;
let belfry: Installation;
let user: string;
/** Requests whose refusal was answered, by the problem's request_id. */
const refused: string[] = [];

beforeAll(async () => {
  const context = {
    types: JSON.stringify({ comment: { measured: true }, invoice: { measured: true } }),
    createsPerMinute: String(limit),
  };
  own = await startOwnSystem({ context, report: log.report });
  belfry = own.belfry;
  user = newUser();
  // First, since the time must not move on under what is still being done.
  const socket = await belfry.connect(user, { token: await token() });
  own.clock.advance(5 * 60_000);
  await vi.waitFor(() => expect(named('ConnectionsCurrent')).toHaveLength(1), patience);
  await close(socket);
  await createByEachDoor();
  await failCreates();
  await comeAndGo();
  await letTimePass();
});

afterAll(() => own?.stop());

const commandOf = (type?: string, changes: object = {}) =>
  command(user, { title, body, ...(type && { metadata: { type } }), ...changes });

/** A token of the user that is still good when the time has been moved on. */
async function token(scope?: string): Promise<string> {
  const made = await belfry.token(user, scope === undefined ? {} : { scope }, '1h');
  tokens.push(made);
  return made;
}

/** Asks `/notifications`, or creates where there is something to create. */
async function ask(scope?: string, input?: unknown) {
  const headers = { authorization: `Bearer ${await token(scope)}` };
  const create = input !== undefined && { method: 'POST', body: JSON.stringify(input) };
  return belfry.request<{ request_id: string }>('/notifications', { headers, ...create });
}

async function createByEachDoor(): Promise<void> {
  await belfry.invoke(commandOf('comment', { idempotency_key: 'k' }));
  await belfry.putEvent(commandOf('Invoice'));
  await belfry.sendMessage(JSON.stringify(commandOf('whatever a producer writes')));
  for (let count = 0; count < limit; count += 1) await ask('notifications:create', commandOf());
  await vi.waitFor(() => expect(log.total('NotificationsCreated')).toBe(5), patience);
}

/** A conflict, a command that is refused, one create too many in this minute, and a database that is broken. */
async function failCreates(): Promise<void> {
  expect(
    (await belfry.invoke(commandOf('comment', { idempotency_key: 'k', body: `${body}!` }))).error,
  ).toBeDefined();
  expect((await belfry.invoke(commandOf('comment', { colour: title }))).error).toBeDefined();
  for (const answer of [
    await ask('notifications:create', commandOf()),
    await ask(undefined, commandOf()),
    await ask('notifications:create', { ...commandOf(), title: '' }),
  ]) {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    refused.push(answer.body.request_id);
  }
  const database = new pg.Client({ connectionString: own.system.databaseUrl });
  await database.connect();
  await database.query('ALTER TABLE notifications RENAME TO away');
  expect((await belfry.invoke(commandOf('comment'))).error).toMatchObject({ errorType: 'Internal' });
  const unreadable = await ask();
  expect(unreadable.status).toBe(500);
  refused.push(unreadable.body.request_id);
  await database.query('ALTER TABLE away RENAME TO notifications');
  await database.end();
}

/** A socket that comes, misses a frame and goes, one that is gone already, and one whose token is worth nothing. */
async function comeAndGo(): Promise<void> {
  const valid = await token();
  const socket = await belfry.connect(user, { token: valid });
  await leaveGoneSocket(own, user);
  const { created } = await belfry.invoke(commandOf('comment'));
  expect(created.delivery).toEqual({ connections: 2, posted: 1, gone: 1, failed: 0 });
  own.system.socketApi?.failPosts({ status: 500 }, { times: 1 });
  await belfry.invoke(commandOf('comment'));
  await socket.next();
  expect(await socket.next()).toMatchObject({ type: 'inbox.changed' });
  const forged = `${valid.slice(0, -8)}AAAAAAAA`;
  tokens.push(forged);
  await expect(belfry.connect(user, { token: forged })).rejects.toMatchObject({ status: 401 });
  await close(socket);
}

/** A notification that stays unread for too long, and a create that is scheduled for later. */
async function letTimePass(): Promise<void> {
  const { created } = await belfry.invoke(commandOf(undefined, { alert_after: 3_600 }));
  const deliver_at = new Date(own.clock.now() + 3_600_000).toISOString();
  await belfry.invoke(commandOf(undefined, { deliver_at }));
  await runAsOwner(
    own.system.databaseUrl ?? '',
    "UPDATE notifications SET alert_at = now() - interval '10 seconds' WHERE id = $1",
    [created.notification.id],
  );
  await belfry.tick();
  await vi.waitFor(() => expect(log.total('EventsSent')).toBe(1), patience);
}

/** Closes a socket, and waits until it is forgotten. */
async function close(socket: Socket): Promise<void> {
  const before = log.total('ConnectionsClosed');
  await socket.close();
  await vi.waitFor(() => expect(log.total('ConnectionsClosed')).toBe(before + 1), patience);
}

const named = (name: string) => log.measured().filter((each) => each.name === name);

describe('What CloudWatch measures', () => {
  it.each([
    ['invoke', 4],
    ['event', 1],
    ['queue', 1],
    ['http', limit],
  ])('is the notifications that came in by %s: %d', (door, count) => {
    expect(log.total('NotificationsCreated', { door })).toBe(count);
  });

  it('is the notifications of each type that the installation names, however a command spells it, and of no other', () => {
    const types = named('NotificationsCreated').flatMap(({ dimensions }) =>
      dimensions.flatMap(({ type }) => type ?? []),
    );
    expect(types.toSorted()).toEqual(['comment', 'comment', 'comment', 'invoice']);
  });

  it.each([
    ['CommandsFailed', 1],
    // The first create's frame, and the inbox.changed that was delivered again.
    ['Posts', 2],
    ['PostsGone', 1],
    ['PostsFailed', 1],
    ['PostsRedelivered', 1],
    ['ConnectionsOpened', 2],
    ['ConnectionsClosed', 2],
    ['EventsSent', 1],
  ])('is %s: %d, without a dimension', async (name, count) => {
    // A function may say so only after what it has done was seen.
    await vi.waitFor(() => expect(log.total(name)).toBe(count), patience);
    for (const { unit, dimensions } of named(name)) expect([unit, dimensions]).toEqual(['Count', [{}]]);
  });

  it.each([
    ['action', 'create', 5],
    ['reason', 'idempotency_conflict', 1],
    ['reason', 'invalid_request', 2],
    ['reason', 'forbidden', 1],
    ['reason', 'rate_limited', 1],
  ])('is the commands that were refused, by %s %s: %d', (dimension, value, count) => {
    expect(log.total('CommandsRefused', { [dimension]: value })).toBe(count);
  });

  it('is every command, with what it does and its door as fields of the log', () => {
    const lines = log.lines.filter((line) => 'Commands' in line);
    const scheduled = lines.filter(({ action }) => action === 'schedule');
    expect(scheduled).toMatchObject([{ door: 'invoke', Commands: 1 }]);
    const refused = log.lines.filter((line) => 'CommandsRefused' in line);
    expect(refused.map(({ door, reason }) => [door, reason])).toEqual([
      ['invoke', 'idempotency_conflict'],
      ['invoke', 'invalid_request'],
      ['http', 'rate_limited'],
      ['http', 'forbidden'],
      ['http', 'invalid_request'],
    ]);
  });

  it('is the number of connections at the time of the schedule', () => {
    expect(named('ConnectionsCurrent')).toEqual([
      { name: 'ConnectionsCurrent', unit: 'Count', values: [1], dimensions: [{}] },
    ]);
  });

  it('is the time from a create to its posts, if there were any', async () => {
    const measured = { unit: 'Milliseconds', values: [expect.any(Number)], dimensions: [{}] };
    await vi.waitFor(() => {
      expect(named('CreateToPostLatency')).toEqual([{ name: 'CreateToPostLatency', ...measured }]);
    }, patience);
  });

  it('is for how long what is due was due, and how much is scheduled, at every look of the tick', () => {
    const latest = (name: string) => named(name).at(-1);
    expect(latest('TimersLate')).toMatchObject({ unit: 'Milliseconds', dimensions: [{}] });
    expect(latest('TimersLate')?.values[0]).toBeGreaterThanOrEqual(10_000);
    expect(latest('ScheduledLate')).toMatchObject({ unit: 'Milliseconds', values: [0] });
    expect(latest('EventsLate')).toMatchObject({ unit: 'Milliseconds', values: [0] });
    expect(latest('ScheduledBacklog')).toMatchObject({ unit: 'Count', values: [1] });
  });

  it('is never by user', () => {
    expect(JSON.stringify(log.measured())).not.toContain(user);
  });
});

describe('The log', () => {
  it('is JSON, each line with the id of its request', () => {
    expect(log.strays).toEqual([]);
    for (const line of log.lines) {
      expect(line).toMatchObject({ timestamp: expect.any(String), level: expect.any(String) });
      // What AWS's runtime writes itself, where a handler has thrown, has its own spelling.
      expect(line.request_id ?? line.requestId, JSON.stringify(line)).toMatch(/^[0-9a-f]{8}-/);
    }
  });

  it('holds no token, no secret, no title, no body and no SQL', () => {
    const text = JSON.stringify(log.lines);
    for (const token of tokens)
      for (const part of token.split('.').slice(1)) expect(text).not.toContain(part);
    for (const secret of [belfry.outputs.JwtSecret, title, body]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/INSERT INTO|SELECT |UPDATE \w/);
  });

  it('has a line for each request that was refused or failed, by the request_id of its problem', () => {
    const lines = refused.map((id) => log.lines.find(({ api_request_id }) => api_request_id === id));
    expect(lines).toMatchObject([
      { message: 'request_refused', status: 429, code: 'rate_limited' },
      { message: 'request_refused', status: 403, code: 'forbidden' },
      { message: 'request_refused', status: 400, code: 'invalid_request' },
      { message: 'request_failed', level: 'ERROR', status: 500, route: 'GET /notifications' },
    ]);
  });

  it('tells creates that failed from deliveries that failed', () => {
    const errors = log.lines.filter(({ level, request_id }) => level === 'ERROR' && request_id);
    expect(errors.map(({ message }) => message)).toEqual([
      'create_failed',
      'request_failed',
      'delivery_failed',
    ]);
  });
});
