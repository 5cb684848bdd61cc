import { wrongTypeNames } from '@belfry/functions/type-names';
import type { Catalogue, NotificationType } from '../catalogue/define-catalogue.ts';
import type { StandardSchema } from '../catalogue/standard-schema.ts';
import { unknownType } from '../catalogue/unknown-type.ts';
import type { Metadata } from '../wire.ts';
import type { CommandContent, CreateCommand, Recipients, UpdateCommand, UpdateContent } from './command.ts';
import { checkedMetadata } from './metadata.ts';
import type { Receipt, UpdateReceipt } from './receipt.ts';

/** A create command of a type of the catalogue, which gives `title`, `body`, `metadata.type` and `metadata.route`. */
export type SendCommand<Given> = Omit<CommandContent, 'title' | 'body' | 'metadata'> &
  Recipients &
  (Record<never, never> extends Given ? { metadata?: Given | undefined } : { metadata: Given });

/** A method for each type of a catalogue. */
export type Send<Inputs> = {
  readonly [Name in keyof Inputs]: (command: SendCommand<Inputs[Name]>) => Promise<Receipt>;
};

/** An update of a notification of a type. New metadata also gives a new `title`, `body` and `metadata.route`. */
export type SendUpdateCommand<Given> = Omit<UpdateContent, 'title' | 'body' | 'metadata'> &
  Recipients & { metadata?: Given | undefined };

/** A method for each type of a catalogue. */
export type SendUpdate<Inputs> = {
  readonly [Name in keyof Inputs]: (command: SendUpdateCommand<Inputs[Name]>) => Promise<UpdateReceipt>;
};

/**
 * Makes the methods for the types of a catalogue. Each one checks the metadata by the schema of the type, if there is one,
 * and sends what the schema returns, with the text in the first language.
 * @throws TypeError naming a name that is invisible, or two names that the service takes for the same type. It is checked here
 *   and not by `defineCatalogue`, which is in the bundle of every page
 */
export function sendBy<Inputs>(
  notify: (command: CreateCommand) => Promise<Receipt>,
  catalogue: Catalogue<unknown, Inputs>,
): Send<Inputs> {
  const wrong = wrongTypeNames(Object.keys(catalogue.policy));
  if (wrong !== undefined) throw new TypeError(`createProducer: catalogue: ${wrong}`);
  // The cast: there is a method for each type.
  return methodsOf(
    'send',
    catalogue,
    (content) =>
      async ({ metadata = {}, ...command }: SendCommand<unknown>) =>
        notify({ ...command, ...(await content(metadata)) }),
  ) as unknown as Send<Inputs>;
}

/** Makes the methods that update notifications of each type, likewise. */
export function sendUpdateBy<Inputs>(
  update: (command: UpdateCommand) => Promise<UpdateReceipt>,
  catalogue: Catalogue<unknown, Inputs>,
): SendUpdate<Inputs> {
  // The cast: there is a method for each type.
  return methodsOf(
    'sendUpdate',
    catalogue,
    (content) =>
      async ({ metadata, ...command }: SendUpdateCommand<unknown>) =>
        update({ ...command, ...(metadata !== undefined && (await content(metadata))) }),
  ) as unknown as SendUpdate<Inputs>;
}

/** What a notification of a type says, made of its metadata. */
type ContentOf = (given: unknown) => Promise<{ title: string; body: string | undefined; metadata: Metadata }>;

/** A method for each type, and an error that names them all for another one. */
function methodsOf<Method>(
  who: string,
  catalogue: Catalogue<unknown, unknown>,
  toMethod: (content: ContentOf) => Method,
): object {
  // The cast: which metadata a type has matters to the compiler alone.
  const types = catalogue.types as Readonly<Record<string, NotificationType<unknown>>>;
  const schemas = catalogue.schemas as Readonly<Record<string, StandardSchema<unknown> | undefined>>;
  const methods = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      toMethod(async (given) => {
        const metadata = await checkedMetadata(name, schemas[name], given);
        const [text] = Object.values(type.texts);
        const { title = '', body } = text?.(metadata) ?? {};
        const route = type.route?.(metadata);
        return { title, body, metadata: { ...metadata, type: name, ...(route !== undefined && { route }) } };
      }),
    ]),
  );
  return new Proxy(methods, { get: knownMethod(who, catalogue) });
}

/** Finds the method of a type. `await` and JSON.stringify ask every object for a method of theirs. */
const knownMethod =
  (who: string, catalogue: Catalogue<unknown, unknown>) => (methods: object, name: string | symbol) => {
    if (typeof name === 'symbol' || name in methods) return Reflect.get(methods, name);
    if (name === 'then' || name === 'toJSON') return undefined;
    throw unknownType(who, name, catalogue);
  };
