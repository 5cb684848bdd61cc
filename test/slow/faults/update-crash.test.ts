import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UpdatedMany } from '../../../functions/core/answers.ts';
import { runAsOwner } from '../../support/database.ts';
import { batchCommand, newUser } from '../../support/installation.ts';
import { type LiveClient, liveClients, titles } from '../../support/live-client.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { killAll, postgresProcesses } from '../../support/processes.ts';
import { storedIn } from '../../support/stored.ts';

// An update of the notifications of 500 users is one statement. PostgreSQL is killed while it waits for the last inbox.
const users = Array.from({ length: 500 }, newUser).toSorted();
const idempotency_key = 'seat-map';
const update = { action: 'update', user_ids: users, idempotency_key, title: 'After' };

let own: OwnSystem;
let bells: LiveClient[];
/** How the update failed that met the crash. */
let refusal: string | undefined;
/** The titles that the users had after the crash, before the update was sent again. */
let titlesAfterCrash: string[];

/** How many notifications it changed when it was sent again, and when it was sent once more. */
let again: number;
let onceMore: number;

async function send(): Promise<number> {
  const { created, error } = await own.belfry.invoke<UpdatedMany>(update);
  if (error) throw new Error(error.errorMessage);
  return created.notifications.filter(({ changed }) => changed).length;
}

beforeAll(async () => {
  own = await startOwnSystem({ durable: true });
  const { belfry } = own;
  bells = await liveClients(belfry, [users.at(0), users.at(250), users.at(499)].map(String));
  await belfry.invoke(batchCommand(users, { title: 'Before', idempotency_key }));
  const holder = new pg.Client({ connectionString: own.system.databaseUrl });
  // The server ends it too.
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM inboxes WHERE user_id = $1 FOR UPDATE', [users.at(-1)]);
  const updating = belfry.invoke(update);
  await vi.waitFor(async () => {
    const waiting = await runAsOwner(own.system.databaseUrl ?? '', 'SELECT FROM pg_locks WHERE NOT granted');
    expect(waiting).toHaveLength(1);
  }, patience);
  killAll(postgresProcesses());
  await holder.end().catch(() => {});
  refusal = (await updating).error?.errorType;
  await own.system.restartDatabase();
  titlesAfterCrash = (await storedIn(own.system.databaseUrl)).map(({ title }) => title);
  again = await vi.waitFor(send, patience);
  onceMore = await send();
});

afterAll(async () => {
  for (const { client } of bells ?? []) client.stop();
  await own?.stop();
});

describe('an update of 500 notifications while which PostgreSQL is killed', () => {
  it('is refused as for a while, and has changed none of them', () => {
    expect(refusal).toBe('Unavailable');
    expect(titlesAfterCrash).toEqual(users.map(() => 'Before'));
  });

  it('changes each of them once when it is sent again, and none when it is sent once more', async () => {
    expect([again, onceMore]).toEqual([500, 0]);
    const stored = await storedIn(own.system.databaseUrl);
    expect(stored.map(({ title, version }) => `${title} ${version}`)).toEqual(users.map(() => 'After 2'));
  });

  it('is in the open bells', async () => {
    for (const { client } of bells) {
      await vi.waitFor(() => expect(titles(client)).toEqual(['After']), patience);
      expect(client.getSnapshot().unreadCount).toBe(1);
    }
  });
});
