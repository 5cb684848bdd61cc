import { useEffect, useMemo, useRef, useState } from 'react';
import type { NotificationClient, NotificationSnapshot } from '../types.ts';
import type { Notification } from '../wire.ts';
import type { ItemPartProps } from './item-part.ts';
import { useNotificationClient } from './provider.tsx';

/** An archived notification, or something else that can be undone. */
type Done = Partial<Pick<Notification, 'id' | 'status'>> & {
  user_id: string | null;
  text?: string;
  undo?(): unknown;
};

/** How many notifications one request can mark. */
const most = 100;

/**
 * Undoes archives, all that were made within some seconds of the last one, in one step, or what a part of an item has done. The time goes on while the pointer
 * or the focus is on the bar that offers it. A notification that was unread is unread again. An archive that fails needs no
 * undo, and one of more notifications than the list has loaded gets none: it could bring back only a part of them.
 */
export function useUndo({ userId }: NotificationSnapshot) {
  const undoMs = 6_000;
  const given = useNotificationClient();
  const bar = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState<readonly Done[]>([]);
  // After a sign-in of another user, the last user's archives are forgotten.
  const undoable = all.filter(({ user_id }) => user_id === userId).slice(-most);

  useEffect(() => {
    if (!all[0]) return;
    const timer = setInterval(() => {
      if (!bar.current?.matches(':hover,:focus-within')) setAll([]);
    }, undoMs);
    return () => clearInterval(timer);
  }, [all]);

  const { client, offerUndo } = useMemo(() => {
    const { getSnapshot } = given;
    /**
     * @param done what it archives, as it is before, or something else, which takes the place of what could be undone
     * @param outcome whether it worked
     */
    async function keep(done: readonly Done[], outcome: Promise<boolean>): Promise<boolean> {
      setAll((all) => [...all.filter(({ undo }) => !(undo || done[0]?.undo)), ...done]);
      const isDone = await outcome;
      if (!isDone) setAll((all) => all.filter((row) => !done.includes(row)));
      return isDone;
    }
    const client: NotificationClient = {
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
    const offerUndo: ItemPartProps['offerUndo'] = (text, undo, outcome) => {
      keep([{ user_id: getSnapshot().userId, text, undo }], outcome);
    };
    return { client, offerUndo };
  }, [given]);

  return {
    bar,
    /** The client with archives that can be undone: the same one in each render, so that no row renders again for it. */
    client,
    offerUndo,
    /** What was done, if it is no archive. */
    done: undoable[0]?.text,
    /** How many changes can be undone. */
    count: undoable.length,
    undo(): void {
      setAll([]);
      const [first] = undoable;
      if (first?.undo) return void first.undo();
      const unread = undoable.filter(({ status }) => status === 'unread');
      for (const [action, rows] of [
        ['unarchive', undoable],
        ['unread', unread],
      ] as const) {
        if (rows[0])
          given.mark(
            action,
            rows.flatMap(({ id = [] }) => id),
          );
      }
    },
  };
}
