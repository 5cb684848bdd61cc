import type { ButtonHTMLAttributes, ComponentType } from 'react';
import { listOf } from '../filter.ts';
import type { Status } from '../wire.ts';
import { DefaultItem } from './default-item.tsx';
import type { UseNotifications } from './hooks.ts';
import { Icon } from './icons.tsx';
import type { ItemProps } from './item-props.ts';
import type { InboxView, NotificationLabels } from './labels.ts';

/** The props of every part of the inbox: the snapshot and the methods of the client, and the texts. */
export interface PartProps extends UseNotifications {
  labels: NotificationLabels;
  /** Which filter is chosen. */
  view: InboxView;
}

export interface HeaderProps extends PartProps {
  /** The heading must have this id, because it names the inbox for screen readers. */
  titleId: string;
}

export interface FiltersProps extends PartProps {
  onChange(view: InboxView): void;
}

export interface NoticeProps extends Omit<PartProps, 'retry'> {
  text: string;
  /** Whether there is no list below it. */
  isAlone: boolean;
  /** Undefined if a retry cannot help. */
  retry: (() => void) | undefined;
}

export interface UndoProps {
  labels: NotificationLabels;
  /** How many notifications were archived. */
  count: number;
  undo(): void;
}

export type TriggerProps = ButtonHTMLAttributes<HTMLButtonElement>;

/** The parts of the bell and the inbox. Keys, focus, roles and announcements work with every replacement. */
export interface NotificationComponents {
  /** The bell's button. It must pass its props on to a `<button>`. */
  Trigger: ComponentType<TriggerProps>;
  BellIcon: ComponentType;
  /** The number, if it is not 0. It lies over the button, whose label has the number for screen readers. */
  Badge: ComponentType<{ text: string }>;
  Header: ComponentType<HeaderProps>;
  Filters: ComponentType<FiltersProps>;
  /** The content of an `<li>`. */
  Item: ComponentType<ItemProps>;
  Empty: ComponentType<PartProps>;
  Loading: ComponentType<PartProps>;
  /** Above the list, or without a list: the client is offline or polling, or something has failed. */
  Notice: ComponentType<NoticeProps>;
  /** Below the list while there are older notifications. The list loads them when this part becomes visible. */
  More: ComponentType<PartProps>;
  /** For some seconds after an archive. */
  Undo: ComponentType<UndoProps>;
}

/** The default parts. */
export const defaultComponents: NotificationComponents = {
  Trigger: (props) => <button type="button" {...props} />,
  BellIcon: () => <Icon name="bell" />,
  Badge: ({ text }) => (
    <span className="belfry-badge" aria-hidden="true">
      {text}
    </span>
  ),
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
  Filters: ({ labels, view, onChange }) => (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own that differs by browser
    <div className="belfry-filters" role="group" aria-label={labels.filter}>
      {(['all', 'unread', 'archived'] as const).map((name) => (
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
  Undo: ({ labels, count, undo }) => (
    <div className="belfry-notice">
      {labels.archived(count)}
      <button type="button" className="belfry-button" onClick={undo}>
        {labels.undo}
      </button>
    </div>
  ),
};
