import { type FocusEvent, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
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
  const focusedItem = useRef<Element>(null);
  const place = useRef(0);
  const isInside = useRef(false);

  // A notification whose part throws has no item, so places are those of the document.
  const items = () => [...(root.current?.querySelectorAll('.belfry-item') ?? [])];
  const indexOf = (element: Element | null) => items().findIndex((item) => item.contains(element));
  const focusItem = (index: number) => {
    const item = items().at(index) ?? items().at(-1);
    (item?.querySelector<HTMLElement>('a,button') ?? root.current)?.focus();
  };
  /** Whether the body has the focus. Inside a shadow root, no element has it then. */
  const isAtBody = () => {
    const { activeElement } = (root.current ?? document).getRootNode() as Document | ShadowRoot;
    return !activeElement || activeElement === activeElement.ownerDocument.body;
  };

  useEffect(() => {
    const index = indexOf(focusedItem.current);
    if (index >= 0) place.current = index;
    // When a focused element is removed, the body gets the focus, without an event.
    if (isInside.current && isAtBody()) focusItem(place.current);
  });

  // A blur gives the focus to the body first, unless another window has come to the front.
  const follow = () => {
    isInside.current = !isAtBody();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    // The cast: keys go to elements. In a frame, they are of another realm.
    const target = event.target as Element;
    const isUndo = key === 'z' && !event.altKey;
    if (isModified(event) && !isUndo) return;
    // A part of the app may have a text field, or a menu in a portal.
    if (!target.matches('a,button,[tabindex]') || !root.current?.contains(target)) return;
    const index = indexOf(target);
    const next = { ArrowDown: index + 1, ArrowUp: Math.max(0, index - 1), Home: 0, End: -1 }[key];
    const notification = notifications[focused];
    if (next !== undefined) focusItem(next);
    else if (index >= 0 && notification && (key === 'Delete' || key === 'e')) archive(notification.id);
    else if (isUndo) undo();
    else return;
    event.preventDefault();
  };

  return {
    rootProps: { ref: root, tabIndex: -1, onKeyDown, onFocus: follow, onBlur: follow },
    /** For the `index`th item of the list. */
    itemProps: (index: number) => ({
      className: 'belfry-item',
      onFocus(event: FocusEvent) {
        focusedItem.current = event.currentTarget;
        setFocusedId(notifications[index]?.id);
      },
    }),
    /** Index of the item that is in the tab order. */
    tabStop: Math.max(0, focused),
  };
}

/** Whether the browser gives the key or the click another meaning. */
export function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
