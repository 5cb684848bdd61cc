import type { Api } from './api.ts';
import type { Environment } from './environment.ts';
import type { NotificationError } from './error.ts';
import { createFeed, type FeedOptions } from './feed.ts';
import type { ConnectionStatus, Emit, NotificationSnapshot } from './types.ts';
import type { Notification } from './wire.ts';

/** What one user sees. */
export type Store = ReturnType<typeof createStore>;

interface StoreDependencies {
  environment: Environment;
  options: FeedOptions;
  /** Aborted at the end of the session. After that, the store publishes and emits nothing. */
  signal: AbortSignal;
  api: Api;
  /** Called with each new snapshot. */
  publish(snapshot: NotificationSnapshot): void;
  emit: Emit;
}

/**
 * Everything that one user sees, as snapshots: the feed, the status of the connection, and what failed. The client and
 * the tab know nothing else of it.
 */
export function createStore({ environment, options, signal, api, publish, emit }: StoreDependencies) {
  const feed = createFeed({
    environment,
    options,
    api,
    onChange: render,
    onEnd: note,
    onNews: (row) => signal.aborted || emit('notification', row),
  });
  let status: ConnectionStatus = 'connecting';
  let failure: NotificationError | undefined;
  let snapshot = look([]);

  function look(before: readonly Notification[]): NotificationSnapshot {
    const { rows, ...shown } = feed.shown(!!failure);
    return { ...shown, notifications: keep(before, rows), status, error: failure ?? null };
  }

  function render(): void {
    const next = look(snapshot.notifications);
    if (signal.aborted || isSame(snapshot, next)) return;
    snapshot = next;
    publish(snapshot);
  }

  /** Keeps the outcome of a request. A request that is repeated and fails as before is no news. */
  function note(error?: NotificationError, isNews = error?.code !== failure?.code): void {
    failure = error;
    if (error && isNews && !signal.aborted) emit('error', error);
    render();
  }

  return {
    ...feed,
    snapshot: () => snapshot,
    setStatus(changed: ConnectionStatus): void {
      status = changed;
      render();
    },
    /** Takes the outcome of a request that tests the access to the service. Without an answer, the status says enough. */
    noteAccess(error?: NotificationError): void {
      if (!error || /token|unauth/.test(error.code)) note(error);
    },
  };
}

/** The same objects for the same rows, and the same array if none differs, so that nothing is drawn again. */
function keep(before: readonly Notification[], rows: readonly Notification[]): readonly Notification[] {
  const known = new Map(before.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const held = known.get(row.id);
    return held?.version === row.version && held.status === row.status ? held : row;
  });
  return kept.length === before.length && isSame(kept, before) ? before : kept;
}

/** Whether each property has the same value. */
function isSame<Value extends object>(one: Value, other: Value): boolean {
  return (Object.keys(one) as (keyof Value)[]).every((key) => one[key] === other[key]);
}
