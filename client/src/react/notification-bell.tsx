import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { Notification } from '../wire.ts';
import { Arrivals } from './arrivals.tsx';
import { useUnreadCount } from './hooks.ts';
import { Inbox } from './inbox.tsx';
import { Popover } from './popover.tsx';
import { Promised } from './provider.tsx';
import { type InboxOptions, settingsFrom } from './settings.tsx';
import { Styles } from './styles.tsx';
import { useTitleBadge } from './title-badge.ts';

export interface NotificationBellProps extends InboxOptions {
  /** Whether to put the count before the page's title: `(3) My page`. Default: false. */
  titleBadge?: boolean | undefined;
  /** Called in one tab of the browser when a notification arrives, to play a sound. Default: no sound. */
  sound?: ((notification: Notification) => unknown) | undefined;
}

/**
 * A button with the number of unread notifications, and the inbox in a popover.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <NotificationBell onNavigate={(href) => router.push(href)} titleBadge />
 */
export function NotificationBell(props: NotificationBellProps) {
  return (
    <Promised>
      <Bell {...props} />
    </Promised>
  );
}

function Bell({ titleBadge, sound, ...options }: NotificationBellProps) {
  const unreadCount = useUnreadCount();
  const text = unreadCount > 99 ? '99+' : `${unreadCount || ''}`;
  useTitleBadge(titleBadge ? text : '');
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const titleId = `${id}title`;
  const { isOpen, toggle, close, ...handlers } = useDisclosure(root);

  const settings = settingsFrom({
    ...options,
    onNotificationClick(notification, href) {
      if (href) close();
      options.onNotificationClick?.(notification, href);
    },
  });
  const { Trigger, BellIcon, Badge } = settings.components;
  return (
    <div className="belfry" data-theme={options.theme} ref={root} {...handlers}>
      <Styles nonce={options.nonce} />
      <Trigger
        className="belfry-bell"
        aria-label={settings.labels.bell(unreadCount)}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={toggle}
      >
        <BellIcon />
      </Trigger>
      {text && <Badge text={text} />}
      <Arrivals labels={settings.labels} sound={sound} />
      {isOpen && (
        <Popover {...{ id, titleId }} anchor={root}>
          <Inbox settings={settings} titleId={titleId} />
        </Popover>
      )}
    </div>
  );
}

/** Whether the popover is open. Escape closes it, and so does a pointer or a focus that leaves `root`. */
function useDisclosure(root: RefObject<HTMLElement | null>) {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => {
    // A focus inside goes back to the button. A focus elsewhere stays there.
    if (root.current?.contains(document.activeElement)) {
      root.current.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
    }
    setIsOpen(false);
  };
  useEffect(() => {
    if (!isOpen) return;
    const onPointerDown = ({ target }: PointerEvent) => {
      if (target instanceof Node && !root.current?.contains(target)) setIsOpen(false);
    };
    // In the capture phase, before any handler can stop it.
    addEventListener('pointerdown', onPointerDown, true);
    return () => removeEventListener('pointerdown', onPointerDown, true);
  }, [isOpen, root]);
  return {
    isOpen,
    close,
    toggle: () => (isOpen ? close() : setIsOpen(true)),
    onKeyDown(event: KeyboardEvent) {
      if (!isOpen || event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    },
    onBlur({ relatedTarget }: FocusEvent) {
      if (relatedTarget && !root.current?.contains(relatedTarget)) setIsOpen(false);
    },
  };
}
