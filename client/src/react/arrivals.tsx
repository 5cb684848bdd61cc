import { useRef, useState } from 'react';
import type { Notification } from '../wire.ts';
import { useNotificationEvent } from './hooks.ts';
import type { NotificationLabels } from './labels.ts';
import { useNotificationClient } from './provider.tsx';

interface ArrivalsProps {
  labels: NotificationLabels;
  sound: ((notification: Notification) => unknown) | undefined;
}

/** Announces new notifications to screen readers, those of half a second together, and plays the sound in one tab. */
export function Arrivals({ labels, sound }: ArrivalsProps) {
  const gatheringMs = 500;
  /** Long enough to be read. A text that stayed would still be there for the next user after a sign-out. */
  const stayingMs = 5_000;
  const client = useNotificationClient();
  const gathered = useRef<Notification[]>([]);
  const [announced, announce] = useState<Notification[]>([]);

  useNotificationEvent('notification', (notification) => {
    if (gathered.current.push(notification) > 1) return;
    if (client.isLeader()) sound?.(notification);
    setTimeout(() => {
      const news = gathered.current;
      gathered.current = [];
      announce(news);
      setTimeout(announce, stayingMs, (said: Notification[]) => (said === news ? [] : said));
    }, gatheringMs);
  });

  return (
    <span className="belfry-hidden" role="status">
      {/* A new element each time, so that the same words are read again. */}
      {announced[0] && <span key={announced[0].id}>{labels.arrived(announced)}</span>}
    </span>
  );
}
