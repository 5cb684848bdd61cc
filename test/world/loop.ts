/** Time that passes only from one event to the next. */
export interface Loop {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `run` once after `ms` milliseconds; the function that it returns calls that off. */
  after(ms: number, run: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** Lets everything happen that is due within `ms` milliseconds, one event after the other. */
  advance(ms: number): Promise<void>;
}

interface Event {
  at: number;
  /** Events of the same moment happen in the order in which they were planned. */
  order: number;
  run: (() => void) | undefined;
}

/**
 * The event loop of a simulated world: the same program on it does the same things in the same order, always.
 * @param start its time at the beginning, in milliseconds since the Unix epoch
 * @param mostEvents more events than the world has if it comes to rest; `advance` throws if there are more
 * @param settle resolves when everything that an event has started has gone on as far as it can
 */
export function createLoop(
  start: number,
  { mostEvents = Number.POSITIVE_INFINITY, settle = promisesHaveSettled } = {},
): Loop {
  const events = createHeap();
  let time = start;
  let count = 0;

  function after(ms: number, run: () => void): () => void {
    const event: Event = { at: time + Math.max(0, ms), order: count, run };
    count += 1;
    events.push(event);
    return () => {
      event.run = undefined;
    };
  }

  return {
    now: () => time,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    async advance(ms) {
      const until = time + ms;
      await settle();
      for (let next = events.pop(until); next; next = events.pop(until)) {
        if (!next.run) continue;
        if (count > mostEvents) throw new Error(`The world does not come to rest in ${mostEvents} events.`);
        time = Math.max(time, next.at);
        next.run();
        await settle();
      }
      time = until;
    },
  };
}

/** Nothing in a simulated world waits for anything but the loop. */
const promisesHaveSettled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** A binary heap by moment and order. */
function createHeap() {
  const heap: Event[] = [];
  const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);

  function sink(event: Event): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      let least = heap[child];
      const right = heap[child + 1];
      if (least && right && isBefore(right, least)) {
        child += 1;
        least = right;
      }
      if (!least || isBefore(event, least)) break;
      heap[hole] = least;
      hole = child;
    }
    heap[hole] = event;
  }

  return {
    push(event: Event): void {
      let hole = heap.length;
      while (hole > 0) {
        const above = (hole - 1) >> 1;
        const parent = heap[above];
        if (!parent || isBefore(parent, event)) break;
        heap[hole] = parent;
        hole = above;
      }
      heap[hole] = event;
    },
    /** The first event, where it is due. */
    pop(until: number): Event | undefined {
      const first = heap[0];
      if (!first || first.at > until) return undefined;
      const last = heap.pop();
      if (last && last !== first) sink(last);
      return first;
    },
  };
}
