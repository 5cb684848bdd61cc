import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const document = parse(readFileSync(join(import.meta.dirname, '../../docs/asyncapi.yaml'), 'utf8'));
const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');

function createAjv(): Ajv {
  // The schema of AsyncAPI is not written for the strict mode.
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv;
}

describe('The AsyncAPI document', () => {
  it('is one, of version 3.0', () => {
    const validate = createAjv().compile(specification);
    validate(document);
    expect(validate.errors).toBeNull();
    expect(document.asyncapi).toBe('3.0.0');
  });

  it('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, place = '']) => place,
    );
    expect(refs).not.toEqual([]);
    const find = (place: string) =>
      place.split('/').reduce((value: Record<string, never> | undefined, step) => value?.[step], document);
    expect(refs.filter((place) => find(place) === undefined)).toEqual([]);
  });

  const schemas: Record<string, { examples?: unknown[] }> = document.components.schemas;
  const withExamples = Object.entries(schemas).flatMap(([name, { examples = [] }]) =>
    examples.map((example) => [name, example] as const),
  );
  it.each(withExamples)('has an example of %s that is one', (name, example) => {
    const ajv = createAjv().addSchema(document, 'asyncapi.yaml');
    const validate = ajv.getSchema(`asyncapi.yaml#/components/schemas/${name}`);
    expect(validate?.(example), ajv.errorsText(validate?.errors)).toBe(true);
  });
});
