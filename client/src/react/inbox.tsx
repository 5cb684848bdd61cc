import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Guard } from './guard.tsx';
import { type UseNotifications, useNotifications } from './hooks.ts';
import { InboxItem } from './inbox-item.tsx';
import { Part } from './part.tsx';
import type { FiltersProps, PartProps } from './parts.tsx';
import { dayOf, useNow } from './relative-time.ts';
import type { InboxSettings } from './settings.tsx';
import { SteadyScroll } from './steady-scroll.tsx';
import { UndoBar, useUndo } from './undo.tsx';
import { useItemFocus } from './use-item-focus.ts';

/** The inbox without a frame: header, filters, and the list, or what replaces it while there is none. */
export function Inbox({ settings, titleId }: { settings: InboxSettings; titleId: string }) {
  const { labels, components: of, filters, groupByDay, locale } = settings;
  const client = useNotifications();
  const { archive, undo, count, barProps } = useUndo(client);
  const inbox = { ...client, archive };
  const { notifications, status, error, isLoading, hasMore, filter } = inbox;
  const now = useNow();
  const { rootProps, itemProps, tabStop } = useItemFocus(notifications, { archive, undo });
  const more = useLoadingOnSight(inbox.loadMore, notifications);
  useFilterUntilClosed(inbox);

  const view = (['unread', 'archived'] as const).find((name) => name === `${filter.status}`) ?? 'all';
  const shared: PartProps = { ...inbox, labels, view };
  const isEmpty = !notifications.length;
  const isCutOff = status === 'offline' || status === 'unreachable' || status === 'unauthenticated';
  // The user can do nothing about such a token, and the list is right.
  const failure = error?.code === 'token_too_long' ? null : error;
  const trouble = isCutOff ? labels[status] : failure && labels.failed(failure);
  const notice = trouble || (status === 'polling' && labels.polling);

  const filterProps: FiltersProps = {
    ...shared,
    onChange: (chosen) => inbox.setFilter({ ...filter, status: chosen === 'all' ? undefined : [chosen] }),
  };
  const days = notifications.map(({ created_at }) => groupByDay && now && dayOf(created_at, now, locale));

  const byDefault = <Part of={of} name="Filters" {...filterProps} />;

  return (
    <div className="belfry-inbox" {...rootProps}>
      <Part of={of} name="Header" {...shared} titleId={titleId} />
      {typeof filters === 'function' ? (
        <Guard fallback={byDefault}>
          <Custom render={filters} props={filterProps} />
        </Guard>
      ) : (
        filters !== null && filters !== false && byDefault
      )}
      <SteadyScroll aria-busy={isLoading}>
        {isEmpty ? (
          isLoading ? (
            <Part of={of} name="Loading" {...shared} />
          ) : (
            !trouble && !hasMore && <Part of={of} name="Empty" {...shared} />
          )
        ) : (
          // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
          <ul className="belfry-list" role="list" aria-labelledby={titleId}>
            {notifications.map((notification, index) => (
              <Guard key={notification.id} version={notification}>
                <li>
                  {days[index] && days[index] !== days[index - 1] && (
                    <h3 className="belfry-day">{days[index]}</h3>
                  )}
                  <div {...itemProps(index)}>
                    <InboxItem
                      {...{ notification, settings, inbox, now }}
                      tabIndex={index === tabStop ? 0 : -1}
                    />
                  </div>
                </li>
              </Guard>
            ))}
          </ul>
        )}
        {hasMore && (
          <div ref={more}>
            <Part of={of} name="More" {...shared} />
          </div>
        )}
      </SteadyScroll>
      {/* Below the list, so that it does not move the items when it appears. */}
      <div role="status">
        {notice && (
          <Part
            of={of}
            name="Notice"
            {...shared}
            text={notice}
            isAlone={isEmpty && !isLoading && !!trouble}
            retry={trouble ? inbox.retry : undefined}
          />
        )}
      </div>
      <div className="belfry-undo" aria-live="polite">
        {!!count && (
          <UndoBar {...barProps}>
            <Part of={of} name="Undo" {...{ labels, count, undo }} />
          </UndoBar>
        )}
      </div>
    </div>
  );
}

/** Calls a function of the app where a guard gets its error. Its filters stay mounted if it is another one each time. */
const Custom = ({ render, props }: { render(props: FiltersProps): ReactNode; props: FiltersProps }) =>
  render(props);

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

/** Restores the client's filter when the inbox closes, so that new notifications are announced as before. */
function useFilterUntilClosed({ filter, setFilter }: UseNotifications) {
  const [before] = useState(filter);
  useEffect(() => () => setFilter(before), [setFilter, before]);
}
