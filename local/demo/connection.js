/** Well within the 15 minutes for which a token is good and a socket is kept. */
const renewEveryMs = 12 * 60_000;
/** Within the gateway's idle limit of ten minutes. */
const pingEveryMs = 8 * 60_000;
const pongWithinMs = 5_000;
const pollEveryMs = 30_000;
const longestBackoffMs = 30_000;

/**
 * The line to the service for one user: REST calls with a token that is renewed in time, and one socket that comes back
 * by itself. `onState` is told `connecting`, `live`, `offline`, or `polling` where too many other tabs are open and this
 * one waits to be used again; `onFrame` each frame; `onCatchUp` whenever something
 * may have been missed; `log` each call, frame and change of the socket (never a token).
 */
export function createConnection({ user, log, onState, onFrame, onCatchUp }) {
  let session;
  let socket;
  let opening;
  let retryTimer;
  let pongTimer;
  let attempts = 0;
  let isReplaced = false;
  let isStopped = false;
  const listeners = new AbortController();

  async function call(method, shown, url, init = {}) {
    const begun = performance.now();
    let status = 'failed';
    try {
      const response = await fetch(url, { ...init, method });
      status = response.status;
      return response;
    } finally {
      log({ kind: 'rest', method, path: shown, status, ms: Math.round(performance.now() - begun) });
    }
  }

  /** A new token; whoever asks while one is on its way gets that one. */
  function renewSession() {
    const path = `/session?user=${user}`;
    const answer = call('GET', path, path).then(async (response) => {
      if (!response.ok) throw new Error(`GET /session answered ${response.status}`);
      return response.json();
    });
    const renewed = { answer, at: Date.now() };
    session = renewed;
    answer.catch(() => {
      if (session === renewed) session = undefined;
    });
    return answer;
  }

  function currentSession() {
    return session && Date.now() - session.at < renewEveryMs ? session.answer : renewSession();
  }

  /** The JSON answer of a call to the HTTP API; rejects for any other answer than a success. */
  async function request(method, path, body) {
    const send = async ({ httpApiUrl, token }) =>
      call(method, path, httpApiUrl + path, {
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    let response = await send(await currentSession());
    if (response.status === 401) response = await send(await renewSession());
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return response.json();
  }

  /** Opens a socket with a fresh token; one that is open already is closed only when the new one is. */
  async function connect() {
    clearTimeout(retryTimer);
    if (isStopped || opening) return;
    opening = true;
    if (!socket) onState('connecting');
    try {
      const { webSocketUrl, token } = await renewSession();
      if (!isStopped) follow(new WebSocket(`${webSocketUrl}?token=${encodeURIComponent(token)}`));
    } catch {
      opening = undefined;
      retry();
    }
  }

  function follow(next) {
    opening = next;
    next.onopen = () => {
      const before = socket;
      socket = next;
      opening = undefined;
      attempts = 0;
      isReplaced = false;
      before?.close();
      log({ kind: 'socket', text: before ? 'renewed' : 'open' });
      onState('live');
      onCatchUp();
    };
    next.onmessage = ({ data }) => {
      clearTimeout(pongTimer);
      const frame = JSON.parse(data);
      log({ kind: 'frame', frame });
      if (frame.type === 'goodbye' && next === socket) isReplaced = true;
      onFrame(frame);
    };
    next.onclose = ({ code }) => lost(next, code);
  }

  function lost(closed, code) {
    if (closed !== socket && closed !== opening) return;
    if (closed === opening) opening = undefined;
    else socket = undefined;
    log({ kind: 'socket', text: `closed (${code})` });
    if (isReplaced) onState('polling');
    else retry();
  }

  /** Full jitter: clients that lost their sockets together do not come back together. */
  function retry() {
    if (isStopped) return;
    if (!socket) onState('offline');
    attempts += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, Math.random() * Math.min(longestBackoffMs, 500 * 2 ** attempts));
  }

  function ping() {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const asked = socket;
    asked.send('{"action":"ping"}');
    clearTimeout(pongTimer);
    // A socket can be dead without a word, above all after sleep; its close event may then take minutes to come.
    pongTimer = setTimeout(() => {
      asked.close();
      lost(asked, 'no pong');
    }, pongWithinMs);
  }

  /** The page is used again, or the network is back. */
  function wake() {
    if (document.visibilityState !== 'visible') return;
    isReplaced = false;
    if (!socket) return connect();
    ping();
    onCatchUp();
  }

  const timers = [
    setInterval(ping, pingEveryMs),
    setInterval(() => isReplaced || connect(), renewEveryMs),
    setInterval(() => isReplaced && onCatchUp(), pollEveryMs),
  ];
  const { signal } = listeners;
  for (const name of ['online', 'pageshow']) addEventListener(name, wake, { signal });
  document.addEventListener('visibilitychange', wake, { signal });
  document.addEventListener('pointerdown', () => isReplaced && wake(), { signal });
  connect();

  return {
    request,
    stop() {
      isStopped = true;
      listeners.abort();
      for (const timer of timers) clearInterval(timer);
      clearTimeout(retryTimer);
      clearTimeout(pongTimer);
      const closing = [socket, opening];
      socket = undefined;
      opening = undefined;
      for (const each of closing) each?.close?.();
    },
  };
}
