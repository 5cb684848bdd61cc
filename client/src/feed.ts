import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { createChanges } from './changes.ts';
import type { Environment } from './environment.ts';
import { failureOf, mustSignIn, type NotificationError } from './error.ts';
import { isSelected, listOf, queryOf } from './filter.ts';
import { aboveAll, createInbox } from './inbox.ts';
import { nothing } from './snapshot.ts';
import type { NotificationClientOptions, NotificationFilter, NotificationSnapshot } from './types.ts';
import {
  type ChangesPage,
  type FeedPage,
  type InboxFrame,
  isPage,
  type Notification,
  type Status,
} from './wire.ts';

export type FeedOptions = Pick<
  NotificationClientOptions,
  'filter' | 'scope' | 'pageSize' | 'initialData' | 'userId'
>;

interface FeedDependencies extends FeedOptions {
  environment: Environment;
}

/**
 * Keeps the list that a filter shows in step with the service: it loads the first page, further pages and changes, and
 * shows the user's own changes in it. There is one question at a time:
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
 *
 * `initialData` takes the place of the first page: the first question is for the changes since. It is shown at once if the
 * app's `userId` is its user, and otherwise when the first answer has proved that it is this user's.
 *
 * @param onChange called after anything that may change what is shown. The error of a change `isNews`
 * @param onNews called with each new notification of the scope and the filter's types, whatever statuses the list shows
 */
export function createFeed(
  {
    environment: { now, after, random },
    initialData,
    userId,
    filter = {},
    scope,
    pageSize,
  }: FeedDependencies,
  api: Api,
  onChange: (isNews?: boolean) => void,
  onNews: (notification: Notification) => void,
) {
  const mostOftenMs = 1_000;
  let list = listOf(filter, scope);
  const isListed = (row: Notification) => isSelected(row, list);
  const isKnown = (status: Status) => list.known.includes(status);
  const inbox = createInbox(onGap, (row) => isListed(row) && onNews(row), isKnown);
  const changes = createChanges(api, inbox, scope, onChange, (error) => end(error, !!error));
  /** Drops the question that is planned. */
  let unplan: (() => void) | undefined;
  /** Of the question that was asked: resolves when it has been taken, to whether there was one. */
  let asked: Promise<boolean> | undefined;
  let nextPage: Promise<boolean> | undefined;
  /** Rises when the list starts anew. Answers to earlier requests are ignored. */
  let generation = 0;
  let isPaused = true;
  let askedAt = 0;
  let failures = 0;
  /** What the last page or change says. */
  let failure: NotificationError | undefined;

  if (initialData) inbox.replace(initialData);

  /** Whether the inbox may be shown. Ids of an app may be in upper case, those of the service never are. */
  const isTrusted = () => inbox.isProven() || String(userId).toLowerCase() === inbox.owner();
  const hasPage = () => isTrusted() && inbox.version() >= 0;

  /** Plans a question, so that frames in disorder can arrive before it; at most one each second. */
  function onGap(): void {
    // If the clock was set back, the last question lies in the future, which must not delay the next one.
    plan(Math.max(60 + random() * 60, Math.min(askedAt - now(), 0) + mostOftenMs));
  }

  /** Takes the outcome of an older page or a change. */
  function end(error?: NotificationError, isNews?: boolean): void {
    // Asks until the user has signed in again.
    if (mustSignIn(error)) onGap();
    failure = error;
    onChange(isNews);
  }

  function plan(ms: number): void {
    if (!isPaused) unplan ??= after(ms, sync);
  }

  /** Drops a question that is planned. */
  function cancel(): void {
    unplan?.();
    unplan = undefined;
  }

  function sync(): Promise<boolean> {
    cancel();
    // Something may have come after the answer was made.
    if (asked) onGap();
    else {
      askedAt = now();
      asked = ask();
    }
    onChange();
    return asked;
  }

  function ask(): Promise<boolean> {
    const since = inbox.version();
    return load<FeedPage | ChangesPage>(
      since < 0 ? page() : api.request(`GET /notifications/changes?since=${since}`, isPage),
      (news) => {
        failures = 0;
        if ('next_cursor' in news) inbox.replace(news);
        else if (!news.reset) inbox.add(news, since);
        else begin();
      },
      (error) => {
        asked = undefined;
        if (error) {
          failures += 1;
          cancel();
          plan(backoffMs(random, failures, error));
        }
        // If the user has a page already, the status says enough; but only a request finds out that they must sign in.
        if (!hasPage() || !error || mustSignIn(error)) failure = error;
        onChange();
      },
    );
  }

  /** Waits for an answer, and ignores it if the list has started anew meanwhile. Resolves to whether there was one. */
  async function load<Answer>(
    request: Promise<Answer>,
    take: (answer: Answer) => void,
    settle: (error?: NotificationError) => void,
  ): Promise<boolean> {
    const mine = generation;
    // If an answer cannot be read, that is a mistake of the service.
    const error = await failureOf(request.then((answer) => mine === generation && take(answer)));
    if (mine === generation) settle(error);
    return !error;
  }

  /** Starts anew with the first page. */
  function begin(): void {
    inbox.begin();
    generation += 1;
    cancel();
    asked = nextPage = undefined;
    if (isPaused) onChange();
    else sync();
  }

  /** @param query the `cursor` of a further page. Default: the first page. */
  function page(query?: { cursor: string }): Promise<FeedPage> {
    const all = new URLSearchParams({ limit: String(pageSize), ...queryOf(list), ...query });
    return api.request(`GET /notifications?${all}`, isPage);
  }

  return {
    // With the list, `change` and `shown` are others.
    ...changes,
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
     * asked again after its answer. Resolves to whether it worked, and never rejects.
     */
    sync,
    /** Loads the next, older page, if there is one and none is being loaded. Never rejects. */
    async loadMore(): Promise<void> {
      const cursor = inbox.cursor();
      if (!nextPage && cursor && hasPage()) {
        nextPage = load(page({ cursor }), inbox.add, (error) => {
          nextPage = undefined;
          end(error);
        });
        onChange();
      }
      await nextPage;
    },
    /** Starts anew with another filter. Until its first page comes, shows the known notifications that match. */
    setFilter(changed: NotificationFilter): void {
      filter = changed;
      list = listOf(filter, scope);
      begin();
    },
    prove: inbox.prove,
    isOwn: inbox.isOwn,
    onFrame(frame: InboxFrame): void {
      inbox.onFrame(frame);
      onChange();
    },
    /** Makes a change of everything of the list that has come so far. */
    change(path: 'read-all' | 'archive-read' | 'seen'): Promise<boolean> {
      // What is unseen may be of any type. What the list does not show, the service knows.
      const types = path === 'seen' ? undefined : list.types;
      const isShown = hasPage() && isKnown('unread') && types === list.types;
      return changes.change(path, { before_position: isShown ? inbox.known() : aboveAll, scope, types });
    },
    /** What to show, with the user's own changes as if they were made. */
    shown(): NotificationSnapshot {
      const known = isTrusted() && {
        ...changes.shown((row) => list.statuses.includes(row.status) && isListed(row)),
        userId: inbox.owner(),
        hasMore: !!inbox.cursor(),
      };
      const isLoading = !!nextPage || (!hasPage() && (!failure || !!asked));
      return { ...nothing, ...known, isLoading, error: failure ?? null, filter };
    },
  };
}
