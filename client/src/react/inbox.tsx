import { type ReactNode, useEffect, useRef } from 'react';
import { Guard } from './guard.tsx';
import { useNotifications } from './hooks.ts';
import { InboxItem } from './inbox-item.tsx';
import { inboxParts as by } from './inbox-parts.tsx';
import { partsOf } from './item-part.ts';
import type { InboxView } from './labels.ts';
import { Part } from './part.tsx';
import type { FiltersProps, HeaderProps, UndoProps } from './parts.ts';
import { relativeTime, useNow } from './relative-time.ts';
import type { InboxSettings } from './settings.tsx';
import { SteadyInbox } from './steady-inbox.tsx';
import { Styles } from './styles.tsx';
import { useUndo } from './undo.ts';
import { isText, outcome } from './usable.ts';
import { useItemFocus } from './use-item-focus.ts';
import { useSeen } from './use-seen.ts';

export interface InboxProps {
  settings: InboxSettings;
  titleId: string;
}

/** The inbox without a frame: header, filters, and the list, or what replaces it while there is none. */
export function Inbox({ settings, titleId }: InboxProps) {
  const { labels, components: of, filters, groupBy, locale } = settings;
  const shown = useNotifications();
  const { bar, client, offerUndo, ...undoable } = useUndo(shown);
  const inbox = { ...shown, ...client, ...undoable };
  const { notifications, status, error, isLoading, hasMore, filter } = inbox;
  const now = useNow();
  useSeen(shown);
  const { stop, setStop, ...rootProps } = useItemFocus(inbox);
  const more = useLoadingOnSight(inbox.loadMore, notifications);
  // When the inbox closes, the client has its filter back, so that new notifications are announced as before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter at the time that the inbox opens
  useEffect(() => () => inbox.setFilter(filter), [inbox.setFilter]);

  const isEmpty = !notifications.length;
  // The user can do nothing about a token that is too long, and the list is right. Of a button, its item says more.
  const failed = error && !/^(token_too_long|action_taken)$/.test(error.code) && labels.failed(error);
  // The cast: while all is well, there is no text.
  const text: string | undefined = labels[status as 'offline'];
  const trouble = status === 'polling' ? failed : text || failed;
  const notice = trouble || text;

  const itemParts = partsOf(settings);
  const views: InboxView[] = ['all', 'unread', ...itemParts.flatMap(({ view = [] }) => view), 'archived'];
  // Each part takes of it what it needs.
  const shared: HeaderProps & FiltersProps & UndoProps = {
    ...inbox,
    ...{ labels, titleId },
    text: inbox.done ?? labels.archived(inbox.count),
    views,
    view: views.find((name) => name === `${filter.status}`) ?? 'all',
    onChange: (view) => inbox.setFilter({ ...filter, status: view === 'all' ? undefined : [view] }),
  };
  const headings = notifications.map(
    (row) => now && outcome('groupBy', () => groupBy?.(row, { now, locale }), isText),
  );

  return (
    <SteadyInbox {...rootProps}>
      {itemParts.map(({ name, css }) => (
        <Styles key={name} {...{ name, css }} nonce={settings.nonce} />
      ))}
      <Part {...{ of, by }} name="Header" {...shared} />
      {filters !== null && filters !== false && (
        <Part of={filters ? byFunction : of} name="Filters" {...shared} {...{ by, filters }} />
      )}
      <div className="belfry-scroll" aria-busy={isLoading}>
        {isEmpty ? (
          isLoading ? (
            <Part {...{ of, by }} name="Loading" {...shared} />
          ) : (
            !trouble && !hasMore && <Part {...{ of, by }} name="Empty" {...shared} />
          )
        ) : (
          // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
          <ul className="belfry-list" role="list" aria-labelledby={titleId}>
            {notifications.map((notification, index) => (
              <Guard key={notification.id} version={notification}>
                <li>
                  {headings[index] && headings[index] !== headings[index - 1] && (
                    <h3 className="belfry-group">{headings[index]}</h3>
                  )}
                  <InboxItem
                    {...{ notification, settings, client, setStop, offerUndo }}
                    ago={now === null ? now : relativeTime(notification.created_at, now, locale)}
                    isStop={notification === stop}
                  />
                </li>
              </Guard>
            ))}
          </ul>
        )}
        {hasMore && (
          <div ref={more}>
            <Part {...{ of, by }} name="More" {...shared} />
          </div>
        )}
      </div>
      {/* Below the list, so that it does not move the items when it appears. */}
      <div role="status">
        {notice && (
          <Part
            {...{ of, by }}
            name="Notice"
            {...shared}
            text={notice}
            isAlone={isEmpty && !isLoading && !!trouble}
            retry={trouble ? inbox.retry : undefined}
          />
        )}
      </div>
      <div className="belfry-undo" aria-live="polite" ref={bar}>
        {!!inbox.count && <Part {...{ of, by }} name="Undo" {...shared} />}
      </div>
    </SteadyInbox>
  );
}

/**
 * The filters of the prop `filters`. It is the same component for each function, so that they stay mounted if the function
 * is another one in each render. What is no function throws, and the default filters replace it.
 */
const byFunction = {
  Filters: ({ filters, ...props }: FiltersProps & { filters?: (props: FiltersProps) => ReactNode }) =>
    filters?.(props),
};

/** Calls `load` when the end of the list is visible. A browser that cannot tell only has the button. */
function useLoadingOnSight(load: () => void, notifications: unknown) {
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an end that stays in view is reported once for each list
  useEffect(() => {
    if (!end.current || !window.IntersectionObserver) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)?.isIntersecting) load();
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [load, notifications]);
  return end;
}
