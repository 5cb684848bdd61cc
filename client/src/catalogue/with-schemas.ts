import type { Catalogue } from './define-catalogue.ts';
import type { InputOf, StandardSchema } from './standard-schema.ts';
import { unknownType } from './unknown-type.ts';

/** A catalogue with these schemas. Where a type has one, a producer gives what the schema accepts. */
export type Checked<Metadatas, Schemas> = Catalogue<
  Metadatas,
  {
    [Name in keyof Metadatas]: Name extends keyof Schemas
      ? Schemas[Name] extends StandardSchema<unknown>
        ? InputOf<Schemas[Name]>
        : Metadatas[Name]
      : Metadatas[Name];
  }
>;

/**
 * Attaches schemas to types, for producers: what a schema refuses is not sent, and what it returns is stored. Any Standard
 * Schema will do (zod, valibot, arktype). A schema that returns something else than the type's metadata does not compile.
 *
 * @throws TypeError naming a type that the catalogue does not have, or a value that is no Standard Schema
 * @example
 * const checked = withSchemas(catalogue, {
 *   booking_confirmed: z.object({ booking_id: z.string(), seats: z.number().int() }),
 * });
 */
export function withSchemas<
  Metadatas,
  Schemas extends { readonly [Name in keyof Metadatas]?: StandardSchema<Metadatas[Name]> },
>(
  catalogue: Catalogue<Metadatas>,
  schemas: Schemas & { readonly [Name in Exclude<keyof Schemas, keyof Metadatas>]: never },
): Checked<Metadatas, Schemas> {
  for (const [name, schema] of Object.entries<Partial<StandardSchema<unknown>> | undefined>(schemas)) {
    if (!Object.hasOwn(catalogue.types, name)) throw unknownType('withSchemas', name, catalogue);
    if (typeof schema?.['~standard']?.validate !== 'function') {
      throw new TypeError(`withSchemas: the schema of ${name} is no Standard Schema (standardschema.dev).`);
    }
  }
  // The cast: the types say of the catalogue what was just checked.
  return { ...catalogue, schemas } as Checked<Metadatas, Schemas>;
}
