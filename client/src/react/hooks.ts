import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { NotificationClient, NotificationEvents, NotificationSnapshot } from '../types.ts';
import { useNotificationClient } from './provider.tsx';

/** The snapshot and the methods of the client. */
export type UseNotifications = NotificationSnapshot & NotificationClient;

/**
 * The snapshot and the methods of the client. The component renders again after every change. The methods stay the same
 * for the life of the client.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * const { notifications, markAsRead } = useNotifications();
 */
export function useNotifications(): UseNotifications {
  const client = useNotificationClient();
  const snapshot = useSyncExternalStore(client.subscribe, client.getSnapshot, client.getServerSnapshot);
  return useMemo(() => ({ ...client, ...snapshot }), [client, snapshot]);
}

/**
 * The number of unread notifications. The component renders again only when the number changes.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * const unreadCount = useUnreadCount();
 */
export const useUnreadCount = (): number => useCount('unreadCount');

/**
 * The number of notifications that have come since the user has last opened the bell. The component renders again only when
 * the number changes.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * const unseenCount = useUnseenCount();
 */
export const useUnseenCount = (): number => useCount('unseenCount');

/** Which notifications a badge counts: those that came since the bell was last opened, or all that are unread. */
export type BadgeCount = 'unseen' | 'unread';

/** The number that a badge shows. */
export const useBadgeCount = (badge: BadgeCount | undefined): number =>
  useCount(badge === 'unread' ? 'unreadCount' : 'unseenCount');

function useCount(name: 'unreadCount' | 'unseenCount'): number {
  const client = useNotificationClient();
  return useSyncExternalStore(
    client.subscribe,
    () => client.getSnapshot()[name],
    () => client.getServerSnapshot()[name],
  );
}

/**
 * Calls the latest `listener` for each event while the component is mounted.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * useNotificationEvent('notification', ({ title }) => toast(title));
 */
export function useNotificationEvent<Name extends keyof NotificationEvents>(
  name: Name,
  listener: (event: NotificationEvents[Name]) => void,
): void {
  const client = useNotificationClient();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => client.on(name, (event) => latest.current(event)), [client, name]);
}

/** A count as a badge shows it. Empty if it is 0. */
export const badgeOf = (count: number): string => (count > 99 ? '99+' : `${count || ''}`);
