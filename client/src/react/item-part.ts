import type { ReactElement, ReactNode } from 'react';
import type { NotificationClient } from '../types.ts';
import type { Metadata } from '../wire.ts';
import type { ItemProps } from './item-props.ts';
import type { InboxView } from './labels.ts';

/** A link, if `href` is defined. */
interface ItemLink {
  /** Undefined if it leads nowhere, or is not safe. */
  href: string | undefined;
  /** Wraps the content in the link, or in a button. */
  open(content: ReactNode): ReactElement;
}

/** What the functions of a part get. */
export interface ItemPartProps extends Pick<ItemProps, 'notification' | 'labels' | 'tabIndex'> {
  client: NotificationClient;
  /** The language of the times. Undefined means that of the browser. */
  locale: string | undefined;
  /** Until then, nothing may depend on the clock, the time zone or the language of the browser. */
  isHydrated: boolean;
  /**
   * The link to a `route` or a `url`, as the notification's own link is made: also by `renderLink` and `onNavigate`.
   *
   * @param onOpen called before it is opened, here or in another tab
   */
  link(to: Metadata, onOpen: () => unknown): ItemLink;
  /**
   * Shows below the list for some seconds what was done, beside a button that undoes it, unless `outcome` resolves to false.
   */
  offerUndo(text: string, undo: () => unknown, outcome: Promise<boolean>): void;
}

/**
 * Something more in each item, for the prop `itemParts` of the bell and the inbox: `actionButtons()` of
 * `belfry/react/actions`, `snoozeMenu()` of `belfry/react/snooze`, `groupActors({ nameOf })` of `belfry/react/groups`, or a part of
 * your own. If it throws, its notification is not shown until it changes.
 */
export interface ItemPart {
  /** It names the part among the others, and its styles in the page, such as `belfry-actions`. */
  name: string;
  /** Its styles, in the page once. */
  css: string;
  /** The filter that the default filters have for it. Default: none. */
  view?: InboxView;
  /** Beside the actions of the item: a `<button className="belfry-action">`. */
  tool?(props: ItemPartProps): ReactNode;
  /** Below the texts of the item. */
  below?(props: ItemPartProps): ReactNode;
}

/** The parts of the app, without what is none. */
export const partsOf = ({ itemParts }: { itemParts?: unknown }) =>
  // The cast: what has no name is no part.
  ([itemParts].flat() as (ItemPart | undefined)[]).filter((part): part is ItemPart => !!part?.name);
