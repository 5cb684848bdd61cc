import { useEffect, useRef } from 'react';
import type { UseNotifications } from './hooks.ts';

/**
 * Marks what the service has as seen while the page is visible: what there is when the inbox opens, and what comes later. If
 * that fails, or something stays unseen, it is tried again when the list is another, or when the inbox opens again.
 */
export function useSeen({ unseenCount, notifications, markAsSeen }: UseNotifications): void {
  /** What the list was at the last try, so that the same list is never tried twice. */
  const tried = useRef('');
  const list = [unseenCount, notifications[0]?.position, notifications.length].join();
  useEffect(() => {
    const see = () => {
      if (document.hidden || !unseenCount || tried.current === list) return;
      tried.current = list;
      markAsSeen();
    };
    see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [unseenCount, list, markAsSeen]);
}
