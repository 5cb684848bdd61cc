import { useEffect, useMemo, useRef, useState } from 'react';
import type { NotificationClient, NotificationSnapshot } from '../types.ts';
import type { Notification } from '../wire.ts';
import { useNotificationClient } from './provider.tsx';

/**
 * Undoes archives: all that were made within some seconds of the last one, in one step. The time goes on while the pointer
 * or the focus is on the bar that offers it. A notification that was unread is unread again. An archive that fails needs no
 * undo.
 */
export function useUndo({ userId }: NotificationSnapshot) {
  const undoMs = 6_000;
  const given = useNotificationClient();
  const bar = useRef<HTMLDivElement>(null);
  const [archived, setArchived] = useState<readonly Notification[]>([]);
  // After a sign-in of another user, the last user's archives are forgotten.
  const undoable = archived.filter(({ user_id }) => user_id === userId);

  useEffect(() => {
    if (!archived[0]) return;
    const timer = setInterval(() => {
      if (!bar.current?.matches(':hover,:focus-within')) setArchived([]);
    }, undoMs);
    return () => clearInterval(timer);
  }, [archived]);

  const client = useMemo(
    (): NotificationClient => ({
      ...given,
      async archive(id) {
        const { notifications } = given.getSnapshot();
        setArchived((all) => [...all, ...notifications.filter((row) => row.id === id)]);
        const isDone = await given.archive(id);
        if (!isDone) setArchived((all) => all.filter((row) => row.id !== id));
        return isDone;
      },
    }),
    [given],
  );

  return {
    bar,
    /** The client with an archive that can be undone: the same one in each render, so that no row renders again for it. */
    client,
    /** How many archives can be undone. */
    count: undoable.length,
    undo(): void {
      setArchived([]);
      for (const { id, status } of undoable) {
        client.unarchive(id);
        if (status === 'unread') client.markAsUnread(id);
      }
    },
  };
}
