import { setImmediate, setTimeout } from 'node:timers/promises';

/** Milliseconds of a clock that never goes back, and that all processes of the machine have in common. */
export const machineNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The time of the load, in milliseconds. */
export interface LoadClock {
  now(): number;
  /** Resolves at this time, or at once if it has passed. */
  until(time: number): Promise<void>;
}

/** A timer may be late by more than a millisecond, which would count as latency. So the last moments are polled. */
const polledMs = 2;

export const machineClock: LoadClock = {
  now: machineNow,
  async until(time) {
    const restMs = time - machineNow() - polledMs;
    if (restMs > 0) await setTimeout(restMs);
    while (machineNow() < time) await setImmediate();
  },
};

/**
 * Sends requests at fixed times, whatever becomes of those before, and returns the latency of each in milliseconds.
 *
 * A latency counts from the time at which the request was due, not from when it was sent. If the service stalls for a second,
 * every request that was due in this second has waited, as users would have. A loop that waits for answers would send none
 * of them, and report one slow request only (coordinated omission).
 *
 * Rejects with the first failure, after all requests have ended.
 * @param send gets the index of the request, and the time of the clock at which it was due
 */
export async function openLoop(
  { requests, perSecond }: { requests: number; perSecond: number },
  send: (index: number, dueAt: number) => Promise<unknown>,
  clock: LoadClock = machineClock,
): Promise<number[]> {
  const begunAt = clock.now();
  const results: Promise<number>[] = [];
  for (let index = 0; index < requests; index += 1) {
    const dueAt = begunAt + (index * 1_000) / perSecond;
    await clock.until(dueAt);
    const result = send(index, dueAt).then(() => clock.now() - dueAt);
    // It is reported at the end. Until then, the rejection must not count as unhandled.
    result.catch(() => {});
    results.push(result);
  }
  await Promise.allSettled(results);
  return Promise.all(results);
}
