import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';

/**
 * The list's keys and focus. One item is in the tab order; arrows, Home and End move to another, Delete and `e` archive
 * the one with the focus. When that one goes, by whatever hand, the focus stays at its place in the list.
 */
export function useItemFocus(notifications: readonly Notification[], archive: (id: number) => unknown) {
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef(notifications);
  const [focused, setFocused] = useState<number>();

  const focusItem = (index: number) => {
    const item = root.current?.querySelectorAll('.belfry-item')[index];
    (item?.querySelector<HTMLElement>('a,button') ?? root.current)?.focus();
  };

  const find = (list: readonly Notification[]) => list.findIndex(({ id }) => id === focused);
  const at = find(notifications);

  useEffect(() => {
    const wasAt = find(shown.current);
    shown.current = notifications;
    // A focused element that is removed leaves the focus with the body.
    if (at < 0 && wasAt >= 0 && document.activeElement === document.body) {
      focusItem(Math.min(wasAt, notifications.length - 1));
    }
  });

  /** @param index of the item with the focus, -1 where it is elsewhere in the inbox */
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const { target, key, defaultPrevented } = event;
    if (defaultPrevented || isModified(event)) return;
    // A part of the app's own may hold a field to write in.
    if (!(target instanceof Element && target.matches('a,button,[tabindex]'))) return;
    const last = notifications.length - 1;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[key];
    const notification = notifications[index];
    if (next !== undefined) focusItem(Math.max(0, Math.min(next, last)));
    else if (notification && (key === 'Delete' || key === 'e')) archive(notification.id);
    else return;
    event.preventDefault();
  };

  return {
    rootProps: { ref: root, tabIndex: -1, onKeyDown: (event: KeyboardEvent) => onKeyDown(event, -1) },
    /** For the `index`th item of the list. */
    itemProps: (index: number) => ({
      className: 'belfry-item',
      onFocus: () => setFocused(notifications[index]?.id),
      onKeyDown: (event: KeyboardEvent) => onKeyDown(event, index),
    }),
    tabIndexOf: (index: number) => (index === Math.max(0, at) ? 0 : -1),
  };
}

/** Whether the press or click means something else to the browser. */
export function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
