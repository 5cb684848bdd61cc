import type { ReactElement, ReactNode } from 'react';
import { inDevelopment, warnOnce } from '../warn.ts';
import type { Notification } from '../wire.ts';
import type { CatalogueOptions, TextSettings } from './catalogue-options.ts';
import type { NotificationIcons } from './item-icon.tsx';
import type { ItemPart } from './item-part.ts';
import { defaultLabels, type NotificationLabels } from './labels.ts';
import type { NotificationLinkProps } from './link.ts';
import type { FiltersProps, NotificationComponents } from './parts.ts';
import { isText, outcome } from './usable.ts';

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
export interface InboxOptions<Catalogue = unknown> extends LookOptions, CatalogueOptions<Catalogue> {}

/** All options but those of a catalogue. */
interface LookOptions {
  /**
   * Default: `auto`, which follows the `color-scheme` of the page, and the system if the page has none.
   */
  theme?: 'light' | 'dark' | 'auto' | undefined;
  /** For a content security policy that allows styles by nonce. Default: none. */
  nonce?: string | undefined;
  /** Your texts instead of the English ones. */
  labels?: LabelOptions | undefined;
  /** Language of the times and of the catalogue, as a BCP 47 tag. Default: `lang` of the page, else the browser's. */
  locale?: string | undefined;
  /**
   * Your components instead of the default parts. Do not create them while rendering. An `Item` renders again when one of its
   * props or an option changes. If it throws, its notification is not shown until it changes. If another part throws, the default part is shown.
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
  /**
   * Answers the heading of a notification's group, such as its day: `byDay` of `belfry/react/by-day`. A heading is shown
   * above each notification whose heading is another than that of the one before. Default: no headings.
   */
  groupBy?: ((notification: Notification, context: GroupContext) => string) | undefined;
  /**
   * What else items have: `[actionButtons(), snoozeMenu()]` of `belfry/react/actions` and `belfry/react/snooze`. What is
   * false or missing counts for nothing. Default: nothing.
   */
  itemParts?: readonly (ItemPart | false | null | undefined)[] | undefined;
  /** Called when a notification is opened. `href` is undefined if it leads nowhere. */
  onNotificationClick?: ((notification: Notification, href: string | undefined) => void) | undefined;
}

/** What a heading may depend on. */
export interface GroupContext {
  /** The service's time, in milliseconds since the Unix epoch. */
  now: number;
  /** The language of the times. Undefined means that of the browser. */
  locale: string | undefined;
}

/** The options with any catalogue. */
export interface AnyOptions extends LookOptions, Pick<TextSettings, 'catalogue' | 'renderers'> {}

/** The options, with all texts, and a locale that can be used. */
export interface InboxSettings extends AnyOptions, TextSettings {
  labels: NotificationLabels;
}

/** The options of the app. What cannot be used is ignored here, or in the place that uses it. */
export function settingsFrom(props: AnyOptions): InboxSettings {
  // The places that use the props ignore what has another type. Here it is only said.
  inDevelopment(() => {
    const [isBoolean, isObject, isFunction] = [/^boolean/, /^object/, /^function/];
    /** What the type of a prop looks like, and the value if it is a text or a boolean. */
    const types: Record<string, RegExp> = {
      theme: /^string (light|dark|auto)$/,
      nonce: /^string/,
      labels: isObject,
      components: isObject,
      renderLink: isFunction,
      onNavigate: isFunction,
      onNotificationClick: isFunction,
      icons: /^(function|object)/,
      filters: /^(function|null|boolean false)/,
      groupBy: isFunction,
      itemParts: isObject,
      catalogue: isObject,
      renderers: isObject,
      badge: /^string (unseen|unread)$/,
      open: isBoolean,
      defaultOpen: isBoolean,
      onOpenChange: isFunction,
      placement: /^string (top|bottom|left|right)-(start|end)$/,
      sound: isFunction,
    };
    for (const [name, value] of Object.entries(props)) {
      // Not every value has a text: a symbol has none, and neither has an object without a prototype.
      const text = /string|boolean/.test(typeof value) ? ` ${value}` : '';
      const look = value === null ? 'null' : typeof value + text;
      if (value !== undefined && types[name]?.test(look) === false) warnOnce(name, value);
    }
  });
  const { locale: givenLocale } = props;
  const labels = textsFrom(defaultLabels, props.labels);
  return { ...props, labels, givenLocale, locale: localeFrom(givenLocale) };
}

/**
 * The texts of the app, and the default ones instead of those that are missing, throw or are none.
 *
 * @param defaults texts, functions that answer one, and groups of texts
 */
export function textsFrom<Texts extends object>(defaults: Texts, given: unknown): Texts {
  const entries = Object.entries(defaults).map(([key, own]) => {
    const value = Object(given)[key];
    if (typeof own === 'object') return [key, textsFrom(own, value)];
    if (typeof own === 'string') return [key, outcome(key, () => value, isText) ?? own];
    return [key, (...all: unknown[]) => outcome(key, () => value?.(...all), isText) ?? own(...all)];
  });
  return Object.fromEntries(entries);
}

/** Else the language of the page. Undefined, which means that of the browser, if that is missing or wrong too. */
function localeFrom(given: string | undefined): string | undefined {
  const ofPage = globalThis.document?.documentElement.lang || undefined;
  return [given, ofPage].find((tag) => outcome('locale', () => Intl.getCanonicalLocales(tag)[0]));
}
