import type { TypeRule } from '@belfry/functions/policy';
import type { Notification } from '../wire.ts';
import type { StandardSchema } from './standard-schema.ts';

/** What a notification says. */
export interface NotificationText {
  /** 1 to 255 characters. */
  title: string;
  /** At most 4,000 characters. Default: empty. */
  body?: string | undefined;
}

/**
 * A type of notifications: the rule for it, where it leads, and what it says. `Metadata` is what its texts and its route are
 * made of. The producer adds `type` and `route` to it.
 */
export interface NotificationType<Metadata> extends TypeRule {
  /** Where it leads in the app: a path that begins with `/`. Left out: nowhere. */
  route?: (metadata: Metadata) => string;
  /**
   * What it says, by language, such as `en` or `pt-BR`; at least one. Who does not use the catalogue reads the first one. A
   * text that is undefined is the `title` and `body` of the notification, for one that was sent with other metadata.
   */
  texts: { readonly [language: string]: (metadata: Metadata) => NotificationText | undefined };
}

/** The types of an app by their names, as the producer, the service and the bell use them. */
export interface Catalogue<Metadatas, Inputs = Metadatas> {
  readonly types: { readonly [Name in keyof Metadatas]: NotificationType<Metadatas[Name]> };
  /** The rules of the types as plain JSON, for the option `types` of the service. */
  readonly policy: { readonly [Name in keyof Metadatas]: TypeRule };
  /** Those that `withSchemas` has attached. They accept `Inputs`. */
  readonly schemas: { readonly [Name in keyof Inputs]?: StandardSchema<unknown> };
  /**
   * What a notification says in a language. It is the `title` and `body` of the notification if the catalogue does not have
   * its type, if the type has no text in this language, or if the text cannot be made of its metadata.
   * @param language as browsers name it: `de-AT` takes the text of `de` if there is none of its own
   */
  text(
    notification: Pick<Notification, 'title' | 'body' | 'metadata'>,
    language: string,
  ): { title: string; body: string };
}

/** The names of the types of a catalogue. */
export type TypeName<Some> = Some extends { policy: infer Policy } ? Extract<keyof Policy, string> : never;

/** What the texts of a type are made of. */
export type MetadataOf<Some, Name extends TypeName<Some>> = Some extends {
  types: { [Each in Name]: NotificationType<infer Metadata> };
}
  ? Metadata
  : never;

/** A notification of a type of a catalogue, with its metadata. */
export type NotificationOf<Some, Name extends TypeName<Some> = TypeName<Some>> = {
  [Each in Name]: Omit<Notification, 'metadata'> & { metadata: MetadataOf<Some, Each> & { type: Each } };
}[Name];

/**
 * What shows the notifications of some types of a catalogue, by their names. `Props` are what each one gets beside the
 * notification, and `Result` is what it makes.
 *
 * @example
 * const renderers: Renderers<typeof catalogue> = {
 *   booking_confirmed: ({ notification }) => `${notification.metadata.seats} seats`,
 * };
 */
export type Renderers<Some, Props = unknown, Result = unknown> = {
  [Name in TypeName<Some>]?: (props: Props & { notification: NotificationOf<Some, Name> }) => Result;
};

/**
 * Describes one type of notifications.
 *
 * @example
 * define<{ booking_id: string; seats: number }>({
 *   scope: 'attendee',
 *   route: ({ booking_id }) => `/bookings/${booking_id}`,
 *   texts: {
 *     en: ({ seats }) => ({ title: 'Your booking is confirmed', body: `${seats} seats. See you there.` }),
 *     de: ({ seats }) => ({ title: 'Ihre Buchung ist bestätigt', body: `${seats} Plätze. Bis bald.` }),
 *   },
 * });
 */
export const define = <Metadata = Record<never, never>>(
  type: NotificationType<Metadata>,
): NotificationType<Metadata> => type;

/**
 * Collects the types of an app. Write it once, without a schema library, and import it in the bell, the producer and the CDK
 * app.
 *
 * @throws TypeError naming a key that is no name of a type, or a type without a text
 * @example
 * export const catalogue = defineCatalogue({ booking_confirmed: define<…>({ … }), digest: define({ … }) });
 */
export function defineCatalogue<Metadatas>(
  types: {
    readonly [Name in keyof Metadatas]: NotificationType<Metadatas[Name]>;
  },
): Catalogue<Metadatas> {
  // The cast: nothing here gives a text other metadata than that of its own type.
  const all = types as Readonly<Record<string, NotificationType<unknown>>>;
  const policy: Record<string, TypeRule> = {};
  for (const [name, { route, texts, ...rule }] of Object.entries(all)) {
    if (!/^[^\s\p{Cc}\p{Cf}\p{Cs}\p{DI}]{1,64}$/u.test(name)) {
      throw new TypeError(
        `defineCatalogue: ${JSON.stringify(name)} is no name of a type. Use 1 to 64 visible characters without white space.`,
      );
    }
    if (!Object.keys(texts ?? {})[0]) {
      throw new TypeError(`defineCatalogue: the type ${name} has no text. Give texts at least one language.`);
    }
    policy[name] = rule;
  }
  return {
    types,
    policy: policy as Catalogue<Metadatas>['policy'],
    schemas: {},
    text({ title, body, metadata }, language) {
      const name = metadata.type;
      const texts = typeof name === 'string' && Object.hasOwn(all, name) ? all[name]?.texts : undefined;
      const found = texts && made(textIn(texts, language), metadata);
      return found ? { title: found.title, body: found.body ?? '' } : { title, body };
    },
  };
}

/** The text in a language, or in what is left of the language without its last parts. */
function textIn<Text>(texts: { readonly [language: string]: Text }, language: string): Text | undefined {
  for (let wanted = language.toLowerCase(); wanted; wanted = wanted.replace(/(^|-)[^-]*$/, '')) {
    const found = Object.keys(texts).find((each) => each.toLowerCase() === wanted);
    if (found) return texts[found];
  }
  return undefined;
}

/** A text of metadata that may have come from an older catalogue. */
function made<Metadata>(
  text: ((metadata: Metadata) => NotificationText | undefined) | undefined,
  metadata: Metadata,
): NotificationText | undefined {
  try {
    return text?.(metadata);
  } catch {
    return undefined;
  }
}
