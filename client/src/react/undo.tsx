import { type ReactNode, useEffect, useState } from 'react';
import type { Notification } from '../wire.ts';
import type { UseNotifications } from './hooks.ts';
import { useHeld } from './use-held.ts';

/**
 * Undoes archives: all that were made while the bar is shown, in one step. A notification that was unread is unread again.
 * An archive that fails needs no undo.
 */
export function useUndo(inbox: UseNotifications) {
  const [archived, setArchived] = useState<readonly Notification[]>([]);
  // After a sign-in of another user, the last user's archives are forgotten.
  const undoable = archived.filter(({ user_id }) => user_id === inbox.userId);

  return {
    barProps: { archived, setArchived },
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

interface UndoBarProps {
  archived: readonly Notification[];
  setArchived(none: readonly never[]): void;
  children: ReactNode;
}

/** Forgets the archives after some seconds, but not while the pointer or the focus is on the bar. */
export function UndoBar({ archived, setArchived, children }: UndoBarProps) {
  const undoMs = 6_000;
  const [isHeld, heldProps] = useHeld();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each archive starts the time anew
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(setArchived, undoMs, []);
    return () => clearTimeout(timer);
  }, [archived, isHeld]);
  return <div {...heldProps}>{children}</div>;
}
