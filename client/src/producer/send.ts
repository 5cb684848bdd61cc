import { type FieldError, ValidationError } from '@belfry/functions/errors';
import { wrongTypeNames } from '@belfry/functions/type-names';
import type { Catalogue, NotificationType } from '../catalogue/define-catalogue.ts';
import type { SchemaIssue, StandardSchema } from '../catalogue/standard-schema.ts';
import { unknownType } from '../catalogue/unknown-type.ts';
import type { Metadata } from '../wire.ts';
import type { CommandContent, CreateCommand, Recipients } from './command.ts';
import type { Receipt } from './receipt.ts';

/** A create command of a type of the catalogue, which gives `title`, `body`, `metadata.type` and `metadata.route`. */
export type SendCommand<Given> = Omit<CommandContent, 'title' | 'body' | 'metadata'> &
  Recipients &
  (Record<never, never> extends Given ? { metadata?: Given | undefined } : { metadata: Given });

/** A method for each type of a catalogue. */
export type Send<Inputs> = {
  readonly [Name in keyof Inputs]: (command: SendCommand<Inputs[Name]>) => Promise<Receipt>;
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
  // The cast: which metadata a type has matters to the compiler alone.
  const types = catalogue.types as Readonly<Record<string, NotificationType<unknown>>>;
  const schemas = catalogue.schemas as Readonly<Record<string, StandardSchema<unknown> | undefined>>;
  const methods = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      async ({ metadata: given = {}, ...command }: SendCommand<unknown>) => {
        const metadata = jsonObject(name, await checked(name, schemas[name], given));
        const [text] = Object.values(type.texts);
        const { title = '', body } = text?.(metadata) ?? {};
        const route = type.route?.(metadata);
        return notify({
          ...command,
          title,
          body,
          metadata: { ...metadata, type: name, ...(route !== undefined && { route }) },
        });
      },
    ]),
  );
  // The cast: there is a method for each type.
  return new Proxy(methods, { get: knownMethod(catalogue) }) as unknown as Send<Inputs>;
}

/** Finds the method of a type. `await` and JSON.stringify ask every object for a method of theirs. */
const knownMethod = (catalogue: Catalogue<unknown, unknown>) => (methods: object, name: string | symbol) => {
  if (typeof name === 'symbol' || name in methods) return Reflect.get(methods, name);
  if (name === 'then' || name === 'toJSON') return undefined;
  throw unknownType('send', name, catalogue);
};

async function checked(
  name: string,
  schema: StandardSchema<unknown> | undefined,
  metadata: unknown,
): Promise<unknown> {
  if (!schema) return metadata;
  const result = await schema['~standard'].validate(metadata);
  if (!result.issues) return result.value;
  throw new ValidationError(result.issues.map((issue) => fieldErrorOf(name, issue)));
}

const fieldErrorOf = (name: string, { message, path = [] }: SchemaIssue): FieldError => ({
  path: ['metadata', ...path.map((each) => String(typeof each === 'object' ? each.key : each))].join('.'),
  message: `is refused by the schema of ${name}: ${message}`,
});

/**
 * The metadata, if JSON carries it as it is.
 * @throws ValidationError naming the first value that JSON would change or leave out
 */
function jsonObject(name: string, value: unknown): Metadata {
  const [found] = isObject(value)
    ? notJson(value, ['metadata'])
    : [{ path: 'metadata', message: `must be an object; it is ${nameOf(value)}` }];
  // The cast: it is an object.
  if (!found) return value as Metadata;
  throw new ValidationError([
    { ...found, message: `${found.message}. Let the schema of ${name} return JSON` },
  ]);
}

/** Finds what JSON does not have. Numbers that it cannot carry are found by the check of the command. */
function* notJson(value: unknown, path: readonly string[]): Generator<FieldError> {
  const isList = Array.isArray(value);
  if (typeof value === 'function' || typeof value === 'symbol' || (!isList && isOfClass(value))) {
    yield { path: path.join('.'), message: `must be JSON; it is ${nameOf(value)}` };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    // JSON leaves out a field that is undefined, and makes null of it in a list.
    const at = [...path, key];
    if (isList && child === undefined) yield { path: at.join('.'), message: 'must be JSON; it is undefined' };
    else yield* notJson(child, at);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it is an object of a class, such as a date. Plain objects may be of another window. */
function isOfClass(value: unknown): boolean {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

/** What a value is, in words. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? `a ${value.constructor.name}` : String(value === null ? value : typeof value);
}
