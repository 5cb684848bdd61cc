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
export function useUnreadCount(): number {
  const client = useNotificationClient();
  return useSyncExternalStore(
    client.subscribe,
    () => client.getSnapshot().unreadCount,
    () => client.getServerSnapshot().unreadCount,
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

/** The count as the badge of the bell shows it. Empty without unread notifications. */
export const badgeOf = (unreadCount: number): string => (unreadCount > 99 ? '99+' : `${unreadCount || ''}`);
