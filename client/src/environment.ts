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

/** What happens to the page, by the browser's own names; `visibilitychange` only when it becomes visible. */
export type PageEvent = (typeof pageEvents)[number];

/** The part of a `WebSocket` that is used. */
export type Socket = Pick<WebSocket, 'close' | 'onclose' | 'onmessage' | 'onopen' | 'send'>;

/** The part of a `BroadcastChannel` that is used. */
export type Channel = Pick<BroadcastChannel, 'close' | 'onmessage' | 'postMessage'>;

/** Everything of the browser that the client touches, so that another runtime or a test can stand in for it. */
export interface Environment {
  /** Milliseconds since the Unix epoch; goes on while the machine sleeps. */
  now(): number;
  /** Runs `run` once after `ms` milliseconds; the function that it returns calls that off. */
  after(ms: number, run: () => void): () => void;
  /** From 0 up to, and without, 1. */
  random(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  openSocket(url: string): Socket;
  /** Throws where it is unknown or denied. Without channel or locks, each tab has a socket of its own. */
  openChannel: ((name: string) => Channel) | undefined;
  locks: Pick<LockManager, 'request'> | undefined;
  /** Calls `listener` for each event until the function that it returns is called. */
  watchPage(listener: (event: PageEvent) => void): () => void;
}

/** The browser, or what of it a server or a worker has. */
export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    fetch: (url, init) => fetch(url, init),
    openSocket: (url) => new WebSocket(url),
    openChannel: (name) => new BroadcastChannel(name),
    locks: globalThis.navigator?.locks,
    watchPage,
  };
}

function watchPage(listener: (event: PageEvent) => void): () => void {
  if (!globalThis.document) return () => {};
  const controller = new AbortController();
  for (const event of pageEvents) {
    // In the capture phase `visibilitychange`, which is the document's, comes by here too, and nothing can stop a click.
    addEventListener(event, () => (event !== 'visibilitychange' || !document.hidden) && listener(event), {
      capture: true,
      signal: controller.signal,
    });
  }
  return () => controller.abort();
}
