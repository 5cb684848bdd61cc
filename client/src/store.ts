import type { Api } from './api.ts';
import type { Environment } from './environment.ts';
import { mustSignIn, NotificationError } from './error.ts';
import { createFeed, type FeedOptions } from './feed.ts';
import { nothing } from './snapshot.ts';
import type { ConnectionStatus, Emit, NotificationClientOptions, NotificationSnapshot } from './types.ts';
import type { UserFrame } from './wire.ts';

/** What one user sees. */
export type Store = ReturnType<typeof createStore>;

interface StoreDependencies extends FeedOptions, Pick<NotificationClientOptions, 'onSessionExpired'> {
  environment: Environment;
  /** Aborted at the end of the session. After that, the store publishes and emits nothing. */
  signal: AbortSignal;
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
 *
 * @param publish called with each new snapshot
 */
export function createStore(
  dependencies: StoreDependencies,
  api: Api,
  publish: (snapshot: NotificationSnapshot) => void,
  emit: Emit,
) {
  const { environment, onSessionExpired, signal } = dependencies;
  const feed = createFeed(dependencies, api, render, (row) => signal.aborted || emit('notification', row));
  let known: Known = { status: 'connecting' };
  /** Whether the app knows that the session has expired. */
  let hasExpired = false;
  let snapshot = nothing;

  /** @param isNews whether an error is news even if the last one had the same code */
  function render(isNews = false): void {
    const shown = feed.shown();
    const failure = shown.error;
    const { status: access, error: trouble } = environment.isOnline() ? known : cutOff;
    const works = isWorking(access);
    // A socket may bring news for a while after the session has expired.
    const status = works && mustSignIn(failure) ? 'unauthenticated' : access;
    const error = (works && failure) || trouble || failure;
    const next = { ...shown, status, error };
    if (signal.aborted) return;
    if (error && (isNews || error.code !== snapshot.error?.code)) emit('error', error);
    // The cast: the snapshot has these properties and no others.
    const names = Object.keys(next) as (keyof NotificationSnapshot)[];
    if (names.every((name) => snapshot[name] === next[name])) return;
    snapshot = next;
    publish(next);
    if (isWorking(status)) hasExpired = false;
    if (status === 'unauthenticated' && error && !hasExpired) {
      hasExpired = true;
      // Later, so that an exception of the app stops nothing here.
      queueMicrotask(() => onSessionExpired?.(error));
    }
  }

  render();
  return {
    ...feed,
    known: () => known,
    onFrame(frame: UserFrame): void {
      if (frame.type !== 'preferences.changed') feed.onFrame(frame);
      else if (feed.isOwn(frame)) emit('preferences', undefined);
    },
    learn(changed: Known): void {
      known = changed;
      render();
    },
  };
}

const isWorking = (status: ConnectionStatus): boolean => status === 'live' || status === 'polling';
