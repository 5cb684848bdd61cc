import { isValidElement, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import type { Notification } from '../wire.ts';
import { isModified } from './is-modified.ts';
import { type Linked, placeOf } from './link.ts';
import type { InboxSettings } from './settings.tsx';
import { attempt, outcome } from './usable.ts';

interface OpenerOptions {
  notification: Notification;
  settings: InboxSettings;
  isHydrated: boolean;
  tabIndex?: number;
  /** What has the link. Default: the notification. */
  linked?: Linked;
  /** Called before it is opened, here or in another tab. */
  onOpen(): unknown;
}

/** Answers what opens a notification: its link, or a button if it leads nowhere. */
export function openerOf(options: OpenerOptions) {
  const { notification, linked = notification, settings, isHydrated, tabIndex, onOpen } = options;
  const { renderLink, onNavigate, onNotificationClick } = settings;
  const { href, isExternal } = placeOf(linked, isHydrated) ?? {};

  const onClick = (event: MouseEvent) => {
    // The right button opens a menu.
    if (event.button > 1) return;
    onOpen();
    // The browser opens it in another tab or window.
    if (event.button || isModified(event)) return;
    if (href && !isExternal && typeof onNavigate === 'function') {
      event.preventDefault();
      attempt(onNavigate, href, notification);
    }
    attempt(onNotificationClick, notification, href);
  };

  return {
    href,
    isExternal,
    open(children: ReactNode): ReactElement {
      const props = { className: 'belfry-open', tabIndex, onClick, onAuxClick: onClick, children };
      if (!href) return <button type="button" {...props} />;
      const leaving = isExternal && { target: '_blank', rel: 'noopener noreferrer' };
      const link = { ...props, ...leaving, href };
      return outcome('renderLink', () => renderLink?.(link, notification), isValidElement) ?? <a {...link} />;
    },
  };
}
