import type { Channel, Environment, PageEvent } from '../../../client/src/environment.ts';
import type { TestClock } from '../../support/test-clock.ts';
import type { Service } from './service.ts';

interface Waiting {
  grant(): void;
  refuse(): void;
}

/** Web Locks in memory, as far as the client uses them: exclusive ones, with `signal` and `steal`. */
export function createLocks(): Pick<LockManager, 'request'> {
  const held = new Map<string, { refuse(): void }>();
  const queues = new Map<string, Waiting[]>();

  function next(name: string): void {
    if (held.has(name)) return;
    queues.get(name)?.shift()?.grant();
  }

  function request(name: string, options: LockOptions, run: () => Promise<unknown>): Promise<unknown> {
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
      // Granted later, as a browser does, whose locks are in another process.
      queueMicrotask(() => next(name));
    });
  }

  // The overloads of `request` cannot be written as one function; only this form of it is used.
  return { request: request as unknown as LockManager['request'] };
}

/** Broadcast channels in memory. */
function createChannels() {
  const open = new Map<string, Map<Channel, (data: unknown) => void>>();
  return (name: string, whenAwake: (run: () => void) => void): Channel => {
    const all = open.get(name) ?? new Map<Channel, (data: unknown) => void>();
    open.set(name, all);
    const mine: Channel = {
      onmessage: null,
      postMessage(message: unknown) {
        const data = structuredClone(message);
        for (const [other, deliver] of all) if (other !== mine) deliver(data);
      },
      close() {
        all.delete(mine);
        mine.onmessage = null;
      },
    };
    all.set(mine, (data) =>
      queueMicrotask(() => whenAwake(() => mine.onmessage?.call(null as never, { data } as MessageEvent))),
    );
    return mine;
  };
}

/** Locks whose outcomes wait until the tab is awake. */
function asTabSees(
  { request }: Pick<LockManager, 'request'>,
  whenAwake: (run: () => void) => void,
): Pick<LockManager, 'request'> {
  const late = (...args: Parameters<LockManager['request']>) =>
    new Promise((resolve, reject) => {
      request(...args).then(
        (value) => whenAwake(() => resolve(value)),
        (error) => whenAwake(() => reject(error)),
      );
    });
  return { request: late as LockManager['request'] };
}

export type Tab = ReturnType<ReturnType<typeof createBrowser>['tab']>;

/** A browser whose tabs share locks and channels, on a clock, with a service on the other end of its network. */
export function createBrowser({
  clock,
  random,
  service,
  canShare = true,
}: {
  clock: TestClock;
  random: () => number;
  service: Service;
  /** Whether it knows Web Locks and BroadcastChannel. */
  canShare?: boolean;
}) {
  const locks = createLocks();
  const openChannel = createChannels();

  return {
    tab() {
      const listeners = new Set<(event: PageEvent) => void>();
      let isFrozen = false;
      const asleep: (() => void)[] = [];
      const whenAwake = (run: () => void) => {
        if (isFrozen) asleep.push(run);
        else run();
      };
      const environment: Environment = {
        now: clock.now,
        after(ms, run) {
          let isCancelled = false;
          const cancel = clock.after(ms, () => whenAwake(() => !isCancelled && run()));
          return () => {
            isCancelled = true;
            cancel();
          };
        },
        random,
        fetch: service.fetch,
        openSocket: service.openSocket,
        openChannel: canShare ? (name) => openChannel(name, whenAwake) : undefined,
        locks: canShare ? asTabSees(locks, whenAwake) : undefined,
        watchPage(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
      return {
        environment,
        /** What happens to the page of this tab. */
        page(event: PageEvent): void {
          for (const listener of listeners) listener(event);
        },
        /** Holds back its timers, messages and promises of locks until it thaws; its socket and its lock stay. */
        freeze(): void {
          isFrozen = true;
        },
        thaw(): void {
          isFrozen = false;
          for (const run of asleep.splice(0)) run();
        },
      };
    },
  };
}
