import { useEffect, useState } from 'react';
import type { UseNotifications } from './hooks.ts';

/**
 * Marks what the service has as seen while the page is visible: what there is when the inbox opens, and what comes later. If
 * that fails, it is tried again when more has come, or when the inbox opens again.
 */
export function useSeen({ unseenCount, markAsSeen }: UseNotifications): void {
  /** How many were unseen when the last try began, while it is under way and after it has failed. */
  const [tried, setTried] = useState(0);
  useEffect(() => {
    const see = async () => {
      if (document.hidden || unseenCount <= tried) return;
      setTried(unseenCount);
      if (await markAsSeen()) setTried(0);
    };
    see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [unseenCount, tried, markAsSeen]);
}
