'use client';

import { useEffect, useRef, useState } from 'react';
import { isSelected, listOf } from '../filter.ts';
import type { Notification } from '../wire.ts';
import { Arrivals } from './arrivals.tsx';
import { useNotificationEvent, useNotifications } from './hooks.ts';
import { Promised } from './provider.tsx';
import { type InboxOptions, settingsFrom } from './settings.tsx';
import { Styles } from './styles.tsx';
import { toastCss } from './toast-styles.ts';
import { Toasts } from './toasts.tsx';
import { attempt, outcome } from './usable.ts';
import { useTheme } from './use-theme.ts';

/** A side of the window, and a corner of it or its middle. */
export type ToasterPlacement = `${'top' | 'bottom'}-${'start' | 'center' | 'end'}`;

export interface NotificationToasterProps
  extends Pick<
    InboxOptions,
    | 'theme'
    | 'nonce'
    | 'labels'
    | 'locale'
    | 'catalogue'
    | 'icons'
    | 'renderLink'
    | 'onNavigate'
    | 'onNotificationClick'
  > {
  /** Default: `bottom-end`. */
  placement?: ToasterPlacement | undefined;
  /** How long a toast stays, in milliseconds. `Infinity`: until it is dismissed. Default: 6,000. */
  durationMs?: number | undefined;
  /** Whether toasts are also shown while an inbox is open, which shows the same notification. Default: false. */
  isShownWithInbox?: boolean | undefined;
}

/**
 * Shows each notification that arrives for some seconds: at most three at once, the newest first. Put it on the page once.
 * A toast waits while the pointer or the focus is on the toasts and while the page is hidden. It leaves when its
 * notification is read or archived, anywhere. A bell of the same page does not announce the notification twice.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <NotificationToaster placement="top-end" onNavigate={(href) => router.push(href)} />
 */
export function NotificationToaster(props: NotificationToasterProps) {
  return (
    <Promised>
      <Toaster {...props} />
    </Promised>
  );
}

function Toaster(props: NotificationToasterProps) {
  const most = 3;
  const { isShownWithInbox, placement: side, durationMs: duration, ...options } = props;
  const isSide = () => /^(top|bottom)-(start|center|end)$/.test(`${side}`);
  const placement = outcome('placement', () => side, isSide) ?? 'bottom-end';
  const isDuration = () => typeof duration === 'number' && duration > 0;
  const durationMs = outcome('durationMs', () => duration, isDuration) ?? 6_000;
  const root = useRef<HTMLDivElement>(null);
  const inbox = useNotifications();
  const [toasts, setToasts] = useState<readonly Notification[]>([]);
  const dismiss = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id));

  useNotificationEvent('notification', (notification) => {
    const { current } = root;
    if (!isShownWithInbox && current && hasOpenInbox(current)) return;
    setToasts((all) => [notification, ...all].slice(0, most));
  });

  /** Whether it is still unread, as far as the list tells. */
  const isNews = (toast: Notification) => {
    const row = inbox.notifications.find(({ id }) => id === toast.id);
    const list = listOf(inbox.filter);
    const isListed = list.statuses.includes('unread') && isSelected(toast, list);
    if (toast.user_id !== inbox.userId || !inbox.unreadCount) return false;
    return row ? row.status === 'unread' : !isListed;
  };
  const shown = toasts.filter(isNews);
  useEffect(() => {
    // So that it does not come back if it is marked as unread.
    if (shown.length < toasts.length) setToasts(shown);
  });

  const settings = settingsFrom({
    ...options,
    onNotificationClick(notification, href) {
      dismiss(notification.id);
      attempt(options.onNotificationClick, notification, href);
    },
  });
  const theme = useTheme(root, settings.theme);
  return (
    <div className="belfry belfry-toaster" data-theme={theme} ref={root}>
      <Styles nonce={settings.nonce} />
      <Styles name="belfry-toaster" css={toastCss} nonce={settings.nonce} />
      <Arrivals key={inbox.userId} root={root} settings={settings} sound={undefined} />
      {shown.length > 0 && (
        <Toasts
          {...{ settings, dismiss, placement, durationMs }}
          notifications={shown}
          markAsRead={inbox.markAsRead}
        />
      )}
    </div>
  );
}

/** Whether an inbox is visible in the same document, or in the same shadow root. */
function hasOpenInbox(element: Element): boolean {
  // The cast: an element of the page is in one of the two.
  const page = element.getRootNode() as Document | ShadowRoot;
  return [...page.querySelectorAll('.belfry-inbox')].some((inbox) => inbox.getClientRects().length);
}
