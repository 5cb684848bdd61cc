import { type RefObject, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';
import { inWordsOf } from './catalogue-options.ts';
import { useNotificationEvent } from './hooks.ts';
import { useNotificationClient } from './provider.tsx';
import type { InboxSettings } from './settings.tsx';
import { attempt } from './usable.ts';

interface ArrivalsProps {
  root: RefObject<HTMLElement | null>;
  settings: InboxSettings;
  sound: ((notification: Notification) => unknown) | undefined;
}

/** What was announced, and what was heard. */
const announcedNews = new WeakSet<Notification>();
const heardNews = new WeakSet<Notification>();

/**
 * Announces new notifications to screen readers, those of half a second together, and plays the sound in one tab. Of
 * several bells, as in a header for small and one for large windows, one plays the sound, and one announces. It belongs to
 * one user: give it the user's id as its key.
 */
export function Arrivals({ root, settings, sound }: ArrivalsProps) {
  const gatheringMs = 500;
  /** Long enough to be read. */
  const stayingMs = 5_000;
  const client = useNotificationClient();
  const gathered = useRef<Notification[]>([]);
  const [announced, announce] = useState<Notification[]>([]);

  useNotificationEvent('notification', (notification) => {
    if (gathered.current.push(notification) > 1) return;
    if (sound && client.isLeader() && isFirst(heardNews, notification)) attempt(sound, notification);
    // Nothing is heard of what a hidden bell announces, so those that are visible come first.
    const isVisible = root.current?.getClientRects().length;
    setTimeout(
      () => {
        const news = gathered.current;
        gathered.current = [];
        if (!isFirst(announcedNews, notification)) return;
        announce(news);
        setTimeout(announce, stayingMs, (now: Notification[]) => (now === news ? [] : now));
      },
      isVisible ? gatheringMs - 1 : gatheringMs,
    );
  });

  return (
    <span className="belfry-hidden" role="status">
      {/* A new element each time, so that the same words are read again. */}
      {announced[0] && (
        <span key={announced[0].id}>
          {settings.labels.arrived(announced.map((row) => inWordsOf(settings, row, true)))}
        </span>
      )}
    </span>
  );
}

/** Whether it is not among the others yet, as it is from now on. */
const isFirst = (others: WeakSet<Notification>, notification: Notification) =>
  !others.has(notification) && others.add(notification);
