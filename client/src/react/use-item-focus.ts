import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';

interface List {
  notifications: readonly Notification[];
  archive(id: number): unknown;
  undo(): unknown;
}

/**
 * The keys of the list. One item is in the tab order. The arrows, Home and End move to another item. Delete and `e` archive
 * the item with the focus, and `z` undoes it, also with Ctrl or Cmd.
 */
export function useItemFocus({ notifications, archive, undo }: List) {
  const [focusedId, setFocusedId] = useState<number>();
  /** Where in the list the item with the focus is, or was. */
  const place = useRef(0);
  const found = notifications.findIndex(({ id }) => id === focusedId);
  useEffect(() => {
    if (found >= 0) place.current = found;
  });

  /** Index of the item in the tab order. */
  const tabStop = found >= 0 ? found : Math.min(place.current, notifications.length - 1);
  const item = useRef<HTMLDivElement>(null);

  return {
    tabStop,
    /** For the item of the notification at the index. */
    itemProps: (index: number) => ({
      className: 'belfry-item',
      ref: index === tabStop ? item : undefined,
      onFocus: () => setFocusedId(notifications[index]?.id),
    }),
    /** For the inbox. */
    item,
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
      else if (index >= 0 && focusedId && /^(e|Delete)$/.test(key)) archive(focusedId);
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

/** Whether the browser gives the key or the click another meaning. */
export function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
