import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks, and asks again while the answer is 503 and time is left: a database that pauses needs some 15 seconds to wake.
 * @param ask is told when it must end
 * @param pauseMsOf how long the answer wants the caller to wait
 * @param note gets a text for the person who waits
 */
export async function untilAvailable<Answer extends { status: number }>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  {
    waitMs,
    pauseMsOf = () => 2_000,
    note,
  }: {
    waitMs: number;
    pauseMsOf?: (answer: Answer) => number;
    note: (text: string) => void;
  },
): Promise<Answer> {
  const end = performance.now() + waitMs;
  const attempt = () => ask(AbortSignal.timeout(Math.max(1, Math.ceil(end - performance.now()))));
  let answer = await attempt();
  for (;;) {
    const pauseMs = pauseMsOf(answer);
    if (answer.status !== 503 || performance.now() + pauseMs >= end) return answer;
    note('it is unavailable for now, and is asked again');
    await pause(pauseMs);
    const last = answer;
    // If the time is over during an attempt, the 503 before it says more.
    answer = await attempt().catch(() => last);
  }
}
