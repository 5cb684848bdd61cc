import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import type { Tick, TickTime } from '../../functions/core/tick.ts';
import { serveTick, type TickRequest } from '../../functions/transport/maintenance.ts';

const now = Date.UTC(2026, 0, 1, 12);

/** What a tick is run with, for an event. */
async function timeFor(event: TickRequest | null): Promise<TickTime> {
  const asked: TickTime[] = [];
  const tick: Tick = {
    async run(time) {
      asked.push(time);
      return {
        has_looked: false,
        archived: 0,
        woken: 0,
        skipped: 0,
        sent: 0,
        refused: 0,
        events: 0,
        is_complete: true,
      };
    },
  };
  // The cast: what the handler takes of a context.
  const context = { getRemainingTimeInMillis: () => 55_000 } as Context;
  await serveTick(tick, () => now)(event, context);
  const [time] = asked;
  if (!time) throw new Error('The tick has not run.');
  return time;
}

it('A tick goes by the clock of its function, and ends in time', async () => {
  const { now: clock, remainingMs, mustLook } = await timeFor({ time: '2026-01-01T11:59:59Z' });
  expect([clock(), remainingMs(), mustLook]).toEqual([now, 55_000, false]);
});

it('A tick goes by the clock of its schedule if that of its function is behind', async () => {
  expect((await timeFor({ time: '2026-01-01T13:00:00Z' })).now()).toBe(now + 60 * 60_000);
});

it.each([[null], [{}], [{ time: 'soon' }]])(
  'A tick that is invoked by hand with %j goes by its clock',
  async (event) => {
    expect((await timeFor(event)).now()).toBe(now);
  },
);

it('A tick looks if it is told to', async () => {
  expect((await timeFor({ look: true })).mustLook).toBe(true);
});
