import { type ComponentType, isValidElement, type ReactElement, type ReactNode } from 'react';
import type { Notification } from '../wire.ts';
import { Guard, guard } from './guard.tsx';
import type { NotificationIcons } from './item-icon.tsx';
import { defaultLabels, type NotificationLabels } from './labels.ts';
import type { NotificationLinkProps } from './link.ts';
import { defaultComponents, type FiltersProps, type NotificationComponents } from './parts.tsx';
import { attempt, type Check, outcome, usable } from './usable.ts';

/** Some of the texts. A text that is left out or undefined is the default. */
export type LabelOptions = {
  [Name in keyof NotificationLabels]?: NotificationLabels[Name] extends Record<string, string>
    ? { [Part in keyof NotificationLabels[Name]]?: string | undefined } | undefined
    : NotificationLabels[Name] | undefined;
};

/** Some of the parts. A part that is left out or undefined is the default. */
export type ComponentOptions = {
  [Name in keyof NotificationComponents]?: NotificationComponents[Name] | undefined;
};

/**
 * The look, the texts and the navigation of the inbox. What is left out or undefined is the default. So is what cannot be
 * used, such as a locale with a mistake or a part that throws. Development builds say so once in the console.
 */
export interface InboxOptions {
  /**
   * Default: `auto`, which follows the `color-scheme` of the page, and the system if the page has none.
   */
  theme?: 'light' | 'dark' | 'auto' | undefined;
  /** For a content security policy that allows styles by nonce. Default: none. */
  nonce?: string | undefined;
  /** Your texts instead of the English ones. */
  labels?: LabelOptions | undefined;
  /** Language of the times, as a BCP 47 tag. Default: `lang` of the page, else the browser's. */
  locale?: string | undefined;
  /**
   * Your components instead of the default parts. Do not create them while rendering. If an `Item` throws, its
   * notification is not shown until it changes. If another part throws, the default part is shown.
   */
  components?: ComponentOptions | undefined;
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

/** The options, with their defaults instead of what cannot be used. */
export type InboxSettings = ReturnType<typeof settingsFrom>;

const checks: Record<string, Check> = {
  theme: /^(light|dark|auto)$/,
  nonce: 'string',
  labels: 'object',
  locale: (tag: string) => Intl.getCanonicalLocales(tag)[0],
  components: 'object',
  renderLink: 'function',
  icons: (icons: unknown) => /^[of]/.test(typeof icons) && icons,
  filters: (filters: unknown) => !filters || typeof filters === 'function',
  onNavigate: 'function',
  onNotificationClick: 'function',
  open: 'boolean',
  defaultOpen: 'boolean',
  onOpenChange: 'function',
  placement: /^(top|bottom|left|right)-(start|end)$/,
  sound: 'function',
};

/** The props without those that cannot be used. @param own the checks of props that the bell does not have as they are */
export function usableProps<Props extends object>(props: Props, own?: Record<string, Check>): Partial<Props> {
  const entries = Object.entries(props).map(([name, value]) => {
    const check = own?.[name] ?? checks[name];
    return [name, check ? usable(name, value, check) : value];
  });
  // The cast: what is undefined is an option that was left out.
  return Object.fromEntries(entries) as Partial<Props>;
}

export function settingsFrom(props: InboxOptions) {
  const { renderLink, onNavigate, icons, filters, ...options } = usableProps(props);
  const components = componentsFrom(options.components);
  return {
    ...options,
    labels: labelsFrom(options.labels),
    components,
    renderLink: (link: NotificationLinkProps, row: Notification) =>
      outcome(
        'renderLink',
        isValidElement,
        () => renderLink?.(link, row),
        () => <a {...link} />,
      ),
    filters:
      filters &&
      ((shown: FiltersProps): ReactNode => {
        const byDefault = <components.Filters {...shown} />;
        const own = outcome<ReactNode>(
          'filters',
          anything,
          () => filters(shown),
          () => byDefault,
        );
        // In a fragment, because React has errors of a text or an object at the element around it.
        return (
          <Guard fallback={byDefault}>
            <>{own}</>
          </Guard>
        );
      }),
    icons:
      typeof icons === 'function'
        ? (row: Notification) => outcome('icons', anything, () => icons(row), nothing)
        : icons,
    onNavigate: onNavigate && ((href: string, row: Notification) => attempt(onNavigate, href, row)),
    onNotificationClick: (row: Notification, href: string | undefined) =>
      attempt(options.onNotificationClick, row, href),
  };
}

const anything = () => true;
const nothing = () => undefined;

type Texts = { [name: string]: string | Texts | ((...values: unknown[]) => string) };

/** The labels of the app. A function that fails is replaced by the default one. */
function labelsFrom(given: unknown) {
  // The casts: the labels are texts, functions and groups of texts.
  return merge('labels', defaultLabels as unknown as Texts, given) as unknown as NotificationLabels;
}

function merge(prop: string, defaults: Texts, given: unknown): Texts {
  const values = given as Record<string, unknown> | undefined;
  const entries = Object.entries(defaults).map(([name, own]) => {
    const path = `${prop}.${name}`;
    // The cast: it has the type of the default.
    const value = usable(path, values?.[name], typeof own) as typeof own | undefined;
    if (typeof own === 'object') return [name, merge(path, own, value)];
    if (typeof own === 'function' && typeof value === 'function') {
      return [
        name,
        (...all: unknown[]) =>
          outcome(
            path,
            'string',
            () => value(...all),
            () => own(...all),
          ),
      ];
    }
    return [name, value ?? own];
  });
  return Object.fromEntries(entries) as Texts;
}

function componentsFrom(given: object | undefined): NotificationComponents {
  const parts = given as Record<string, ComponentType> | undefined;
  const entries = Object.entries(defaultComponents as unknown as Record<string, ComponentType>);
  const all = entries.map(([name, Default]) => {
    const Part = usable(`components.${name}`, parts?.[name], isComponent) as ComponentType | undefined;
    // An item is guarded with its place in the list.
    return [name, !Part || name === 'Item' ? (Part ?? Default) : guard(Part, Default)];
  });
  return Object.fromEntries(all) as unknown as NotificationComponents;
}

/** Whether it is a function or a class, or what `memo`, `lazy` and `forwardRef` make. */
const isComponent = (value: object) =>
  typeof value === 'function' || ('$$typeof' in value && !isValidElement(value));
