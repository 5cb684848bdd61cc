import { useEffect, useId, useMemo, useRef } from 'react';
import type { Notification } from '../wire.ts';
import { Arrivals } from './arrivals.tsx';
import { bellParts as by } from './bell-parts.tsx';
import { type BadgeCount, badgeOf, useBadgeCount, useNotifications } from './hooks.ts';
import { LazyInbox, loadInbox } from './lazy-inbox.tsx';
import { Part } from './part.tsx';
import type { Placement } from './placement.ts';
import { Popover } from './popover.tsx';
import { Promised } from './provider.tsx';
import { type AnyOptions, type InboxOptions, type InboxSettings, settingsFrom } from './settings.tsx';
import { Styles } from './styles.tsx';
import { attempt } from './usable.ts';
import { useDisclosure } from './use-disclosure.ts';
import { useTheme } from './use-theme.ts';

export interface NotificationBellProps<Catalogue = unknown> extends InboxOptions<Catalogue>, BellOptions {}

interface BellOptions {
  /**
   * What the badge counts: `unseen`, what has come since the bell was last opened, in any tab or on any device; or `unread`.
   * Default: `unseen`.
   */
  badge?: BadgeCount | undefined;
  /** Whether the popover is open. The app then changes it in `onOpenChange`. Default: the bell decides. */
  open?: boolean | undefined;
  /** Whether the popover is open at first. Default: false. */
  defaultOpen?: boolean | undefined;
  /** Called when the popover opens or closes, or with `open`, when it should. */
  onOpenChange?: ((open: boolean) => void) | undefined;
  /** Where the popover is, if there is room. Default: `bottom-end`. */
  placement?: Placement | undefined;
  /** Called in one tab of the browser when a notification arrives, to play a sound. Default: no sound. */
  sound?: ((notification: Notification) => unknown) | undefined;
}

/**
 * A button with the number of notifications that are new, and the inbox in a popover. Several bells of one client make one sound
 * and one announcement.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <NotificationBell onNavigate={(href) => router.push(href)} />
 */
export function NotificationBell<Catalogue>(props: NotificationBellProps<Catalogue>) {
  return (
    <Promised>
      <Bell {...props} />
    </Promised>
  );
}

function Bell(props: AnyOptions & BellOptions) {
  const { badge, placement, sound } = props;
  const { unreadCount, userId, refresh } = useNotifications();
  const count = useBadgeCount(badge);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const titleId = useId();

  const { isOpen, toggle, close, handlers } = useDisclosure(root, props);
  useEffect(() => {
    // What the socket has missed without noticing it shows at once.
    if (isOpen) refresh();
  }, [refresh, isOpen]);
  useEffect(() => {
    // It is in no first paint, and should be there before the first click. If this fails, opening it tries again.
    loadInbox().catch(() => {});
  }, []);
  // The same while the app does not render: a notification that comes changes none of it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what else it takes changes with the props alone
  const settings = useMemo(
    (): InboxSettings => ({
      ...settingsFrom(props),
      onNotificationClick(notification, href) {
        if (href) close();
        attempt(props.onNotificationClick, notification, href);
      },
    }),
    [props],
  );
  const { components: of, labels, nonce } = settings;
  const theme = useTheme(root, settings.theme);
  return (
    <div className="belfry" data-theme={theme} ref={root} {...handlers}>
      <Styles nonce={nonce} />
      <span className="belfry-place">
        <Part
          {...{ of, by }}
          name="Trigger"
          className="belfry-bell"
          aria-label={labels.bell(unreadCount, badge === 'unread' ? 0 : count)}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={toggle}
        >
          <Part {...{ of, by }} name="BellIcon" />
        </Part>
        {!!count && <Part {...{ of, by }} name="Badge" text={badgeOf(count)} />}
      </span>
      <Arrivals key={userId} root={root} settings={settings} sound={sound} />
      {isOpen && (
        <Popover {...{ id, titleId, root, placement }}>
          <LazyInbox {...{ settings, titleId }} />
        </Popover>
      )}
    </div>
  );
}
