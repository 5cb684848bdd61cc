import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';

interface Actions {
  archive(id: number): unknown;
  undo(): unknown;
}

/**
 * The keys and the focus of the list. One item is in the tab order. The arrows, Home and End move to another item. Delete
 * and `e` archive the item with the focus, and `z` undoes it, also with Ctrl or Cmd. If that item is removed, for any reason, the focus stays at its place in the
 * list. If another element with the focus is removed, such as a button after its work, the focus goes to the last item
 * that had it.
 */
export function useItemFocus(notifications: readonly Notification[], { archive, undo }: Actions) {
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
    // When a focused element is removed, the body gets the focus, without an event.
    if (isInside.current && isAtBody()) focusItem(place.current);
  });

  // A blur gives the focus to the body first, unless another window has come to the front.
  const follow = () => {
    isInside.current = !isAtBody();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event;
    // A part of the app may have a text field.
    const isUndo = key === 'z' && !event.altKey;
    if (
      (isModified(event) && !isUndo) ||
      !(target instanceof Element && target.matches('a,button,[tabindex]'))
    )
      return;
    const index = target.closest('.belfry-item') ? focused : -1;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[key];
    const notification = notifications[index];
    if (next !== undefined) focusItem(next);
    else if (notification && (key === 'Delete' || key === 'e')) archive(notification.id);
    else if (isUndo) undo();
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

/** Whether the browser gives the key or the click another meaning. */
export function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
