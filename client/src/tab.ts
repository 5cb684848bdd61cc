import type { Api } from './api.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import type { Channel, Environment, PageEvent } from './environment.ts';
import { accessOf, failureOf, NotificationError } from './error.ts';
import type { Store } from './store.ts';
import type { Question, TabMessage } from './tab-message.ts';
import type { Tokens } from './tokens.ts';
import type { NotificationClientOptions } from './types.ts';

interface TabDependencies extends ConnectionOptions, Pick<NotificationClientOptions, 'apiUrl'> {
  environment: Environment;
}

/** This tab among the tabs of its user. */
export type Tab = ReturnType<typeof createTab>;

type State = 'away' | 'joining' | 'follower' | 'leader';

/**
 * This tab among the tabs of its user, which share one connection to the service.
 *
 * ```
 *        arrive             token                 elected
 * away ─────────▶ joining ────────▶ follower ───────────────▶ leader
 *   ▲                                  ▲                        │
 *   │                                  └─────── deposed ────────┘
 *   └── leave, from any other state
 * ```
 *
 * | State      | News come from                                                                |
 * | ---------- | ----------------------------------------------------------------------------- |
 * | `away`     | nowhere: not started, or the page is in the browser's back-forward cache      |
 * | `joining`  | nowhere: the first token names the user, and so the tabs to share with        |
 * | `follower` | the leader's messages                                                         |
 * | `leader`   | its own connection, which it shares with the other tabs by messages           |
 *
 * The leader is the tab that holds a Web Lock. When its page ends, the browser gives the lock to the next tab. Messages
 * go by a BroadcastChannel. If the browser has no locks or channels, or allows none, every tab leads itself. A browser
 * may freeze the leader without notice, so the followers check on it now and then, and steal the lock if it does not
 * answer within 6 seconds. It does not answer either while its socket is dead: it may be a hidden page, whose timers run
 * once a minute, when the user sees a follower.
 *
 * In every state but `away` the store asks for what it may have missed: when a socket has opened, when the page comes
 * to the front or wakes up, and every 15 to 30 minutes. A socket that answers pings does not prove that the service
 * still pushes to it.
 */
export function createTab(dependencies: TabDependencies, tokens: Tokens, api: Api, store: Store) {
  const tickEveryMs = 25_000;
  /** Browsers run the timers of hidden pages once a minute. If a timer is later than this, the machine was asleep. */
  const sleptAfterMs = 90_000;
  const usedAtMostEveryMs = 10_000;
  /** Longer than the socket has for its answer: the leader may have to ask the service first. */
  const answerWithinMs = 6_000;
  const { environment, apiUrl } = dependencies;
  const { now, after, random } = environment;
  const connection = createConnection(dependencies, tokens, api, tell);
  let state: State = 'away';
  /** Aborted when a follower stops to wait for the lock, or the leader gives it back. */
  let lock = new AbortController();
  /** Open while this tab is a follower or the leader, unless it cannot share. */
  let channel: Channel | undefined;
  /** Names channel and lock. */
  let name = '';
  let cancelCheck: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  let unwatch: (() => void) | undefined;
  let usedAt = 0;
  let syncAt = 0;

  function arrive(): void {
    if (state !== 'away') return;
    state = 'joining';
    tokens.resume();
    planTick();
    planSync();
    store.start();
    join();
  }

  /** @param isLate the first page may be older than the messages that this tab did not get while it was joining */
  async function join(isLate = false): Promise<void> {
    const error = await failureOf(tokens.current());
    // A second call may have joined meanwhile, or the tab was left.
    if (state !== 'joining') return;
    if (error) return store.learn({ status: accessOf(error), error });
    // Without an owner, the tabs of two users would meet.
    const owner = tokens.owner();
    name = `belfry ${apiUrl} ${owner}`;
    try {
      if (owner && environment.locks) channel = environment.openChannel?.(name);
    } catch {
      // Not allowed, as in Firefox for a page that may store nothing.
    }
    if (channel) channel.onmessage = ({ data }) => hear(data);
    compete();
    check(false);
    if (isLate) store.sync();
  }

  /** Follows until this tab has the lock. Leads at once if it cannot share. */
  function compete(isSteal = false): void {
    lock = new AbortController();
    const { signal } = lock;
    state = 'follower';
    const hold = async () =>
      signal.aborted ||
      new Promise((release) => {
        signal.onabort = release;
        lead();
      });
    if (!channel) lead();
    else
      environment.locks?.request(name, isSteal ? { steal: true } : { signal }, hold).catch(() => {
        if (signal.aborted) return;
        // This page may not use locks.
        if (state !== 'leader') return lead();
        // Another tab has stolen the lock.
        connection.close();
        compete();
        wake(false);
      });
  }

  function lead(): void {
    cancelCheck?.();
    state = 'leader';
    connection.wake(false);
  }

  /** A text is a follower's question to the leader. Everything else is a message of the leader. */
  function hear(message: TabMessage | Question): void {
    if (typeof message !== 'string') {
      cancelCheck?.();
      if (state === 'follower') learn(message);
    } else if (state === 'leader') {
      if (message === 'used') connection.wake(true);
      // If the socket is asked, its answer is the answer.
      if (!connection.test(message !== 'hidden')) tell(store.known());
    }
  }

  /** Tells all tabs, this one among them. Only the leader does. */
  function tell(message: TabMessage): Promise<void> {
    const { error } = message;
    // A channel copies no error as it is.
    channel?.postMessage({ ...message, error: error && { ...error, message: error.message } });
    return learn(message);
  }

  async function learn({ frame, status, error, isOpened }: TabMessage): Promise<void> {
    if (status) {
      store.learn({ status, error: error && new NotificationError(error.code, error.message, error) });
    }
    if (frame) store.onFrame(frame);
    if (isOpened) await store.sync();
  }

  /** Asks the leader whether it is alive. */
  function check(isUsed: boolean): void {
    if (state !== 'follower') return;
    const question: Question = isUsed ? 'used' : environment.isVisible() ? 'visible' : 'hidden';
    channel?.postMessage(question);
    cancelCheck?.();
    cancelCheck = after(answerWithinMs, () => {
      lock.abort();
      compete(true);
    });
  }

  function leave(): void {
    if (state === 'away') return;
    connection.close();
    lock.abort();
    state = 'away';
    channel?.close();
    channel = undefined;
    cancelCheck?.();
    cancelTick?.();
    store.pause();
    store.learn({ status: 'connecting' });
  }

  function planTick(): void {
    const plannedAt = now();
    cancelTick = after(tickEveryMs, () => {
      // A clock that was set back looks like sleep, and everything planned by it would be late.
      if (Math.abs(now() - plannedAt) > sleptAfterMs) wake(false);
      planTick();
      if (state === 'leader') connection.tick();
      // The leader may be frozen, or the first token may have failed.
      else nudge(false);
      if (now() < syncAt) return;
      planSync();
      store.sync();
    });
  }

  /** Not the same time for all tabs, which may have been opened together. */
  function planSync(): void {
    syncAt = now() + (15 + 15 * random()) * 60_000;
  }

  function wake(isUsed: boolean): Promise<boolean> {
    tokens.resume();
    nudge(isUsed);
    return store.sync();
  }

  /** Makes sure that there is a connection that works. */
  function nudge(isUsed: boolean): void {
    if (state === 'leader') connection.wake(isUsed);
    else if (state === 'joining') join(true);
    else check(isUsed);
  }

  function onPage(event: PageEvent): void {
    if (event === 'pagehide') leave();
    else if (event === 'pageshow') arrive();
    else if (event === 'visibilitychange') wake(true);
    else if (/line$/.test(event)) wake(false);
    // Clicks and keys matter only without a socket, and not each of them.
    else if (event === 'focus' || (store.known().status !== 'live' && now() - usedAt > usedAtMostEveryMs)) {
      usedAt = now();
      tokens.resume();
      nudge(true);
    }
  }

  return {
    start(): void {
      unwatch ??= environment.watchPage(onPage);
      arrive();
    },
    pause(): void {
      unwatch?.();
      unwatch = undefined;
      leave();
    },
    refresh: () => wake(true),
    isLeader: () => state === 'leader',
  };
}
