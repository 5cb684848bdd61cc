import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { type Change, overlay } from './changes.ts';
import type { Environment } from './environment.ts';
import type { NotificationError } from './error.ts';
import { hasType, queryOf, statusesOf } from './filter.ts';
import { createInbox, type MarkAnswer, type ReadAllAnswer } from './inbox.ts';
import type { NotificationClientOptions, NotificationFilter } from './types.ts';
import type { Action, ChangesPage, FeedPage, InboxFrame, Notification } from './wire.ts';

export type FeedOptions = Pick<NotificationClientOptions, 'filter' | 'pageSize' | 'initialData'>;

interface FeedDependencies {
  environment: Environment;
  options: FeedOptions;
  api: Api;
  /** Called after anything that may change what is shown. */
  onChange(): void;
  /** Called instead of `onChange` with the outcome of a page or a change. An error of a change `isNews`. */
  onEnd(error?: NotificationError, isNews?: boolean): void;
  /** Called with each new notification of the filter's type, whatever statuses the list shows. */
  onNews(notification: Notification): void;
}

/**
 * Keeps the list that a filter shows in step with the service: it loads the first page, further pages and changes, and
 * sends the user's own changes. There is one question at a time:
 *
 * ```
 *         plan                 sync               answer
 * none ──────────▶ planned ──────────▶ asked ───────────────▶ none
 *                     ▲                  │
 *                     └──────────────────┘ the answer failed, or the question was asked again meanwhile
 * ```
 *
 * A question that fails is asked again for ever, later after each failure. The feed is paused at first: then nothing is
 * planned, and it sends only what a caller asks for.
 */
export function createFeed({
  environment: { now, after, random },
  options: { initialData, filter = {}, pageSize = 20 },
  api,
  onChange,
  onEnd,
  onNews,
}: FeedDependencies) {
  const mostOftenMs = 1_000;
  const inbox = createInbox({ onGap, onNews: (row) => hasType(row, filter) && onNews(row) });
  /** Set while a question is planned. */
  let cancelPlan: (() => void) | undefined;
  /** Set while a question is asked. */
  let answer: Promise<void> | undefined;
  let isAskedAgain = false;
  let nextPage: Promise<void> | undefined;
  /** Rises when the list starts anew. Answers to earlier requests are ignored. */
  let generation = 0;
  let isPaused = true;
  let askedAt = 0;
  let failures = 0;
  /** The user's own changes, and the outcome of the last one. */
  let changes: Change[] = [];
  let delivery = Promise.resolve(true);

  if (initialData) inbox.replace(initialData);

  /** Plans a question, so that frames in disorder can arrive before it; at most one each second. */
  function onGap(): void {
    if (answer) isAskedAgain = true;
    // If the clock was set back, the last question lies in the future, which must not delay the next one.
    else plan(Math.max(60 + random() * 60, Math.min(askedAt - now(), 0) + mostOftenMs));
  }

  function plan(ms: number): void {
    if (!isPaused) cancelPlan ??= after(ms, sync);
  }

  function cancel(): void {
    cancelPlan?.();
    cancelPlan = undefined;
  }

  function sync(): Promise<void> {
    if (answer) isAskedAgain = true;
    else {
      cancel();
      askedAt = now();
      answer = ask();
      onChange();
    }
    return answer;
  }

  function ask(): Promise<void> {
    const since = inbox.version();
    return load<FeedPage | ChangesPage>(
      since < 0 ? api.page(query()) : api.changes(since),
      (news) => {
        failures = 0;
        if ('next_cursor' in news) inbox.replace(news);
        else if (!news.reset) inbox.catchUp(since, news);
        else begin();
      },
      (error) => {
        answer = undefined;
        if (error) {
          failures += 1;
          plan(Math.max(backoffMs(random, failures), error.retryAfterMs || 0));
        } else if (isAskedAgain) onGap();
        isAskedAgain = false;
        // If only changes fail, the status of the connection says enough.
        if (since < 0 || !error) onEnd(error);
        else onChange();
      },
    );
  }

  /** Waits for an answer, and ignores it if the list has started anew meanwhile. */
  async function load<Answer>(
    request: Promise<Answer>,
    take: (answer: Answer) => void,
    end: (error?: NotificationError) => void,
  ): Promise<void> {
    const mine = generation;
    let error: NotificationError | undefined;
    try {
      const answer = await request;
      if (mine === generation) take(answer);
    } catch (reason) {
      // The API rejects with nothing else. If an answer cannot be read, that is a mistake of the service.
      error = reason as NotificationError;
    }
    if (mine === generation) end(error);
  }

  /** Starts anew with the first page. */
  function begin(): void {
    inbox.begin();
    generation += 1;
    cancel();
    answer = nextPage = undefined;
    if (!isPaused) sync();
  }

  const query = () => ({ limit: `${pageSize}`, ...queryOf(filter) });

  /** Shows a change at once, and sends it after those before it, so that the last one wins at the service too. */
  function change(change: Change): Promise<boolean> {
    changes.push(change);
    onChange();
    delivery = delivery.then(() => deliver(change));
    return delivery;
  }

  async function deliver(change: Change): Promise<boolean> {
    try {
      const answer = await send(change);
      change.until = answer.version;
      if ('notification' in answer) inbox.marked(answer);
      if ('updated' in answer && 'before_id' in change) inbox.allRead(change.before_id, answer);
      onEnd();
      return true;
    } catch (error) {
      changes = changes.filter((each) => each !== change);
      onEnd(error as NotificationError, true);
      return false;
    }
  }

  async function send(change: Change): Promise<MarkAnswer | ReadAllAnswer | FeedPage> {
    if ('id' in change) return api.mark(change.id, change.action);
    if (!change.before_id) {
      const page = await api.page({ limit: '1', status: 'unread' });
      if (!page.data[0]) return page;
      change.before_id = page.data[0].id;
    }
    return api.readAll(change.before_id);
  }

  return {
    /** Asks for what is missing, and plans questions from now on. */
    start(): void {
      isPaused = false;
      sync();
    },
    pause(): void {
      isPaused = true;
      cancel();
    },
    /**
     * Asks for what is missing now: the first page, or the changes since the version. A question that is under way is
     * asked again after its answer. Never rejects.
     */
    sync,
    /** Loads the next, older page, if there is one and none is being loaded. Never rejects. */
    async loadMore(): Promise<void> {
      const cursor = inbox.cursor();
      if (!nextPage && cursor && inbox.version() >= 0) {
        nextPage = load(api.page({ ...query(), cursor }), inbox.extend, (error) => {
          nextPage = undefined;
          onEnd(error);
        });
        onChange();
      }
      return nextPage;
    },
    /** Starts anew with another filter. Until its first page comes, shows the known notifications that match. */
    setFilter(changed: NotificationFilter): void {
      filter = changed;
      begin();
      onChange();
    },
    onFrame(frame: InboxFrame): void {
      inbox.onFrame(frame);
      onChange();
    },
    /** Answers whether it worked. Never rejects. */
    mark: (id: number, action: Action): Promise<boolean> => change({ action, id }),
    /** Like `mark`, for all notifications of the inbox that have come so far. */
    markAllAsRead(): Promise<boolean> {
      const holdsNewest = !filter.type && statusesOf(filter).includes('unread');
      return change({ action: 'read', before_id: holdsNewest ? inbox.newestId() : 0 });
    },
    /** What to show, with the user's own changes as if they were made. @param hasFailed there may be no first page */
    shown(hasFailed: boolean) {
      const version = inbox.version();
      changes = changes.filter(({ until = Infinity }) => version < until);
      const { rows, unreadCount } = overlay(inbox, changes);
      return {
        rows: rows.filter((row) => statusesOf(filter).includes(row.status) && hasType(row, filter)),
        isLoading: !!nextPage || (version < 0 && (!hasFailed || !!answer)),
        unreadCount,
        hasMore: !!inbox.cursor(),
        filter,
      };
    },
  };
}
