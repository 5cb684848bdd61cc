import type { ReactNode } from 'react';
import type { Renderers } from '../catalogue/define-catalogue.ts';
import type { Notification } from '../wire.ts';
import type { ItemProps } from './item-props.ts';
import { isText, outcome } from './usable.ts';

/** What the bell takes of a catalogue. `defineCatalogue` of `belfry/catalogue` makes one. */
export interface NotificationTexts {
  /** What a notification says in a language, such as `de-AT`. */
  text(
    notification: Pick<Notification, 'title' | 'body' | 'metadata'>,
    language: string,
  ): { title: string; body: string };
}

/** What shows the notifications of some types of a catalogue. There is none without a catalogue. */
export type ItemRenderers<Catalogue> = Catalogue extends NotificationTexts
  ? Renderers<Catalogue, Omit<ItemProps, 'notification'>, ReactNode>
  : undefined;

export interface CatalogueOptions<Catalogue> {
  /**
   * Texts in the reader's language, which is `locale`: what `defineCatalogue` of `belfry/catalogue` answers. A notification
   * that it has no text for shows its title and body. A server knows of the language what the prop `locale` says.
   */
  catalogue?: (Catalogue & NotificationTexts) | undefined;
  /**
   * Shows the notifications of some types of the catalogue, in place of the part `Item`, with its props. If one throws, `Item`
   * shows the notification.
   */
  renderers?: ItemRenderers<Catalogue> | undefined;
}

/** The options of any catalogue, as the inbox uses them. */
export interface TextSettings {
  catalogue?: NotificationTexts | undefined;
  renderers?: object | undefined;
  /** The language of the reader. Undefined means that of the browser. */
  locale?: string | undefined;
  /** What a server knows of it. */
  givenLocale?: string | undefined;
}

/** The notification, with what the catalogue says for it. A server and a browser that hydrates say the same. */
export function inWordsOf(
  settings: TextSettings,
  notification: Notification,
  isHydrated: boolean,
): Notification {
  const { catalogue, locale = globalThis.navigator?.language, givenLocale = '' } = settings;
  const text = outcome(
    'catalogue',
    () => catalogue?.text(notification, isHydrated ? locale : givenLocale),
    (text) => isText(text?.title) && isText(text?.body),
  );
  return { ...notification, ...text };
}

/**
 * What options by `metadata.type` have for a notification. A type may have the name of a property of every object.
 *
 * @param options of the app, so anything
 */
export const ofType = <Value>(options: unknown, { metadata }: Notification) =>
  // The cast: the types of the props say what they have.
  new Map<unknown, Value>(Object.entries(Object(options) as Record<string, Value>)).get(metadata.type);
