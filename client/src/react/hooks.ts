import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { NotificationClient, NotificationEvents, NotificationSnapshot } from '../types.ts';
import { useNotificationClient } from './provider.tsx';

/** What the client knows, and all that can be done. */
export type UseNotifications = NotificationSnapshot & NotificationClient;

/** The inbox, rendered anew with every change. The functions stay the same for the life of the client. */
export function useNotifications(): UseNotifications {
  const client = useNotificationClient();
  const snapshot = useSyncExternalStore(client.subscribe, client.getSnapshot, client.getServerSnapshot);
  return useMemo(() => ({ ...client, ...snapshot }), [client, snapshot]);
}

/** The number of unread notifications. Renders only when it changes. */
export function useUnreadCount(): number {
  const client = useNotificationClient();
  return useSyncExternalStore(
    client.subscribe,
    () => client.getSnapshot().unreadCount,
    () => client.getServerSnapshot().unreadCount,
  );
}

/** Calls the latest `listener` for each event while the component is mounted: to show a toast, for instance. */
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
