import type { Api, PageQuery } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Environment } from './environment.ts';
import type { NotificationError } from './error.ts';
import { createInbox } from './inbox.ts';
import type { NotificationClientOptions, NotificationFilter } from './types.ts';
import type { InboxFrame, Notification, Status } from './wire.ts';

const mostOftenMs = 1_000;
const defaultStatuses: readonly Status[] = ['unread', 'read'];

type FeedOptions = Pick<NotificationClientOptions, 'filter' | 'pageSize'>;

/**
 * Keeps an inbox in step: loads its pages, and asks for changes whenever it says that something is missing, once a
 * second at most. What nobody has asked for, the first page and changes, is tried again without an end when it fails.
 * It begins in a pause, in which only what somebody asks for is asked.
 *
 * @param onChange told after whatever may have changed what is shown
 * @param onLoad told how each page went, the error or undefined, and of changes that they have come
 */
export function createFeed(
  { now, after, random }: Environment,
  api: Api,
  { filter = {}, pageSize = 20 }: FeedOptions,
  onChange: () => void,
  onLoad: (error?: NotificationError) => void,
  onNews: (notification: Notification) => void,
) {
  const inbox = createInbox(gap, onNews);
  let cancelPlan: (() => void) | undefined;
  let askedAt = 0;
  /** The question and the older page that are under way; those of an earlier generation are forgotten. */
  let asking: Promise<void> | undefined;
  let paging: Promise<void> | undefined;
  let isAskedAgain = false;
  let failures = 0;
  let isPaused = true;

  /** Asks soon, so that frames in disorder can arrive before. */
  function gap(): void {
    // A clock that was set back has asked in the future, which is no reason to wait for longer.
    plan(Math.max(60 + random() * 60, Math.min(askedAt - now(), 0) + mostOftenMs));
  }

  function plan(ms: number): void {
    if (!isPaused) cancelPlan ??= after(ms, sync);
  }

  function cancel(): void {
    cancelPlan?.();
    cancelPlan = undefined;
  }

  /** Whatever is under way is of an earlier generation from now on. */
  function begin(): void {
    inbox.begin();
    asking = paging = undefined;
  }

  /** Asks for what is missing now: the first page, or what has changed since. One question at a time. */
  function sync(): Promise<void> {
    cancel();
    if (asking) isAskedAgain = true;
    else {
      askedAt = now();
      asking = ask();
      onChange();
    }
    return asking;
  }

  async function ask(): Promise<void> {
    const asked = inbox.generation();
    const since = inbox.version();
    let error: NotificationError | undefined;
    try {
      const answer = await (since < 0 ? api.page(query()) : api.changes(since));
      if (asked !== inbox.generation()) return;
      if ('next_cursor' in answer) inbox.replace(answer);
      else if (!answer.reset) inbox.catchUp(since, answer);
      else {
        begin();
        isAskedAgain = true;
      }
      failures = 0;
    } catch (reason) {
      if (asked !== inbox.generation()) return;
      // The API rejects with nothing else; an answer that cannot be read would be a mistake of the service.
      error = reason as NotificationError;
      failures += 1;
      cancel();
      plan(Math.max(backoffMs(random, failures), error.retryAfterMs || 0));
    }
    asking = undefined;
    // That changes cannot be had is the status of the line, and no error.
    if (since < 0 || !error) onLoad(error);
    if (isAskedAgain) gap();
    isAskedAgain = false;
    onChange();
  }

  function turn(cursor: string): Promise<void> {
    const asked = inbox.generation();
    const end = (error?: NotificationError) => {
      if (asked !== inbox.generation()) return;
      paging = undefined;
      onLoad(error);
    };
    return api
      .page({ ...query(), cursor })
      .then((page) => {
        if (asked === inbox.generation()) inbox.extend(page);
        end();
      })
      .catch(end);
  }

  // A list of read ones is asked for with the unread ones: a read-all makes read ones of these without naming them.
  function query(): PageQuery {
    const { status = defaultStatuses, type } = filter;
    return {
      limit: `${pageSize}`,
      status: (status.includes('read') ? ['unread', ...status] : status).join(),
      ...(type && { type }),
    };
  }

  return {
    inbox,
    sync,
    pause(): void {
      isPaused = true;
      cancel();
    },
    /** Begins, or goes on after a pause. */
    start(): void {
      isPaused = false;
      sync();
    },
    onFrame(frame: InboxFrame): void {
      inbox.onFrame(frame);
      onChange();
    },
    filter: () => filter,
    /** Begins anew; what was there before stays to be seen, as far as it matches, until the first page comes. */
    setFilter(changed: NotificationFilter): void {
      filter = changed;
      begin();
      if (!isPaused) sync();
      onChange();
    },
    async loadMore(): Promise<void> {
      const cursor = inbox.cursor();
      if (!paging && cursor && inbox.version() >= 0) {
        paging = turn(cursor);
        onChange();
      }
      return paging;
    },
    isLoading: () => !!paging || (inbox.version() < 0 && !!asking),
  };
}

/** Whether a filter shows this notification. */
export function matches({ status, metadata }: Notification, filter: NotificationFilter): boolean {
  const { status: statuses = defaultStatuses, type = metadata.type } = filter;
  return statuses.includes(status) && metadata.type === type;
}
