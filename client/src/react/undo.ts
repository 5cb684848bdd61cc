import { useEffect, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';
import type { UseNotifications } from './hooks.ts';

/**
 * Undoes archives: all that were made within some seconds of the last one, in one step. The time goes on while the pointer
 * or the focus is on the bar that offers it. A notification that was unread is unread again. An archive that fails needs no
 * undo.
 */
export function useUndo(inbox: UseNotifications) {
  const undoMs = 6_000;
  const bar = useRef<HTMLDivElement>(null);
  const [archived, setArchived] = useState<readonly Notification[]>([]);
  // After a sign-in of another user, the last user's archives are forgotten.
  const undoable = archived.filter(({ user_id }) => user_id === inbox.userId);

  useEffect(() => {
    if (!archived[0]) return;
    const timer = setInterval(() => {
      if (!bar.current?.matches(':hover,:focus-within')) setArchived([]);
    }, undoMs);
    return () => clearInterval(timer);
  }, [archived]);

  return {
    bar,
    /** How many archives can be undone. */
    count: undoable.length,
    undo(): void {
      setArchived([]);
      for (const { id, status } of undoable) {
        inbox.unarchive(id);
        if (status === 'unread') inbox.markAsUnread(id);
      }
    },
    async archive(id: number): Promise<boolean> {
      setArchived((all) => [...all, ...inbox.notifications.filter((row) => row.id === id)]);
      const isDone = await inbox.archive(id);
      if (!isDone) setArchived((all) => all.filter((row) => row.id !== id));
      return isDone;
    },
  };
}
