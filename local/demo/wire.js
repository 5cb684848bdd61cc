/**
 * From now on, passes to `log` what this page sends and receives: the frames and the state of its sockets, the frames that
 * another tab passes on if it has the socket for both, and the HTTP calls. The client does not notice.
 */
export function watchWire(log) {
  globalThis.fetch = watchedFetch(globalThis.fetch, log);
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols);
      const say = (text) => log({ kind: 'socket', text });
      this.addEventListener('open', () => say('open'));
      this.addEventListener('close', ({ code }) => say(`closed with ${code}`));
      this.addEventListener('message', ({ data }) => log({ kind: 'frame', frame: JSON.parse(data) }));
    }
  };
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      this.addEventListener('message', ({ data: { frame } }) => {
        if (frame) log({ kind: 'frame', isShared: true, frame });
      });
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
