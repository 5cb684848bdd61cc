interface Waiting {
  grant(): void;
  refuse(): void;
}

/** Web Locks in memory, as far as the client uses them: exclusive ones, with `signal` and `steal`. */
export function createLocks() {
  const held = new Map<string, { refuse(): void }>();
  const queues = new Map<string, Waiting[]>();

  function next(name: string): void {
    if (held.has(name)) return;
    queues.get(name)?.shift()?.grant();
  }

  return function request(name: string, options: LockOptions, run: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new DOMException('', 'AbortError'));
      const grant = () => {
        const mine = { refuse };
        held.set(name, mine);
        run()
          .then(resolve, reject)
          .then(() => {
            if (held.get(name) !== mine) return;
            held.delete(name);
            next(name);
          });
      };
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      if (options.steal) {
        held.get(name)?.refuse();
        return grant();
      }
      const waiting = { grant, refuse };
      queue.push(waiting);
      options.signal?.addEventListener('abort', () => {
        const index = queue.indexOf(waiting);
        if (index < 0) return;
        queue.splice(index, 1);
        refuse();
      });
      // A browser grants a lock later, because its locks are in another process.
      queueMicrotask(() => next(name));
    });
  };
}

/**
 * The locks as one tab sees them: it holds them no longer than it lives, and hears of them only when it is awake.
 * @param death resolves when the tab is closed
 * @param task runs something in the tab
 */
export function locksOfTab(
  request: ReturnType<typeof createLocks>,
  death: Promise<void>,
  task: (run: () => void) => void,
): Pick<LockManager, 'request'> {
  const requestInTab = (name: string, options: LockOptions, hold: () => Promise<unknown>) =>
    new Promise((resolve, reject) => {
      const holdInTab = () => new Promise((release) => task(() => release(hold())));
      request(name, options, () => Promise.race([holdInTab(), death])).then(
        (value) => task(() => resolve(value)),
        (error) => task(() => reject(error)),
      );
    });
  // The overloads of `request` cannot be written as one function; only this form of it is used.
  return { request: requestInTab as LockManager['request'] };
}
