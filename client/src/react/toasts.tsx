import { type MouseEvent, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { Notification } from '../wire.ts';
import { inWordsOf } from './catalogue-options.ts';
import { Guard } from './guard.tsx';
import { Icon } from './icons.tsx';
import { iconOf } from './item-icon.tsx';
import { openerOf } from './opener.tsx';
import type { InboxSettings } from './settings.tsx';
import { Text } from './text.tsx';
import { useHeld } from './use-held.ts';

interface ToastsProps {
  /** Newest first. */
  notifications: readonly Notification[];
  settings: InboxSettings;
  placement: string;
  durationMs: number;
  markAsRead(id: number): unknown;
  dismiss(id: number): void;
}

/** The toasts, in the top layer, where no dialog of the page covers them. */
export function Toasts({ notifications, placement, ...shared }: ToastsProps) {
  const stack = useRef<HTMLElement>(null);
  /** What had the focus before the toasts got it. */
  const before = useRef<EventTarget>(null);
  const [isHeld, { onFocus, ...heldProps }] = useHeld();
  const isHidden = useSyncExternalStore(watchVisibility, () => document.hidden);
  const newest = notifications[0]?.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each arrival comes above what has come to the top layer since
  useLayoutEffect(() => {
    const { current: element } = stack;
    if (!element || hasFocus(element)) return;
    element.hidePopover?.();
    element.showPopover?.();
  }, [newest]);

  useEffect(() => {
    // If an element with the focus is removed, the browser fires no event.
    if (!stack.current || !hasFocus(stack.current)) heldProps.onBlur();
  });

  return (
    <section
      ref={stack}
      className="belfry-toasts"
      popover="manual"
      aria-label={shared.settings.labels.title}
      data-placement={placement}
      {...heldProps}
      onFocus={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget;
        onFocus();
      }}
    >
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets */}
      <ul className="belfry-list" role="list">
        {notifications.map((notification) => (
          <Guard key={notification.id}>
            <Toast
              {...shared}
              notification={notification}
              isHeld={isHeld || isHidden}
              leave={(item, isByKey) => {
                const next = item.nextElementSibling ?? item.previousElementSibling;
                const target = (isByKey && next?.querySelector('a,button')) || before.current;
                if (target instanceof HTMLElement) target.focus();
              }}
            />
          </Guard>
        ))}
      </ul>
    </section>
  );
}

interface ToastProps extends Omit<ToastsProps, 'notifications' | 'placement'> {
  notification: Notification;
  /** Whether it must not leave now. */
  isHeld: boolean;
  /** Gives the focus away before the item is removed. */
  leave(item: Element, isByKey: boolean): void;
}

function Toast({ notification: row, settings, durationMs, isHeld, markAsRead, dismiss, leave }: ToastProps) {
  const { labels, icons } = settings;
  const notification = inWordsOf(settings, row, true);
  const { id, title, body } = notification;
  const item = useRef<HTMLLIElement>(null);
  const { open, isExternal } = openerOf({
    ...{ notification, settings },
    isHydrated: true,
    onOpen: () => row.status === 'unread' && markAsRead(id),
  });
  const icon = iconOf(notification, icons, true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the function differs each time, and does the same
  useEffect(() => {
    // The time is longer than a timer can run.
    if (isHeld || durationMs > 2 ** 31 - 1) return;
    const timer = setTimeout(dismiss, durationMs, id);
    return () => clearTimeout(timer);
  }, [id, isHeld, durationMs]);

  useLayoutEffect(() => {
    // Not by the style sheet: there the toasts would appear again each time they come to the top.
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    item.current?.animate?.({ opacity: [0, 1], scale: [0.96, 1] }, { duration: 180, easing: 'ease-out' });
  }, []);

  const close = (isByKey: boolean) => {
    if (item.current) leave(item.current, isByKey);
    dismiss(id);
  };
  return (
    <li
      className="belfry-toast"
      ref={item}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close(true);
      }}
    >
      {open(
        <>
          {icon && (
            <span className="belfry-avatar" aria-hidden="true">
              {icon}
            </span>
          )}
          <span className="belfry-line">
            <Text className="belfry-name">{title}</Text>
            {isExternal && (
              <span className="belfry-time">
                <Icon name="external" />
                <span className="belfry-hidden">{labels.external}</span>
              </span>
            )}
          </span>
          {body && <Text className="belfry-body">{body}</Text>}
        </>,
      )}
      <button
        type="button"
        className="belfry-action"
        aria-label={labels.dismiss}
        title={labels.dismiss}
        // A click by the keyboard has no count.
        onClick={({ detail }: MouseEvent) => close(!detail)}
      >
        <svg className="belfry-icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="m6 6 12 12M18 6 6 18" />
        </svg>
      </button>
    </li>
  );
}

/** Whether the focus is inside. In a shadow root, the document does not know that. */
function hasFocus(element: Element): boolean {
  // The cast: an element of the page is in one of the two.
  return element.contains((element.getRootNode() as Document | ShadowRoot).activeElement);
}

function watchVisibility(listener: () => void) {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
