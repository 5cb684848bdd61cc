const pageEvents = [
  'visibilitychange',
  'focus',
  'pointerdown',
  'keydown',
  'online',
  'offline',
  'pagehide',
  'pageshow',
] as const;

/**
 * An event of the page, by the browser's name: `visibilitychange` only when the page becomes visible, and `focus` only of
 * the window.
 */
export type PageEvent = (typeof pageEvents)[number];

/** What the client uses of a `WebSocket`. */
export type Socket = Pick<WebSocket, 'close' | 'onclose' | 'onmessage' | 'onopen' | 'send'>;

/** What the client uses of a `BroadcastChannel`. */
export type Channel = Pick<BroadcastChannel, 'close' | 'onmessage' | 'postMessage'>;

/** Everything of the browser that the client uses. Another runtime or a test can replace it. */
export interface Environment {
  /** Milliseconds since the Unix epoch. Time also passes while the machine sleeps. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds. Answers a function that cancels this. */
  after(ms: number, run: () => void): () => void;
  /** A random number from 0 up to, but not including, 1. */
  random(): number;
  /** False if the browser is certain that it has no network. */
  isOnline(): boolean;
  /** Whether the user can see the page. */
  isVisible(): boolean;
  fetch(url: string, init: RequestInit): Promise<Response>;
  openSocket(url: string, protocols?: string[]): Socket;
  /** Throws if the page may not use channels. Without channel or locks, each tab has its own socket. */
  openChannel: ((name: string) => Channel) | undefined;
  locks: Pick<LockManager, 'request'> | undefined;
  /** Calls `listener` for each event. Answers a function that ends this. */
  watchPage(listener: (event: PageEvent) => void): () => void;
}

/** The browser, or what a server or a worker has of it. */
export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    // Some runtimes have no such property.
    isOnline: () => globalThis.navigator?.onLine !== false,
    isVisible: () => !globalThis.document?.hidden,
    fetch: (url, init) => fetch(url, init),
    openSocket: (url, protocols) => new WebSocket(url, protocols),
    openChannel: (name) => new BroadcastChannel(name),
    locks: globalThis.navigator?.locks,
    watchPage(listener) {
      const controller = new AbortController();
      for (const event of pageEvents) {
        // In the capture phase, because the window also gets `visibilitychange` of the document then, and no handler can
        // stop a click before. But then it also gets the focus of everything in it. A server has no events.
        globalThis.addEventListener?.(
          event,
          () => (event !== 'visibilitychange' || !document.hidden) && listener(event),
          { capture: event !== 'focus', signal: controller.signal },
        );
      }
      return () => controller.abort();
    },
  };
}
