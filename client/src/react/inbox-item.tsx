import type { ReactNode } from 'react';
import type { Notification, Status } from '../wire.ts';
import type { UseNotifications } from './hooks.ts';
import { Icon } from './icons.tsx';
import { iconOf } from './item-icon.tsx';
import type { ItemAction } from './item-props.ts';
import { openerOf } from './opener.tsx';
import { componentOf } from './part.tsx';
import { relativeTime } from './relative-time.ts';
import type { InboxSettings } from './settings.tsx';

interface InboxItemProps {
  notification: Notification;
  settings: InboxSettings;
  inbox: UseNotifications;
  now: number | null;
  tabIndex: number;
}

export function InboxItem({ notification, settings, inbox, now, tabIndex }: InboxItemProps) {
  const { labels, components, icons, locale } = settings;
  const Item = componentOf({ name: 'Item', of: components });
  const isHydrated = now !== null;
  const { open, isExternal } = openerOf({ ...inbox, notification, settings, isHydrated, tabIndex });
  return (
    <Item
      {...{ notification, labels, tabIndex, open }}
      icon={iconOf(notification, icons, isHydrated)}
      time={
        <Time iso={notification.created_at} {...{ now, locale }}>
          {isExternal && (
            <>
              <Icon name="external" />
              <span className="belfry-hidden">{labels.external} </span>
            </>
          )}
        </Time>
      }
      actions={actionsFor[notification.status]}
      act={(action) => inbox[action](notification.id)}
    />
  );
}

const actionsFor: Record<Status, readonly ItemAction[]> = {
  unread: ['markAsRead', 'archive'],
  read: ['markAsUnread', 'archive'],
  archived: ['unarchive'],
};

interface TimeProps {
  iso: string;
  now: number | null;
  locale: string | undefined;
  children: ReactNode;
}

/** The date until the browser has hydrated, then how long ago it was. */
function Time({ iso, now, locale, children }: TimeProps) {
  return (
    <time
      className="belfry-time"
      dateTime={iso}
      title={now ? new Date(iso).toLocaleString(locale) : undefined}
    >
      {children}
      {now ? relativeTime(iso, now, locale) : iso.slice(0, 10)}
    </time>
  );
}
