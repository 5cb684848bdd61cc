import { type RefObject, useEffect, useRef, useState } from 'react';
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
 * a bell, and nothing is announced inside what is hidden. It belongs to one user: give it the user's id as its key.
 */
export function Arrivals({ root, labels, sound }: ArrivalsProps) {
  const gatheringMs = 500;
  /** Long enough to be read. */
  const stayingMs = 5_000;
  const client = useNotificationClient();
  const gathered = useRef<Notification[]>([]);
  const [announced, announce] = useState<Notification[]>([]);

  useEffect(() => {
    const all = bells.get(client) ?? new Map();
    bells.set(client, all.set(root, sound));
    return () => void all.delete(root);
  });

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
      {announced[0] && <span key={announced[0].id}>{labels.arrived(announced)}</span>}
    </span>
  );
}
