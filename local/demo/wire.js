/**
 * From now on, passes to `log` what this page sends and receives: the frames and the state of its sockets, the frames that
 * another tab passes on if it has the socket for both, and the HTTP calls. The clients do not notice.
 */
export function watchWire(log) {
  /** The sockets and channels of this page that are open. */
  const sockets = new Set();
  const channels = new Set();
  globalThis.fetch = watchedFetch(globalThis.fetch, log);
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols);
      const say = (text) => log({ kind: 'socket', text });
      this.addEventListener('open', () => {
        sockets.add(this);
        say('open');
      });
      this.addEventListener('close', ({ code }) => {
        sockets.delete(this);
        say(`closed with ${code}`);
      });
      this.addEventListener('message', ({ data }) => log({ kind: 'frame', frame: JSON.parse(data) }));
    }
  };
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      channels.add(this);
      this.addEventListener('message', ({ data: { frame } }) => {
        // Each client of this page has a channel. Those without the socket hear what the one with it says.
        const [first] = channels;
        if (frame && this === first && sockets.size === 0) log({ kind: 'frame', isShared: true, frame });
      });
    }
    close() {
      channels.delete(this);
      super.close();
    }
  };
}

function watchedFetch(fetch, log) {
  return async (url, init) => {
    const { pathname, search } = new URL(url, location.href);
    const begun = performance.now();
    let status = 'failed';
    try {
      const response = await fetch(url, init);
      status = response.status;
      return response;
    } finally {
      const ms = Math.round(performance.now() - begun);
      log({ kind: 'rest', method: init?.method ?? 'GET', path: pathname + search, status, ms });
    }
  };
}
