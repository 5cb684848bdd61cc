import { createLoop, type Loop } from '../world/loop.ts';

/**
 * A clock that stands still until a test moves it by `advance`, which also waits for promises and immediates after each
 * timer. It does not wait for sockets or processes: poll for those with `vi.waitFor`.
 */
export type TestClock = Loop;

/** Starts a clock at `startMs` (milliseconds since the Unix epoch), by default at 2026-01-01T00:00:00Z. */
export const createTestClock = (startMs = Date.UTC(2026, 0, 1)): TestClock =>
  createLoop(startMs, { settle: immediatesHaveSettled });

/** Two rounds: an immediate that a promise sets, and the promises that it settles in turn. */
async function immediatesHaveSettled(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve));
}
