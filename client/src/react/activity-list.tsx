import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { NotificationError } from '../error.ts';
import { activities } from '../groups.ts';
import type { ActivitiesPage } from '../wire.ts';
import type { ItemPartProps } from './item-part.ts';

interface ActivityListProps extends ItemPartProps {
  /** Of the list, for what opens it. */
  listId: string;
  /** The face and the name of an actor. */
  draw(actorId: string | null): ReactNode;
  /** @param hasFocus whether the list has the focus, which what opens it then gets */
  close(hasFocus: boolean): void;
}

/** What has come, in pages. */
interface Pages extends ActivitiesPage {
  /** Whether it is more than the first page. */
  isPaged: boolean;
}

const nothing: Pages = { data: [], next_cursor: null, isPaged: false };

/** Every create that went into a notification, newest first: the actor, and when. It starts anew when another one comes. */
export function ActivityList(props: ActivityListProps) {
  const { notification, client, listId, draw, close, labels, locale, tabIndex } = props;
  const { id, group_count } = notification;
  const button = useRef<HTMLButtonElement>(null);
  /** Counts the requests. The answers to all but the last one are ignored. */
  const turn = useRef(0);
  const [pages, setPages] = useState(nothing);
  const [isLoading, setIsLoading] = useState(true);
  const [failure, setFailure] = useState<{ error: NotificationError; before: Pages }>();
  const { data, next_cursor, isPaged } = pages;

  /** Loads the page behind those that there are. Default: the first one, in their place. */
  async function load(before = nothing): Promise<void> {
    turn.current += 1;
    const mine = turn.current;
    setIsLoading(true);
    let error: NotificationError | undefined;
    let page: ActivitiesPage | undefined;
    try {
      page = await activities(client, id, before.next_cursor);
    } catch (reason) {
      // The client rejects with nothing else.
      error = reason as NotificationError;
    }
    if (mine !== turn.current) return;
    setIsLoading(false);
    setFailure(error && { error, before });
    if (page) setPages({ ...page, data: [...before.data, ...page.data], isPaged: before !== nothing });
    // It was retracted, and leaves the inbox in a moment.
    if (error?.code === 'not_found') close(!!button.current?.matches(':focus'));
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: each create that goes into it raises its count
  useEffect(() => {
    load();
    return () => {
      turn.current += 1;
    };
  }, [client, id, group_count]);

  function onClick(): void {
    if (isLoading) return;
    if (failure) load(failure.before);
    else if (next_cursor) load(pages);
    else close(true);
  }

  return (
    <div className="belfry-everybody" id={listId}>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets */}
      <ul className="belfry-activities" role="list" aria-busy={isLoading}>
        {data.map(({ actor_id, created_at }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an activity has no id, and later pages come behind
          <li className="belfry-activity" key={index}>
            {draw(actor_id)}
            <time className="belfry-moment" dateTime={created_at}>
              {new Date(created_at).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })}
            </time>
          </li>
        ))}
      </ul>
      {/* It is there before, so that screen readers read what comes into it. */}
      <span className="belfry-progress" role="status">
        {isLoading ? labels.loading : failure && labels.failed(failure.error)}
      </span>
      {/* One button, which keeps the focus. */}
      {(failure || next_cursor || isPaged) && (
        <button
          ref={button}
          type="button"
          className="belfry-button"
          tabIndex={tabIndex}
          aria-disabled={isLoading}
          onClick={onClick}
        >
          {failure ? labels.retry : next_cursor ? labels.loadMore : labels.less}
        </button>
      )}
    </div>
  );
}
