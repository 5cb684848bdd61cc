import { memo } from 'react';
import type { NotificationClient } from '../types.ts';
import type { Notification, Status } from '../wire.ts';
import { Icon } from './icons.tsx';
import { iconOf } from './item-icon.tsx';
import type { ItemAction } from './item-props.ts';
import { openerOf } from './opener.tsx';
import { componentOf } from './part.tsx';
import type { InboxSettings } from './settings.tsx';

interface InboxItemProps {
  notification: Notification;
  settings: InboxSettings;
  client: Pick<NotificationClient, ItemAction>;
  /** How long ago it was created. Null until the browser has hydrated. */
  ago: string | null;
  /** Whether the item is the one in the tab order. */
  isStop: boolean;
  /** Called with the notification when the item gets the focus. */
  setStop(notification: Notification): void;
}

/** An item of the list. It renders again when a prop is another, not when another item comes or changes. */
export const InboxItem = /* @__PURE__ */ memo(
  ({ notification, settings, client, ago, isStop, setStop }: InboxItemProps) => {
    const { labels, components, icons, locale } = settings;
    const { id, status, created_at } = notification;
    const Item = componentOf({ name: 'Item', of: components });
    const isHydrated = ago !== null;
    const tabIndex = isStop ? 0 : -1;
    const { open, isExternal } = openerOf({ ...client, notification, settings, isHydrated, tabIndex });
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: it takes nothing but what comes from what it contains
      <div className="belfry-item" data-stop={isStop || undefined} onFocus={() => setStop(notification)}>
        <Item
          {...{ notification, labels, tabIndex, open }}
          icon={iconOf(notification, icons, isHydrated)}
          time={
            <time
              className="belfry-time"
              dateTime={created_at}
              title={isHydrated ? new Date(created_at).toLocaleString(locale) : undefined}
            >
              {isExternal && (
                <>
                  <Icon name="external" />
                  <span className="belfry-hidden">{labels.external} </span>
                </>
              )}
              {/* The date until the browser has hydrated. */}
              {ago ?? created_at.slice(0, 10)}
            </time>
          }
          actions={actionsFor[status]}
          act={(action) => client[action](id)}
        />
      </div>
    );
  },
);

const actionsFor: Record<Status, readonly ItemAction[]> = {
  unread: ['markAsRead', 'archive'],
  read: ['markAsUnread', 'archive'],
  archived: ['unarchive'],
};
