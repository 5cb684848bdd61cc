import * as z from 'zod/mini';

/** A JSON Schema, or any other object of a document. */
export interface Json {
  [keyword: string]: unknown;
}

/** What the documents say of a schema beyond what zod can tell by itself, in the words of JSON Schema. */
const registry = z.registry<Json>();

/**
 * Says in words what the checks of a schema do: to zod a refinement is a function like any other.
 * @returns the schema itself
 */
export function describe<Schema extends z.ZodMiniType>(schema: Schema, keywords: Json): Schema {
  registry.add(schema, { ...textBoundsOf(schema), ...keywords });
  return schema;
}

/**
 * Makes a schema a component, which documents refer to by its name.
 * @param example a value of it; a test holds it against the schema as it is written
 */
export function component<Schema extends z.ZodMiniType>(
  id: string,
  schema: Schema,
  { example, ...keywords }: Json & { description: string; example?: z.input<Schema> },
): Schema {
  return describe(schema, { id, ...keywords, ...(example !== undefined && { examples: [example] }) });
}

/** The reference to a component. */
export const refTo = (schema: z.ZodMiniType): Json => ({ $ref: uri(String(registry.get(schema)?.id)) });

/** A schema that is no component and has none inside, written out. */
export function inline(schema: z.ZodMiniType): Json {
  return withoutDialect(z.toJSONSchema(schema, options));
}

/**
 * The components that a document refers to, at first hand or inside of another, by their names.
 * @param target the dialect: OpenAPI 3.1 speaks the present one, AsyncAPI 3 an older one
 */
export function componentsOf(document: Json, target: 'draft-2020-12' | 'draft-07'): Record<string, Json> {
  const { schemas } = z.toJSONSchema(registry, { ...options, target, uri });
  const found = new Set<string>();
  const follow = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      follow(withoutDialect(schemas[name] ?? unknownComponent(name)));
    }
  };
  follow(document);
  return Object.fromEntries(
    Object.entries(schemas).flatMap(([name, schema]) =>
      found.has(name) ? [[name, withoutDialect(schema)]] : [],
    ),
  );
}

const options = {
  metadata: registry,
  io: 'input',
  unrepresentable: 'any',
  // zod takes examples and defaults away from what is transformed; ours are of the input.
  override: ({ zodSchema, jsonSchema }) => {
    const { id: _id, ...keywords } = registry.get(zodSchema) ?? {};
    Object.assign(jsonSchema, textBoundsOf(zodSchema), keywords);
  },
} satisfies z.core.ToJSONSchemaParams;

/** The bounds of core's `text`, which to zod are checks like any other. JSON Schema counts in code points as core does. */
function textBoundsOf({ _zod }: z.core.$ZodType): Json {
  if (_zod.def.type === 'optional') return textBoundsOf((_zod.def as z.core.$ZodOptionalDef).innerType);
  const bounds = (_zod.def.checks ?? []).map((check) => 'params' in check._zod.def && check._zod.def.params);
  const maxLength = bounds.map((params) => Object(params).maximum).find((maximum) => maximum !== undefined);
  return maxLength === undefined
    ? {}
    : { minLength: 1, maxLength, pattern: '^(?:[^\\p{Cc}\\p{Cs}]|[\\t\\n\\r])*$' };
}

const uri = (id: string): string => `#/components/schemas/${id}`;

/** Without the words that a schema has only where it is a document of its own. */
function withoutDialect({ $schema: _schema, $id: _id, ...schema }: Json): Json {
  return schema;
}

function unknownComponent(name: string): never {
  throw new Error(`The documents refer to the schema ${name}, which is no component.`);
}
