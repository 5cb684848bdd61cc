import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Notification } from '../../../functions/core/notification.ts';
import { runAsOwner } from '../../support/database.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import type { MovingClock } from '../../support/moving-clock.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

const dayMs = 24 * 60 * 60_000;

// A system of its own, whose time the tests move; its schedules go by it.
let clock: MovingClock;
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  own = await startOwnSystem();
  ({ belfry, clock } = own);
});

afterAll(() => own?.stop());

interface Page {
  data: Notification[];
  version: number;
  unread_count: number;
  reset?: boolean;
}

async function get(user: string, path: string): Promise<Page> {
  const { status, body } = await belfry.as(user).get<Page>(path);
  expect(status).toBe(200);
  return body;
}

const changesSince = (user: string, version: number) => get(user, `/notifications/changes?since=${version}`);

/** Lets days go by; what the schedules have begun by then ends a moment later. */
async function untilChanged(user: string, days: number, version: number): Promise<Page> {
  clock.advance(days * dayMs);
  return vi.waitFor(async () => {
    const changes = await changesSince(user, version);
    expect(changes.version).toBeGreaterThan(version);
    return changes;
  }, patience);
}

it('says nothing to a client that is connected, which finds the gap in the version of its next frame', async () => {
  const user = newUser();
  const { created } = await belfry.invoke(command(user));
  await runAsOwner(
    own.system.databaseUrl ?? '',
    "UPDATE notifications SET created_at = now() - interval '200 days' WHERE user_id = $1",
    [user],
  );
  const socket = await belfry.connect(user);
  expect(await belfry.purge()).toMatchObject({ archived: 1, deleted: 0, inboxes: 1, is_complete: true });
  expect(await socket.settled()).toEqual([]);
  await belfry.invoke(command(user));
  expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 3, unread_count: 1 });
  const { data } = await changesSince(user, 1);
  expect(data).toMatchObject([
    { id: created.notification.id, status: 'archived', version: 2 },
    { version: 3 },
  ]);
  await socket.close();
});

it('archives by its schedule what is old, then deletes it, and resets a client that was away', async () => {
  const user = newUser();
  const { created } = await belfry.invoke(command(user));
  const { id } = created.notification;

  const archived = await untilChanged(user, 181, 1);
  expect(archived).toMatchObject({ version: 2, unread_count: 0, reset: false });
  expect(archived.data).toMatchObject([{ id, status: 'archived', version: 2 }]);
  expect(await get(user, '/notifications')).toMatchObject({ data: [], unread_count: 0, version: 2 });
  expect(await get(user, '/notifications?status=archived')).toMatchObject({ data: [{ id }] });

  const deleted = await untilChanged(user, 185, 2);
  expect(deleted).toMatchObject({ data: [], version: 3, unread_count: 0, reset: true });
  expect(await get(user, '/notifications?status=archived')).toMatchObject({ data: [], version: 3 });
  expect(await changesSince(user, 3)).toMatchObject({ data: [], version: 3, reset: false });
});
