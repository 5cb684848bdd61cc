import type { ReactElement, ReactNode } from 'react';
import type { Notification } from '../wire.ts';
import type { NotificationIcons } from './item-icon.tsx';
import { defaultLabels, type NotificationLabels } from './labels.ts';
import type { NotificationLinkProps } from './link.ts';
import { defaultComponents, type FiltersProps, type NotificationComponents } from './parts.tsx';

/** The look, the texts and the navigation of the inbox. */
export interface InboxOptions {
  /** Default: `auto`, which follows the system. */
  theme?: 'light' | 'dark' | 'auto' | undefined;
  /** For a content security policy that allows styles by nonce. Default: none. */
  nonce?: string | undefined;
  /** Your texts instead of the English ones. */
  labels?: Partial<NotificationLabels> | undefined;
  /** Language of the times, as a BCP 47 tag. Default: `lang` of the page, else the browser's. */
  locale?: string | undefined;
  /** Your components instead of the default parts. Do not create them while rendering. */
  components?: Partial<NotificationComponents> | undefined;
  /**
   * Renders the link to a notification's place, for a router with a link component: `(props) => <Link {...props} />`.
   * A link that leaves the site has `target` and `rel`, which must reach the `<a>`. Default: `<a>`.
   */
  renderLink?: ((props: NotificationLinkProps, notification: Notification) => ReactElement) | undefined;
  /**
   * Navigates to a notification's route instead of the browser, for a router with a function: `router.push`. Links that
   * leave the site are opened by the browser, in another tab.
   */
  onNavigate?: ((href: string, notification: Notification) => void) | undefined;
  /**
   * Icons by `metadata.type`, or a function of the notification, for avatars of actors. A function comes first, unless it
   * answers undefined; then `metadata.image` or `metadata.icon`, a path of this site or an `https:` URL; then the icon of
   * the type. Default: the notification's own image, or nothing.
   */
  icons?: NotificationIcons | undefined;
  /** The filters: `tabs([…])` of `belfry/react/tabs`, or null for none. Default: the part `Filters`. */
  filters?: ((props: FiltersProps) => ReactNode) | null | false | undefined;
  /** Whether headings name the days of the list, such as “Today”. Default: false. */
  groupByDay?: boolean | undefined;
  /** Called when a notification is opened. `href` is undefined if it leads nowhere. */
  onNotificationClick?: ((notification: Notification, href: string | undefined) => void) | undefined;
}

/** The options, with their defaults. */
export type InboxSettings = ReturnType<typeof settingsFrom>;

export function settingsFrom(options: InboxOptions) {
  return {
    ...options,
    labels: { ...defaultLabels, ...options.labels },
    components: { ...defaultComponents, ...options.components },
    renderLink: options.renderLink ?? ((props: NotificationLinkProps) => <a {...props} />),
  };
}
