import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Environment } from './environment.ts';
import type { NotificationError } from './error.ts';
import { createInbox } from './inbox.ts';
import type { NotificationFilter } from './types.ts';
import type { InboxFrame, Notification } from './wire.ts';

const mostOftenMs = 1_000;

/** The inbox and the questions that keep it right. */
export type Feed = ReturnType<typeof createFeed>;

/**
 * Keeps an inbox in step: loads its pages, and asks for changes whenever it says that something is missing, once a
 * second at most. What fails is tried again, without an end. It begins in a pause.
 *
 * @param onChange told after whatever may have changed what is shown
 * @param onLoad told how each page went: the error, or undefined
 */
export function createFeed({
  api,
  environment,
  filter,
  pageSize,
  onChange,
  onLoad,
  onNews,
}: {
  api: Api;
  environment: Environment;
  filter: NotificationFilter;
  pageSize: number;
  onChange: () => void;
  onLoad: (error?: NotificationError) => void;
  onNews: (notification: Notification) => void;
}) {
  const inbox = createInbox({ onGap: () => gap(), onNews });
  let cancelGap: (() => void) | undefined;
  let cancelRetry: (() => void) | undefined;
  let syncedAt = Number.NEGATIVE_INFINITY;
  let syncing: Promise<void> | undefined;
  let isSyncDue = false;
  let loading: Promise<void> | undefined;
  let failures = 0;
  let isPaused = true;
  let isClosed = false;

  /** Whether an answer is of no use any more to a question that was asked in this generation. */
  const isStale = (asked: number): boolean => isClosed || asked !== inbox.generation();

  /** Asks for changes soon, so that frames in disorder can arrive before. */
  function gap(): void {
    if (isPaused || cancelGap) return;
    const soon = 60 + environment.random() * 60;
    cancelGap = environment.after(Math.max(soon, syncedAt + mostOftenMs - environment.now()), () => {
      cancelGap = undefined;
      sync();
    });
  }

  /** Asks for changes now; while that is not possible, as soon as it is. */
  function sync(): Promise<void> {
    if (syncing || inbox.version() === undefined) {
      isSyncDue = true;
      return syncing ?? loading ?? Promise.resolve();
    }
    syncedAt = environment.now();
    syncing = catchUp().then(() => {
      syncing = undefined;
      syncIfDue();
    });
    return syncing;
  }

  function syncIfDue(): void {
    if (!isSyncDue || syncing || inbox.version() === undefined) return;
    isSyncDue = false;
    gap();
  }

  async function catchUp(): Promise<void> {
    const asked = inbox.generation();
    const since = inbox.version() ?? 0;
    try {
      const changes = await api.changes(since);
      failures = 0;
      if (isStale(asked)) return;
      if (changes.reset) reload();
      else inbox.catchUp(since, changes);
      onChange();
    } catch (error) {
      if (!isStale(asked)) retry(error, gap);
    }
  }

  /** Begins with the first page; what was there before stays to be seen until it comes. */
  function reload(): Promise<void> {
    begin();
    return load(null);
  }

  /** Whatever is still loading is of no use any more, and must not keep the first page from being asked for. */
  function begin(): void {
    inbox.begin();
    loading = undefined;
  }

  // A list of read ones is asked for with the unread ones: a read-all makes read ones of these without naming them.
  const query = () => {
    const { status = ['unread', 'read'], type } = filter;
    const statuses = status.includes('read') ? [...new Set(['unread', ...status])] : status;
    return { limit: pageSize, status: statuses as typeof status, type };
  };

  function load(cursor: string | null): Promise<void> {
    const asked = inbox.generation();
    const mine = api
      .page({ ...query(), cursor })
      .then(
        (page) => {
          if (isStale(asked)) return;
          failures = 0;
          loading = undefined;
          if (cursor === null) inbox.replace(page);
          else inbox.extend(page);
          onLoad();
          syncIfDue();
        },
        (error: NotificationError) => {
          if (isStale(asked)) return;
          loading = undefined;
          onLoad(error);
          // Nobody has asked for the first page, so nobody will again; the next one waits to be asked for.
          if (cursor === null) retry(error, () => asked === inbox.generation() && load(null));
        },
      )
      .then(onChange);
    loading = mine;
    onChange();
    return mine;
  }

  function retry(error: unknown, run: () => void): void {
    if (isPaused) return;
    failures += 1;
    // The API rejects with nothing else.
    const { retryAfterMs } = error as NotificationError;
    cancelRetry?.();
    cancelRetry = environment.after(Math.max(backoffMs(environment, failures), retryAfterMs), run);
  }

  function pause(): void {
    isPaused = true;
    cancelGap?.();
    cancelGap = undefined;
    cancelRetry?.();
  }

  /** Loads the first page where there is none, otherwise asks for what has changed; now, whatever was put off. */
  function refresh(): Promise<void> {
    if (inbox.version() !== undefined || loading) return sync();
    cancelRetry?.();
    return load(null);
  }

  return {
    inbox,
    sync,
    refresh,
    pause,
    /** Begins, or goes on after a pause. Until then nothing is asked that nobody has asked for. */
    start(): void {
      isPaused = false;
      refresh();
    },
    onFrame(frame: InboxFrame): void {
      inbox.onFrame(frame);
      onChange();
    },
    filter: () => filter,
    setFilter(changed: NotificationFilter): void {
      filter = changed;
      if (isPaused) begin();
      else reload();
      onChange();
    },
    loadMore(): Promise<void> {
      if (loading) return loading;
      return inbox.cursor() === null || inbox.version() === undefined
        ? Promise.resolve()
        : load(inbox.cursor());
    },
    isLoading: () => loading !== undefined,
    /** Whatever is still answered is of no use. */
    close(): void {
      pause();
      isClosed = true;
    },
  };
}

/** Whether a filter shows this notification. */
export function matches({ status, metadata }: Notification, filter: NotificationFilter): boolean {
  const { status: statuses = ['unread', 'read'], type = metadata.type } = filter;
  return statuses.includes(status) && metadata.type === type;
}
