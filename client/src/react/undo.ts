import { useEffect, useMemo, useRef, useState } from 'react';
import type { NotificationClient, NotificationSnapshot } from '../types.ts';
import type { Notification } from '../wire.ts';
import { useNotificationClient } from './provider.tsx';

/** How many notifications one request can mark. */
const most = 100;

/**
 * Undoes archives: all that were made within some seconds of the last one, in one step. The time goes on while the pointer
 * or the focus is on the bar that offers it. A notification that was unread is unread again. An archive that fails needs no
 * undo, and one of more notifications than the list has loaded gets none: it could bring back only a part of them.
 */
export function useUndo({ userId }: NotificationSnapshot) {
  const undoMs = 6_000;
  const given = useNotificationClient();
  const bar = useRef<HTMLDivElement>(null);
  const [archived, setArchived] = useState<readonly Notification[]>([]);
  // After a sign-in of another user, the last user's archives are forgotten.
  const undoable = archived.filter(({ user_id }) => user_id === userId).slice(-most);

  useEffect(() => {
    if (!archived[0]) return;
    const timer = setInterval(() => {
      if (!bar.current?.matches(':hover,:focus-within')) setArchived([]);
    }, undoMs);
    return () => clearInterval(timer);
  }, [archived]);

  const client = useMemo((): NotificationClient => {
    const { getSnapshot } = given;
    /** @param rows what it archives, as they are before */
    async function keep(rows: readonly Notification[], archive: Promise<boolean>): Promise<boolean> {
      setArchived((all) => [...all, ...rows]);
      const isDone = await archive;
      if (!isDone) setArchived((all) => all.filter((row) => !rows.includes(row)));
      return isDone;
    }
    return {
      ...given,
      archive: (id) =>
        keep(
          getSnapshot().notifications.filter((row) => row.id === id),
          given.archive(id),
        ),
      archiveAllRead() {
        const { notifications, hasMore } = getSnapshot();
        const read = notifications.filter(({ status }) => status === 'read');
        return keep(hasMore || read.length > most ? [] : read, given.archiveAllRead());
      },
    };
  }, [given]);

  return {
    bar,
    /** The client with archives that can be undone: the same one in each render, so that no row renders again for it. */
    client,
    /** How many archives can be undone. */
    count: undoable.length,
    undo(): void {
      setArchived([]);
      const unread = undoable.filter(({ status }) => status === 'unread');
      for (const [action, rows] of [
        ['unarchive', undoable],
        ['unread', unread],
      ] as const) {
        if (rows[0])
          given.mark(
            action,
            rows.map(({ id }) => id),
          );
      }
    },
  };
}
