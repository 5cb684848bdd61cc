import type { Api } from './api.ts';
import type { Environment } from './environment.ts';
import { mustSignIn, NotificationError } from './error.ts';
import { createFeed, type FeedOptions } from './feed.ts';
import { nothing } from './snapshot.ts';
import type { ConnectionStatus, Emit, NotificationClientOptions, NotificationSnapshot } from './types.ts';
import type { Notification } from './wire.ts';

/** What one user sees. */
export type Store = ReturnType<typeof createStore>;

interface StoreDependencies extends FeedOptions, Pick<NotificationClientOptions, 'onSessionExpired'> {
  environment: Environment;
  /** Aborted at the end of the session. After that, the store publishes and emits nothing. */
  signal: AbortSignal;
  api: Api;
  /** Called with each new snapshot. */
  publish(snapshot: NotificationSnapshot): void;
  emit: Emit;
}

/** What is known about the connection, in each tab. */
export interface Known {
  status: ConnectionStatus;
  /** Why the status is one without news, or why it stays `polling`. */
  error?: NotificationError | undefined;
}

const cutOff: Known = { status: 'offline', error: new NotificationError('offline', 'No network.') };

/**
 * Everything that one user sees, as snapshots: the feed, the status of the connection, and what failed. The client and
 * the tab know nothing else of it.
 */
export function createStore(dependencies: StoreDependencies) {
  const { environment, onSessionExpired, signal, publish, emit } = dependencies;
  const feed = createFeed({
    ...dependencies,
    onChange: render,
    onNews: (row) => signal.aborted || emit('notification', row),
  });
  let known: Known = { status: 'connecting' };
  /** Whether the app knows that the session has expired. */
  let hasExpired = false;
  let snapshot = nothing;

  function look(before: readonly Notification[]): NotificationSnapshot {
    const { status, error: trouble } = environment.isOnline() ? known : cutOff;
    const works = isWorking(status);
    const shown = feed.shown();
    const { notifications, error: failure } = shown;
    return {
      ...shown,
      notifications: keep(before, notifications),
      // A socket may bring news for a while after the session has expired.
      status: works && mustSignIn(failure) ? 'unauthenticated' : status,
      error: (works && failure) || trouble || failure,
    };
  }

  /** @param isNews whether an error is news even if the last one had the same code */
  function render(isNews = false): void {
    const next = look(snapshot.notifications);
    if (signal.aborted) return;
    const { status, error } = next;
    if (error && (isNews || error.code !== snapshot.error?.code)) emit('error', error);
    if (isSame(snapshot, next)) return;
    snapshot = next;
    publish(next);
    if (isWorking(status)) hasExpired = false;
    if (status !== 'unauthenticated' || !error || hasExpired) return;
    hasExpired = true;
    // Later, so that an exception of the app stops nothing here.
    queueMicrotask(() => onSessionExpired?.(error));
  }

  render();
  return {
    ...feed,
    known: () => known,
    setStatus(changed: Known): void {
      known = changed;
      render();
    },
  };
}

const isWorking = (status: ConnectionStatus): boolean => status === 'live' || status === 'polling';

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
