import { createElement, Fragment, memo, type ReactNode } from 'react';
import type { NotificationClient } from '../types.ts';
import type { Notification, Status } from '../wire.ts';
import { inWordsOf, ofType } from './catalogue-options.ts';
import { Guard } from './guard.tsx';
import { Icon } from './icons.tsx';
import { inboxParts } from './inbox-parts.tsx';
import { iconOf } from './item-icon.tsx';
import { type ItemPartProps, partsOf } from './item-part.ts';
import type { ItemAction, ItemProps } from './item-props.ts';
import { openerOf } from './opener.tsx';
import { componentOf } from './part.tsx';
import type { InboxSettings } from './settings.tsx';

interface InboxItemProps {
  notification: Notification;
  settings: InboxSettings;
  client: NotificationClient;
  /** How long ago it was created. Null until the browser has hydrated. */
  ago: string | null;
  /** Whether the item is the one in the tab order. */
  isStop: boolean;
  /** Called with the notification when the item gets the focus. */
  setStop(notification: Notification): void;
  offerUndo: ItemPartProps['offerUndo'];
}

/** An item of the list. It renders again when a prop is another, not when another item comes or changes. */
export const InboxItem = /* @__PURE__ */ memo(
  ({ notification: row, settings, client, ago, isStop, setStop, offerUndo }: InboxItemProps) => {
    const { labels, components, icons, locale, renderers } = settings;
    const { id, status, created_at } = row;
    const Item = componentOf({ name: 'Item', of: components, by: inboxParts });
    const isHydrated = ago !== null;
    const notification = inWordsOf(settings, row, isHydrated);
    const tabIndex = isStop ? 0 : -1;
    const shared = { notification, settings, isHydrated, tabIndex };
    const { open, isExternal } = openerOf({
      ...shared,
      onOpen: () => status === 'unread' && client.markAsRead(id),
    });
    const partProps: ItemPartProps = {
      ...{ notification, labels, locale, tabIndex, isHydrated, client, offerUndo },
      link: (metadata, onOpen) => openerOf({ ...shared, onOpen, linked: { metadata } }),
    };
    // A part is its place in the list, as without a key.
    const placed = (place: 'tool' | 'below') =>
      createElement(Fragment, null, ...partsOf(settings).map((part) => part[place]?.(partProps)));
    const props: ItemProps = {
      ...{ notification, labels, tabIndex, open },
      icon: iconOf(notification, icons, isHydrated),
      time: (
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
      ),
      actions: actionsFor[status],
      act: (action) => client[action](id),
      tools: placed('tool'),
      below: placed('below'),
    };
    const render = ofType<Renderer>(renderers, row);
    const item = <Item {...props} />;
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: it takes nothing but what comes from what it contains
      <div className="belfry-item" data-stop={isStop || undefined} onFocus={() => setStop(row)}>
        {render ? (
          <Guard fallback={item} version={row}>
            <Typed {...{ render, props }} />
          </Guard>
        ) : (
          item
        )}
      </div>
    );
  },
);

type Renderer = (props: ItemProps) => ReactNode;

/** The same component for each renderer, so that an item stays mounted if its renderer is another function in each render. */
const Typed = ({ render, props }: { render: Renderer; props: ItemProps }) => render(props);

const actionsFor: Record<Status, readonly ItemAction[]> = {
  unread: ['markAsRead', 'archive'],
  read: ['markAsUnread', 'archive'],
  archived: ['unarchive'],
  snoozed: ['archive'],
};
