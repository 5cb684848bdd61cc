import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';

/**
 * The list's keys and focus. One item is in the tab order; arrows, Home and End move to another, Delete and `e` archive
 * the one with the focus. When that one goes, by whatever hand, the focus stays at its place in the list; and where
 * something else goes that had the focus, a button that has done its work, it comes to the item that had it last.
 */
export function useItemFocus(notifications: readonly Notification[], archive: (id: number) => unknown) {
  const root = useRef<HTMLDivElement>(null);
  const [focusedId, setFocusedId] = useState<number>();
  const focused = notifications.findIndex(({ id }) => id === focusedId);
  const place = useRef(0);
  const isInside = useRef(false);
  const last = notifications.length - 1;

  const focusItem = (index: number) => {
    const item = root.current?.querySelectorAll('.belfry-item')[Math.max(0, Math.min(index, last))];
    (item?.querySelector<HTMLElement>('a,button') ?? root.current)?.focus();
  };

  useEffect(() => {
    if (focused >= 0) place.current = focused;
    // A focused element that is removed leaves the focus with the body, and says nothing.
    if (isInside.current && isAtBody()) focusItem(place.current);
  });

  // With a blur it goes to the body first, unless another window has come to the front.
  const follow = () => {
    isInside.current = !isAtBody();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event;
    // A part of the app's own may hold a field to write in.
    if (isModified(event) || !(target instanceof Element && target.matches('a,button,[tabindex]'))) return;
    const index = target.closest('.belfry-item') ? focused : -1;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[key];
    const notification = notifications[index];
    if (next !== undefined) focusItem(next);
    else if (notification && (key === 'Delete' || key === 'e')) archive(notification.id);
    else return;
    event.preventDefault();
  };

  return {
    rootProps: { ref: root, tabIndex: -1, onKeyDown, onFocus: follow, onBlur: follow },
    /** For the `index`th item of the list. */
    itemProps: (index: number) => ({
      className: 'belfry-item',
      onFocus: () => setFocusedId(notifications[index]?.id),
    }),
    /** Index of the item that is in the tab order. */
    tabStop: Math.max(0, focused),
  };
}

const isAtBody = () => document.activeElement === document.body;

/** Whether the press or click means something else to the browser. */
export function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
