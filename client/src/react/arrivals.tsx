import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { NotificationClient } from '../types.ts';
import type { Notification } from '../wire.ts';
import { useNotificationEvent } from './hooks.ts';
import type { NotificationLabels } from './labels.ts';
import { useNotificationClient } from './provider.tsx';
import { attempt } from './usable.ts';

interface ArrivalsProps {
  root: RefObject<HTMLElement | null>;
  labels: NotificationLabels;
  sound: ((notification: Notification) => unknown) | undefined;
}

/** The mounted bells of each client, and their sounds. */
const bells = new WeakMap<NotificationClient, Map<RefObject<HTMLElement | null>, ArrivalsProps['sound']>>();

/**
 * Announces new notifications to screen readers, those of half a second together, and plays the sound in one tab. Of the
 * bells of one client, the first one that is visible does both: a header for small and one for large windows may each have
 * a bell, and nothing is announced inside what is hidden.
 */
export function Arrivals({ root, labels, sound }: ArrivalsProps) {
  const gatheringMs = 500;
  /** Long enough to be read. */
  const stayingMs = 5_000;
  const client = useNotificationClient();
  const gathered = useRef<Notification[]>([]);
  const [announced, announce] = useState<Notification[]>([]);
  const { subscribe, getSnapshot } = client;
  const userId = useSyncExternalStore(
    subscribe,
    () => getSnapshot().userId,
    () => null,
  );
  // The user may have signed out since, or another one in.
  const said = announced.filter(({ user_id }) => user_id === userId);

  useEffect(() => {
    const all = bells.get(client) ?? new Map();
    bells.set(client, all.set(root, sound));
  });
  useEffect(() => () => void bells.get(client)?.delete(root), [client, root]);

  useNotificationEvent('notification', (notification) => {
    const all = [...(bells.get(client) ?? [])];
    const [first] = all.find(([{ current }]) => current?.getClientRects().length) ?? all[0] ?? [];
    if (first !== root) return;
    if (gathered.current.push(notification) > 1) return;
    if (client.isLeader()) attempt(all.find(([, sound]) => sound)?.[1], notification);
    setTimeout(() => {
      const news = gathered.current;
      gathered.current = [];
      announce(news);
      setTimeout(announce, stayingMs, (now: Notification[]) => (now === news ? [] : now));
    }, gatheringMs);
  });

  return (
    <span className="belfry-hidden" role="status">
      {/* A new element each time, so that the same words are read again. */}
      {said[0] && <span key={said[0].id}>{labels.arrived(said)}</span>}
    </span>
  );
}
