import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { runAsOwner } from '../../support/database.ts';
import { command, createInstallation, type Installation, newUser } from '../../support/installation.ts';
import { keepLog } from '../../support/kept-log.ts';
import { patience } from '../../support/patience.ts';
import { policySettings } from '../../support/shared-settings.ts';
import { functionLines } from './function-lines.ts';
import { startEmulator, type TestEmulator } from './start-emulator.ts';

// A deployment of its own, in which a type has events.
let emulator: TestEmulator;
let belfry: Installation;

beforeAll(async () => {
  const log = keepLog(inject('logDirectory'));
  emulator = await startEmulator(log);
  const types = JSON.stringify({ booking: { events: true } });
  belfry = createInstallation(await emulator.deploy({ ...policySettings, types }), { log });
});

afterAll(() => emulator?.stop());

it('the tick wakes what was snoozed, and an event goes by the table and its stream to the bus', async () => {
  const user = newUser();
  const { created } = await belfry.invoke(command(user, { metadata: { type: 'booking' } }));
  const { id } = created.notification;
  const as = belfry.as(user);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  expect((await as.post(`/notifications/${id}/snooze`, { until })).status).toBe(200);
  await runAsOwner(
    emulator.databaseUrl(),
    "UPDATE notifications SET snoozed_until = now() - interval '1 second' WHERE id = $1",
    [id],
  );
  expect(await belfry.tick()).toMatchObject({ has_looked: true, woken: 1 });
  expect((await as.post(`/notifications/${id}/read`)).status).toBe(200);
  expect(await belfry.tick()).toMatchObject({ events: 1 });
  // Nothing listens on the bus. What the function has measured says that the bus has taken the event.
  await vi.waitFor(async () => {
    const lines = await functionLines(emulator.endpoint);
    expect(lines.filter(({ message }) => message.includes('"EventsSent":1'))).toHaveLength(1);
  }, patience);
});
