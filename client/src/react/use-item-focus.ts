import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Notification } from '../wire.ts';

const itemSelector = '[data-belfry-item]';

/**
 * The list's keys and focus. One item is in the tab order; arrows, Home and End move to another, Delete and `e` archive
 * the one with the focus. When that one goes, by whatever hand, the focus stays at its place in the list.
 */
export function useItemFocus(notifications: readonly Notification[], archive: (id: number) => unknown) {
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef(notifications);
  const [focused, setFocused] = useState<number>();

  const items = () => [...(root.current?.querySelectorAll<HTMLElement>(itemSelector) ?? [])];
  const focusItem = (index: number) =>
    (items()[index]?.querySelector<HTMLElement>('a,button') ?? root.current)?.focus();

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

  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || !(target instanceof HTMLElement)) return;
    if (target.matches('input,select,textarea') || target.isContentEditable) return;
    const item = target.closest<HTMLElement>(itemSelector);
    const index = item ? items().indexOf(item) : -1;
    const last = notifications.length - 1;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[key];
    const notification = notifications[index];
    if (next !== undefined && last >= 0) focusItem(Math.max(0, Math.min(next, last)));
    else if (notification && notification.status !== 'archived' && (key === 'Delete' || key === 'e')) {
      archive(notification.id);
    } else return;
    event.preventDefault();
  };

  return {
    rootProps: { ref: root, tabIndex: -1, onKeyDown },
    /** For the `index`th item of the list. */
    itemProps: (index: number) => ({
      'data-belfry-item': '',
      onFocus: () => setFocused(notifications[index]?.id),
    }),
    tabIndexOf: (index: number) => (index === Math.max(0, at) ? 0 : -1),
  };
}
