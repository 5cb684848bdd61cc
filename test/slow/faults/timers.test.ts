import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Event } from '../../../local/aws/event-delivery.ts';
import { runAsOwner } from '../../support/database.ts';
import { batchCommand, command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { killAll, processesOfFunction } from '../../support/processes.ts';

// What is due, while something breaks: nothing is lost, and nothing happens twice.
let own: OwnSystem;
let belfry: Installation;
const events: Event[] = [];
const hourMs = 3_600_000;

beforeAll(async () => {
  own = await startOwnSystem();
  ({ belfry } = own);
  own.system.onBusEvent((event) => events.push(event));
});

afterAll(() => own?.stop());

let users: string[];
beforeEach(() => {
  users = Array.from({ length: 200 }, newUser);
});

const query = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
  runAsOwner<Row>(own.system.databaseUrl ?? '', text, values);

/** What the users have, by one row for each status and version of an inbox. */
const inboxes = () =>
  query<{ status: string; version: string; count: string }>(
    'SELECT n.status, i.version, count(*) FROM notifications n JOIN inboxes i USING (user_id) ' +
      'WHERE n.user_id = ANY ($1) GROUP BY 1, 2 ORDER BY 1, 2',
    [users],
  );

/** As if the time had gone by: what was to expire or to be told in an hour was to be so a second ago. */
const letPass = () =>
  query(
    "UPDATE notifications SET expires_at = expires_at - interval '3601 seconds', alert_at = alert_at - interval '3601 seconds' " +
      'WHERE user_id = ANY ($1)',
    [users],
  );

/** As if five minutes had gone by, after which what a tick had taken is free. */
const endLeases = () => query("UPDATE outbox SET leased_until = '-infinity'");

const toldTo = () => events.filter(({ detail }) => users.includes(String(detail.user_id)));

/** Holds a transaction that lets the tick read what is scheduled, and not take any of it. */
async function holdSchedules(): Promise<{ release(): Promise<void> }> {
  const client = new pg.Client({ connectionString: own.system.databaseUrl });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE scheduled IN SHARE MODE');
  return { release: () => client.end() };
}

describe('when the tick is killed half-way', () => {
  it('the next one does the rest', async () => {
    const expires_at = new Date(own.clock.now() + hourMs).toISOString();
    await belfry.invoke(batchCommand(users, { expires_at, alert_after: 1_800 }));
    await query(
      "UPDATE notifications SET alert_at = expires_at - interval '1 second' WHERE user_id = ANY ($1)",
      [users],
    );
    await letPass();
    const held = await holdSchedules();
    const killed = belfry.tick();
    const failure = killed.then(
      () => 'it ended',
      (error: unknown) => String(error),
    );
    // It has expired and told everything, and waits for the schedules. No event has left the database.
    await vi.waitFor(async () => {
      expect(await inboxes()).toEqual([{ status: 'archived', version: '2', count: '200' }]);
    }, patience);
    killAll(processesOfFunction(belfry.outputs.TickFunctionName));
    expect(await failure).toContain('Runtime exited');
    await held.release();
    expect(toldTo()).toEqual([]);

    expect(await belfry.tick()).toMatchObject({ archived: 0, is_complete: true });
    await vi.waitFor(() => expect(toldTo()).toHaveLength(200), patience);
    expect(new Set(toldTo().map(({ detail }) => detail.id)).size).toBe(200);
    expect(await inboxes()).toEqual([{ status: 'archived', version: '2', count: '200' }]);
  });
});

describe('while DynamoDB refuses', () => {
  it('half of the events on their way out, each one reaches the bus, under one id', async () => {
    await belfry.invoke(batchCommand(users, { alert_after: 3_600 }));
    await letPass();
    own.system.throttleDynamoDb(1_000, {
      operation: 'PutItem',
      functionName: belfry.outputs.TickFunctionName,
      every: 2,
    });
    onTestFinished(() => own.system.throttleDynamoDb(0));
    await belfry.tick().catch(() => {});
    own.system.throttleDynamoDb(0);
    await endLeases();
    expect(await belfry.tick()).toMatchObject({ is_complete: true });
    await vi.waitFor(() => expect(toldTo()).toHaveLength(200), patience);
    expect(new Set(toldTo().map(({ detail }) => detail.id)).size).toBe(200);
    expect(await query('SELECT 1 FROM outbox')).toEqual([]);
  });

  it('the due time, a snooze is refused, and nothing is written', async () => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user));
    const functionName = own.system.lambda.functions().find(({ name }) => name.includes('Update'))?.name;
    if (functionName === undefined) throw new Error('There is no function that updates.');
    // Three tries of two requests each.
    own.system.throttleDynamoDb(6, { operation: 'UpdateItem', functionName });
    onTestFinished(() => own.system.throttleDynamoDb(0));
    const until = new Date(own.clock.now() + hourMs).toISOString();
    const path = `/notifications/${created.notification.id}`;
    expect((await belfry.as(user).post(`${path}/snooze`, { until })).status).toBe(503);
    expect((await belfry.as(user).get(path)).body).toMatchObject({ status: 'unread', version: 1 });
    expect((await belfry.as(user).post(`${path}/snooze`, { until })).status).toBe(200);
  });
});

describe('when the clock of the functions is set back by an hour', () => {
  it('what is due happens once, by the clock of the database', async () => {
    const [user] = [newUser()];
    users = [user];
    const expires_at = new Date(own.clock.now() + hourMs).toISOString();
    const { created } = await belfry.invoke(command(user, { alert_after: 3_600, expires_at }));
    await query("UPDATE notifications SET alert_at = expires_at - interval '1 second' WHERE user_id = $1", [
      user,
    ]);
    await letPass();
    own.clock.advance(-hourMs);
    await belfry.tick();
    own.clock.advance(hourMs);
    await belfry.tick();
    const { id } = created.notification;
    await vi.waitFor(
      () => expect(toldTo().map(({ detail }) => detail.notification_id)).toEqual([id]),
      patience,
    );
    expect(await inboxes()).toEqual([{ status: 'archived', version: '2', count: '1' }]);
  });
});
