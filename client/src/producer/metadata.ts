import { type FieldError, ValidationError } from '@belfry/functions/errors';
import type { SchemaIssue, StandardSchema } from '../catalogue/standard-schema.ts';
import type { Metadata } from '../wire.ts';

/**
 * The metadata of a type as it is stored: what the schema returns, if there is one.
 * @param name of the type
 * @throws ValidationError naming what the schema refuses, or the first value that JSON would change or leave out
 */
export async function checkedMetadata(
  name: string,
  schema: StandardSchema<unknown> | undefined,
  metadata: unknown,
): Promise<Metadata> {
  return jsonObject(name, await checked(name, schema, metadata));
}

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
