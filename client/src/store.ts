import type { Api } from './api.ts';
import type { Environment } from './environment.ts';
import { mustSignIn, type NotificationError } from './error.ts';
import { createFeed, type FeedOptions } from './feed.ts';
import type { ConnectionStatus, Emit, NotificationClientOptions, NotificationSnapshot } from './types.ts';
import type { Notification } from './wire.ts';

/** What one user sees. */
export type Store = ReturnType<typeof createStore>;

interface StoreDependencies {
  environment: Environment;
  options: FeedOptions & Pick<NotificationClientOptions, 'onSessionExpired'>;
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
  /** Why nothing can be known, or why there is no socket. */
  let trouble: NotificationError | undefined;
  /** What the last page or change of this tab says. */
  let failure: NotificationError | undefined;
  /** Whether the app knows that the session has expired. */
  let hasExpired = false;
  let snapshot = look([]);

  function look(before: readonly Notification[]): NotificationSnapshot {
    const { rows, ...shown } = feed.shown(!!(trouble ?? failure));
    const common = { ...shown, notifications: keep(before, rows) };
    // A socket may bring news for a while after the session has expired.
    if (failure && mustSignIn(failure) && isWorking(status)) {
      return { ...common, status: 'unauthenticated', error: failure };
    }
    return { ...common, status, error: trouble ?? failure ?? null };
  }

  function render(): void {
    const next = look(snapshot.notifications);
    if (signal.aborted || isSame(snapshot, next)) return;
    snapshot = next;
    publish(snapshot);
    const { status, error } = snapshot;
    if (isWorking(status)) hasExpired = false;
    if (status !== 'unauthenticated' || !error || hasExpired) return;
    hasExpired = true;
    // Later, so that an exception of the app stops nothing here.
    queueMicrotask(() => options.onSessionExpired?.(error));
  }

  /** A request that is repeated and fails as before is no news. */
  const isNew = (error?: NotificationError) => error?.code !== (trouble ?? failure)?.code;

  /** Keeps the outcome of a page or a change. */
  function note(error?: NotificationError, isNews = isNew(error)): void {
    failure = error;
    announce(error, isNews);
  }

  function announce(error: NotificationError | undefined, isNews: boolean): void {
    if (error && isNews && !signal.aborted) emit('error', error);
    render();
  }

  return {
    ...feed,
    snapshot: () => snapshot,
    /** @param reason why the status is one without news, or why it stays `polling` */
    setStatus(changed: ConnectionStatus, reason?: NotificationError): void {
      if (changed === status && reason?.code === trouble?.code) return;
      const isNews = isNew(reason);
      status = changed;
      trouble = reason;
      announce(reason, isNews);
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
