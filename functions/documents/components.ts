import * as z from 'zod/mini';

/** A JSON Schema, or any other object of a document. */
export interface Json {
  [keyword: string]: unknown;
}

/** The JSON Schema keywords of each schema that zod cannot derive. */
const registry = z.registry<Json>();

/**
 * Adds JSON Schema keywords to a schema. They describe its checks, because zod cannot look into a refinement.
 * @returns the schema itself
 */
export function describe<Schema extends z.ZodMiniType>(schema: Schema, keywords: Json): Schema {
  registry.add(schema, { ...textBoundsOf(schema), ...keywords });
  return schema;
}

/**
 * Makes a schema a component, which documents refer to by its name.
 * @param example a value of the schema; a test checks that it is valid
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

/** The JSON Schema of a schema that is not a component. It refers to those in it. */
export function inline(schema: z.ZodMiniType): Json {
  const { $defs: _, ...own } = z.toJSONSchema(schema, options);
  return withoutDialect(JSON.parse(JSON.stringify(own).replaceAll('"#/$defs/', '"#/components/schemas/')));
}

/**
 * The components that a document refers to, directly or inside another component, by their names.
 * @param target the version of JSON Schema: 2020-12 for OpenAPI 3.1, draft 07 for AsyncAPI 3
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
  // zod removes examples and defaults from a transformed schema. Ours are values of the input, so we set them again.
  override: ({ zodSchema, jsonSchema }) => {
    const { id: _id, ...keywords } = registry.get(zodSchema) ?? {};
    // For draft 07 zod writes an optional reference as a list of one.
    const [reference, ...others] = jsonSchema.allOf ?? [];
    if (reference && others.length === 0) {
      delete jsonSchema.allOf;
      Object.assign(jsonSchema, reference);
    }
    Object.assign(jsonSchema, textBoundsOf(zodSchema), keywords);
  },
} satisfies z.core.ToJSONSchemaParams;

/**
 * Characters that no text of core may hold, for a class in a pattern. `\p{Cc}` would be shorter, but Python and others do
 * not know it; each of them knows `\xHH`. Unpaired surrogates have no portable pattern, so descriptions name them.
 */
export const controls = '\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F';

/** The bounds of core's `text`, which zod cannot derive from its checks. JSON Schema counts code points, as core does. */
function textBoundsOf({ _zod }: z.core.$ZodType): Json {
  if (_zod.def.type === 'optional') return textBoundsOf((_zod.def as z.core.$ZodOptionalDef).innerType);
  const params = (_zod.def.checks ?? []).map(({ _zod: { def } }) => Object('params' in def && def.params));
  const bounds = params.find(({ maximum }) => maximum !== undefined);
  if (!bounds) return {};
  const { minimum: minLength, maximum: maxLength } = bounds;
  return { minLength, maxLength, pattern: `^[^${controls}]*$` };
}

const uri = (id: string): string => `#/components/schemas/${id}`;

/** Removes the keywords that only a standalone schema document has. */
function withoutDialect({ $schema: _schema, $id: _id, ...schema }: Json): Json {
  return schema;
}

function unknownComponent(name: string): never {
  throw new Error(`The schema ${name} is used but is not a component. Wrap it with component().`);
}
