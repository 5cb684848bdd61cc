import { isDeepStrictEqual } from 'node:util';
import type { DueTime, DueTimeItem } from '../../functions/core/due-time.ts';
import type { DueTimes } from '../../functions/core/timers.ts';

/** The due time without a table, as writers and as the tick use it. */
export interface InMemoryDueTimes extends DueTimes, DueTimeItem {
  readonly item: DueTime;
}

export function createInMemoryDueTimes(first: DueTime = {}): InMemoryDueTimes {
  let item = first;
  const compared = ({ due_at, looked_at }: DueTime) => [due_at, looked_at];
  return {
    get item() {
      return item;
    },
    async by(at) {
      if (item.due_at === undefined || item.due_at > at) item = { ...item, due_at: at };
    },
    read: async () => item,
    async replace(read, next) {
      if (!isDeepStrictEqual(compared(read), compared(item))) return false;
      item = next;
      return true;
    },
  };
}
