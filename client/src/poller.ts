import { backoffMs } from './backoff.ts';
import type { Environment } from './environment.ts';
import { failureOf, type NotificationError } from './error.ts';

interface PollerDependencies {
  environment: Environment;
  /** Asks for the inbox state. */
  ask(): Promise<unknown>;
  /** Called with the outcome of each poll. `wasCut` tells whether the poll before has failed. */
  onEnd(error: NotificationError | undefined, wasCut: boolean): void;
}

/**
 * Asks for the inbox state every half minute. After a poll that failed it asks again sooner at first, and later after each
 * further failure, so that the user is back soon after the service is. The pauses are random, so that clients that lost
 * the service together do not return together.
 */
export function createPoller({ environment: { after, random }, ask, onEnd }: PollerDependencies) {
  const everyMs = 30_000;
  let failures = 0;
  let cancel: (() => void) | undefined;
  /** The poll that is under way. */
  let current: Promise<unknown> | undefined;

  function drop(): void {
    cancel?.();
    cancel = current = undefined;
  }

  /** @param isAnew whether to ask also if a poll is under way, which may hang in a network that is gone */
  async function poll(isAnew = false): Promise<void> {
    if (current && !isAnew) return;
    drop();
    const mine = failureOf(ask());
    current = mine;
    const error = await mine;
    if (current !== mine) return;
    current = undefined;
    const wasCut = failures > 0;
    failures = error ? failures + 1 : 0;
    cancel = after(error ? backoffMs(random, failures, error) : everyMs, poll);
    onEnd(error, wasCut);
  }

  return {
    poll,
    /** Ends the polls, until `poll` is called. */
    stop(): void {
      drop();
      failures = 0;
    },
    /** Whether the last poll has failed. */
    isCut: () => failures > 0,
  };
}
