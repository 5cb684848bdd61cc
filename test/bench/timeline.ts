import { setImmediate } from 'node:timers/promises';

/** A clock that jumps to the next moment that is waited for, and a server that serves one request at a time. */
export function createTimeline() {
  let time = 0;
  let freeAt = 0;
  const waiting: { at: number; resume: () => void }[] = [];
  const clock = {
    now: () => time,
    async until(at: number): Promise<void> {
      if (at > time) await new Promise<void>((resume) => waiting.push({ at, resume }));
    },
  };
  return {
    clock,
    /** Resolves when the requests before are answered and this one has taken its time. */
    serve(ms: number): Promise<void> {
      freeAt = Math.max(freeAt, time) + ms;
      return clock.until(freeAt);
    },
    async run<Result>(work: Promise<Result>): Promise<Result> {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (await setImmediate(); !isDone; await setImmediate()) {
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting.shift();
        if (!next) throw new Error('Nothing will ever happen again.');
        time = next.at;
        next.resume();
      }
      return work;
    },
  };
}
