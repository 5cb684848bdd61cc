import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Notification } from '../wire.ts';
import { isModified } from './is-modified.ts';

interface List {
  notifications: readonly Notification[];
  archive(id: number): unknown;
  undo(): unknown;
}

/**
 * The keys of the list. One item is in the tab order: the one that had the focus last, or that was the first one, also when
 * others come above it, or it moves up. The arrows, Home and End move to another item. Delete and `e` archive the item with the focus, and
 * `z` undoes it, also with Ctrl or Cmd.
 */
export function useItemFocus({ notifications, archive, undo }: List) {
  const [last, setStop] = useState<Pick<Notification, 'id' | 'position'>>({ id: 0, position: Infinity });
  // If it is gone, the next older one takes its place.
  const stop =
    notifications.find(({ id }) => id === last.id) ??
    notifications.find(({ position }) => position <= last.position) ??
    notifications.at(-1);
  // Unless an item has got the focus since this render.
  useEffect(() => {
    if (stop) setStop((now) => (now === last ? stop : now));
  });

  return {
    /** The notification whose item is in the tab order. */
    stop,
    /** To be called with the notification whose item gets the focus. */
    setStop,
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const { key, currentTarget } = event;
      // The cast: keys go to elements. In a frame, they are of another realm.
      const target = event.target as Element;
      const isUndo = key === 'z';
      if (isModified(event) && !isUndo) return;
      // A part of the app may have a text field, or a menu in a portal.
      if (!target.matches('a,button,[tabindex]') || !currentTarget.contains(target)) return;
      const items = itemsOf(currentTarget);
      const index = items.findIndex((item) => item.contains(target));
      const next = { ArrowDown: index + 1, ArrowUp: Math.max(0, index - 1), Home: 0, End: -1 }[key];
      if (next !== undefined) focusItem(currentTarget, items.at(next) ?? items.at(-1));
      else if (index >= 0 && /^(e|Delete)$/.test(key)) archive(last.id);
      else if (isUndo) undo();
      else return;
      event.preventDefault();
    },
  };
}

/** The items of the document. A notification whose part throws has none. */
export const itemsOf = (root: Element) => [...root.querySelectorAll('.belfry-item')];

/** Gives the focus to what opens the item, or to the inbox if there is no item. */
export function focusItem(root: HTMLElement, item: Element | null | undefined) {
  (item?.querySelector<HTMLElement>('a,button') ?? root).focus();
}
