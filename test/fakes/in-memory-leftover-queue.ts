import type { Leftover } from '../../functions/core/leftover.ts';
import type { LeftoverQueue } from '../../functions/core/ports.ts';

/** A queue that keeps what was put into it. */
export interface InMemoryLeftoverQueue extends LeftoverQueue {
  /** In the order in which they came. */
  readonly leftovers: readonly Leftover[];
}

export function createInMemoryLeftoverQueue(): InMemoryLeftoverQueue {
  const leftovers = new Map<string, Leftover>();
  return {
    get leftovers() {
      return [...leftovers.values()];
    },
    async put(leftover) {
      leftovers.set(`${leftover.delivery_id} ${leftover.attempt}`, structuredClone(leftover));
    },
  };
}
