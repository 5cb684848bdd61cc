import { listOf } from '../filter.ts';
import type { Status } from '../wire.ts';
import { DefaultItem } from './default-item.tsx';
import { Icon } from './icons.tsx';
import type { NotificationComponents } from './parts.ts';

/** The default parts of the inbox. */
export const inboxParts: Omit<NotificationComponents, 'Trigger' | 'BellIcon' | 'Badge'> = {
  Header: ({ titleId, labels, filter, notifications, hasMore, unreadCount, ...client }) => {
    /** Whether the list may have notifications of a status. */
    const has = (name: Status, isMore: unknown = hasMore) =>
      listOf(filter).statuses.includes(name) &&
      (isMore || notifications.some(({ status }) => status === name));
    const isUnread = has('unread', hasMore && unreadCount);
    const isRead = has('read');
    return (
      <div className="belfry-header">
        <h2 className="belfry-title" id={titleId}>
          {labels.title}
        </h2>
        <button
          type="button"
          className="belfry-button"
          aria-disabled={!isUnread}
          onClick={isUnread ? client.markAllAsRead : undefined}
        >
          {filter.type ? labels.markTheseAsRead : labels.markAllAsRead}
        </button>
        <button
          type="button"
          className="belfry-action"
          aria-label={labels.archiveAllRead}
          title={labels.archiveAllRead}
          aria-disabled={!isRead}
          onClick={isRead ? client.archiveAllRead : undefined}
        >
          <Icon name="archive" />
        </button>
      </div>
    );
  },
  Filters: ({ labels, view, views, onChange }) => (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own that differs by browser
    <div className="belfry-filters" role="group" aria-label={labels.filter}>
      {views.map((name) => (
        <button
          key={name}
          type="button"
          className="belfry-filter"
          aria-pressed={name === view}
          onClick={() => onChange(name)}
        >
          {labels.views[name]}
        </button>
      ))}
    </div>
  ),
  Item: DefaultItem,
  Empty: ({ labels, view }) => (
    <div className="belfry-state">
      <Icon name="bell" />
      {labels.empty[view]}
    </div>
  ),
  Loading: ({ labels }) => (
    <>
      <span className="belfry-hidden">{labels.loading}</span>
      <div className="belfry-skeleton" />
      <div className="belfry-skeleton" />
      <div className="belfry-skeleton" />
    </>
  ),
  Notice: ({ labels, text, isAlone, retry }) => (
    <div className={isAlone ? 'belfry-state' : 'belfry-notice'}>
      {text}
      {retry && (
        <button type="button" className="belfry-button" onClick={retry}>
          {labels.retry}
        </button>
      )}
    </div>
  ),
  More: ({ labels, isLoading, loadMore }) => (
    <button type="button" className="belfry-more" aria-disabled={isLoading} onClick={loadMore}>
      {isLoading ? labels.loading : labels.loadMore}
    </button>
  ),
  Undo: ({ labels, text, undo }) => (
    <div className="belfry-notice">
      {text}
      <button type="button" className="belfry-button" onClick={undo}>
        {labels.undo}
      </button>
    </div>
  ),
};
