import { useRef, useState } from 'react';
import type { Notification } from '../wire.ts';
import { useNotificationEvent } from './hooks.ts';
import type { NotificationLabels } from './labels.ts';
import { useNotificationClient } from './provider.tsx';

const gatheringMs = 500;
/** Long enough to be read; what stayed would still be there after a sign-out, for whoever comes next. */
const stayingMs = 5_000;

interface ArrivalsProps {
  labels: NotificationLabels;
  sound: ((notification: Notification) => unknown) | undefined;
}

/** Tells screen readers what has come, half a second's worth at once, and plays the sound in one of the tabs. */
export function Arrivals({ labels, sound }: ArrivalsProps) {
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
