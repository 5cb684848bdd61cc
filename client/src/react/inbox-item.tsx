import type { MouseEvent, ReactNode } from 'react';
import type { Notification, Status } from '../wire.ts';
import type { UseNotifications } from './hooks.ts';
import { linkOf } from './link.ts';
import type { ItemAction } from './parts.tsx';
import { relativeTime } from './relative-time.ts';
import type { InboxSettings } from './settings.tsx';
import { isModified } from './use-item-focus.ts';

interface InboxItemProps {
  notification: Notification;
  settings: InboxSettings;
  inbox: UseNotifications;
  now: number | null;
  locale: string | undefined;
  tabIndex: number;
}

export function InboxItem({ notification, settings, inbox, now, locale, tabIndex }: InboxItemProps) {
  const { labels, components, renderLink, onNavigate, onNotificationClick } = settings;
  const { id, status, created_at } = notification;
  const href = linkOf(notification);

  const onClick = (event: MouseEvent) => {
    // The right button opens a menu.
    if (event.button > 1) return;
    if (status === 'unread') inbox.markAsRead(id);
    // The browser opens it in another tab or window.
    if (event.button || isModified(event)) return;
    if (href && onNavigate) {
      event.preventDefault();
      onNavigate(href, notification);
    }
    onNotificationClick?.(notification, href);
  };
  const open = (children: ReactNode) => {
    const props = { className: 'belfry-open', tabIndex, onClick, onAuxClick: onClick, children };
    return href ? renderLink({ ...props, href }, notification) : <button type="button" {...props} />;
  };

  return (
    <components.Item
      {...{ notification, labels, tabIndex, open }}
      time={<Time iso={created_at} {...{ now, locale }} />}
      actions={actionsFor[status]}
      act={(action) => inbox[action](id)}
    />
  );
}

const actionsFor: Record<Status, readonly ItemAction[]> = {
  unread: ['markAsRead', 'archive'],
  read: ['markAsUnread', 'archive'],
  archived: ['unarchive'],
};

/** The date until the browser has hydrated, then how long ago it was. */
function Time({ iso, now, locale }: { iso: string; now: number | null; locale: string | undefined }) {
  return (
    <time
      className="belfry-time"
      dateTime={iso}
      title={now ? new Date(iso).toLocaleString(locale) : undefined}
    >
      {now ? relativeTime(iso, now, locale) : iso.slice(0, 10)}
    </time>
  );
}
