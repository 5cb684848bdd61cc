import fc from 'fast-check';

/** A JSON Schema with the keywords that the documents use. */
export interface JsonSchema {
  $ref?: string;
  type?: string | readonly string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  minProperties?: number;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  examples?: unknown[];
}

/**
 * Values that a schema calls valid, now and then one of its examples. Lists and texts are short, but for a few as long as the
 * schema allows.
 * @param resolve finds the schema to which a reference leads
 */
export function valuesOf(schema: JsonSchema, resolve: (ref: string) => JsonSchema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valuesOf(resolve(schema.$ref), resolve);
  const values = madeOf(schema, resolve);
  if (!schema.examples) return values;
  return fc.oneof(
    { weight: 3, arbitrary: values },
    { weight: 1, arbitrary: fc.constantFrom(...schema.examples) },
  );
}

function madeOf(schema: JsonSchema, resolve: (ref: string) => JsonSchema): fc.Arbitrary<unknown> {
  const inner = (each: JsonSchema) => valuesOf(each, resolve);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches) return fc.oneof(...branches.map(inner));
  const { minimum = -(2 ** 53), maximum = 2 ** 53, items = {}, minItems = 0, maxItems = 3 } = schema;
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc
        .oneof(fc.constantFrom(minimum, maximum), fc.maxSafeInteger())
        .filter(isBetween(minimum, maximum));
    case 'string':
      return schema.format === 'date-time'
        ? fc.oneof({ weight: 1, arbitrary: textsOf(schema) }, { weight: 3, arbitrary: soon })
        : textsOf(schema);
    case 'array':
      return fc.array(inner(items), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });
    case 'object':
      return objectsOf(schema, inner);
    default:
      throw new Error(`The tests do not make values of ${JSON.stringify(schema)} yet. Add its type here.`);
  }
}

/** Times that are neither too early nor too late for anything. */
const soon = fc
  .integer({ min: 3_600, max: 80 * 86_400 })
  .map((seconds) => new Date(Date.now() + seconds * 1_000).toISOString());

const isBetween = (minimum: number, maximum: number) => (value: number) =>
  value >= minimum && value <= maximum;

function objectsOf(
  { properties = {}, required = [], additionalProperties = true, minProperties = 0 }: JsonSchema,
  inner: (schema: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, inner(schema)])),
    { requiredKeys: required },
  );
  if (!additionalProperties) return known;
  const other = additionalProperties === true ? fc.jsonValue() : inner(additionalProperties);
  const others = fc.dictionary(fc.string({ unit: 'grapheme' }), other, { minKeys: minProperties });
  return fc.tuple(others, known).map((parts) => Object.assign({}, ...parts));
}

function textsOf({ pattern = '^', minLength = 0, maxLength = 50 }: JsonSchema): fc.Arbitrary<string> {
  const matches = new RegExp(pattern, 'u');
  const short = fc.stringMatching(matches, { maxLength: Math.min(maxLength, minLength + 50) });
  const longest = fc.constantFrom('x', '\u{1f514}').map((character) => character.repeat(maxLength));
  return fc
    .oneof({ weight: 9, arbitrary: short }, { weight: 1, arbitrary: longest })
    .filter((text) => matches.test(text) && isBetween(minLength, maxLength)([...text].length));
}
