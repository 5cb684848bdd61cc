import { createConnection } from './connection.js';

const shown = new Set(['unread', 'read']);

/**
 * One user's inbox, kept in step with the server by the versions of pages, changes and frames: whatever is lost,
 * doubled or out of order on the wire, the list and the count end up right. `onChange` is told whenever `snapshot()`
 * has changed, `onNews` each unread notification that arrives, `onState` and `log` as by `createConnection`.
 */
export function createInbox({ user, log, onState, onChange, onNews }) {
  const items = new Map();
  const pending = new Map();
  /** The version up to which everything is known; undefined until the first page is here. */
  let version;
  /** The oldest id down to which the pages have come, and the cursor of the next one. */
  let tail = Number.POSITIVE_INFINITY;
  let next = null;
  let count = 0;
  let countVersion = -1;
  let generation = 0;
  let gapTimer;
  let retryTimer;
  let failures = 0;
  let isSyncing = false;
  /** Somebody asked for changes while it was not possible. */
  let isSyncDue = false;
  let isStopped = false;
  let syncedAt = Number.NEGATIVE_INFINITY;

  function applyRow(row, isNews) {
    const held = items.get(row.id);
    if (held && held.version >= row.version) return;
    items.set(row.id, row);
    if (isNews && !held && row.id >= tail && row.status === 'unread') onNews(row);
  }

  function setCount(value, at) {
    if (at < countVersion) return;
    count = value;
    countVersion = at;
  }

  /** Rows as they were at version `at`. A row learnt just now may have changed since: step back, and ask. */
  function absorb(rows, at, isNews) {
    const hasFresh = rows.some(({ id }) => !items.has(id));
    for (const row of rows) applyRow(row, isNews);
    if (at < version && hasFresh) {
      version = at;
      gap();
    }
  }

  /** Asks for what is missing: soon, so that frames in the wrong order can still arrive, and once a second at most. */
  function gap() {
    if (isStopped || gapTimer) return;
    const wait = Math.max(60 + Math.random() * 60, syncedAt + 1_000 - performance.now());
    gapTimer = setTimeout(() => {
      gapTimer = undefined;
      sync();
    }, wait);
  }

  function onFrame(frame) {
    if (typeof frame.version !== 'number' || frame.version <= version) return;
    if (frame.type !== 'inbox.changed' || !pending.has(frame.version)) pending.set(frame.version, frame);
    if (version !== undefined) drain();
  }

  function drain() {
    for (const at of pending.keys()) if (at <= version) pending.delete(at);
    const following = () => pending.get(version + 1);
    while (following() && following().type !== 'inbox.changed') {
      const frame = following();
      apply(frame);
      pending.delete(frame.version);
      version = frame.version;
    }
    if (pending.size > 0) gap();
    onChange();
  }

  function apply(frame) {
    if (frame.notification) applyRow(frame.notification, true);
    if (frame.type === 'inbox.read_all') {
      for (const row of items.values()) {
        if (row.status !== 'unread' || row.id > frame.before_id || row.version >= frame.version) continue;
        items.set(row.id, { ...row, status: 'read', version: frame.version });
      }
    }
    setCount(frame.unread_count, frame.version);
  }

  /** Asks for every change since the own version. */
  async function sync() {
    if (isStopped) return;
    if (isSyncing || version === undefined) {
      isSyncDue = true;
      return;
    }
    isSyncing = true;
    syncedAt = performance.now();
    const since = version;
    const asked = generation;
    try {
      const changes = await connection.request('GET', `/notifications/changes?since=${since}`);
      failures = 0;
      if (isStopped || asked !== generation) return;
      if (changes.reset) return void reload();
      setCount(changes.unread_count, changes.version);
      const isWhole = since <= version;
      absorb(changes.data, changes.version, true);
      if (changes.version > version) {
        if (isWhole) version = changes.version;
        else gap();
      }
      drain();
    } catch {
      again(gap);
    } finally {
      isSyncing = false;
      syncIfDue();
    }
  }

  function syncIfDue() {
    if (!isSyncDue || isSyncing || version === undefined) return;
    isSyncDue = false;
    gap();
  }

  /** Forgets what was known and begins with the first page; frames wait meanwhile. */
  async function reload() {
    generation += 1;
    const asked = generation;
    version = undefined;
    try {
      const page = await connection.request('GET', '/notifications?limit=20');
      failures = 0;
      if (isStopped || asked !== generation) return;
      items.clear();
      for (const row of page.data) items.set(row.id, row);
      version = page.version;
      count = page.unread_count;
      countVersion = page.version;
      turnedTo(page);
      drain();
      syncIfDue();
    } catch {
      again(() => asked === generation && reload());
    }
  }

  function turnedTo({ data, next_cursor }) {
    next = next_cursor;
    tail = next === null ? 0 : (data.at(-1)?.id ?? 0);
  }

  function again(what) {
    if (isStopped) return;
    failures += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(what, Math.random() * Math.min(30_000, 500 * 2 ** failures));
  }

  async function loadMore() {
    if (next === null) return;
    const asked = generation;
    const page = await connection.request(
      'GET',
      `/notifications?limit=20&cursor=${encodeURIComponent(next)}`,
    );
    if (isStopped || asked !== generation) return;
    turnedTo(page);
    absorb(page.data, page.version, false);
    if (page.version > version) gap();
    onChange();
  }

  /** @param action `read`, `unread`, `archive` or `unarchive` */
  async function mark(id, action) {
    const asked = generation;
    const answer = await connection.request('POST', `/notifications/${id}/${action}`);
    if (isStopped || asked !== generation) return;
    // An answer is no frame: changes that came before it may still be on their way.
    setCount(answer.unread_count, answer.version);
    absorb([answer.notification], answer.version, false);
    if (answer.version > version) gap();
    onChange();
  }

  async function markAllAsRead() {
    const before_id = Math.max(0, ...items.keys());
    const answer = await connection.request('POST', '/notifications/read-all', { before_id });
    if (isStopped) return;
    if (answer.updated > 0) onFrame({ type: 'inbox.read_all', before_id, ...answer });
    else if (answer.version > version) gap();
  }

  const connection = createConnection({ user, log, onState, onFrame, onCatchUp: sync });
  reload();

  return {
    loadMore,
    mark,
    markAllAsRead,
    /** `{ rows, count, hasMore, version }`, rows newest first; `version` is undefined until the first page is here. */
    snapshot() {
      const rows = [...items.values()].filter(({ id, status }) => id >= tail && shown.has(status));
      return { rows: rows.sort((a, b) => b.id - a.id), count, hasMore: next !== null, version };
    },
    stop() {
      isStopped = true;
      clearTimeout(gapTimer);
      clearTimeout(retryTimer);
      connection.stop();
    },
  };
}
