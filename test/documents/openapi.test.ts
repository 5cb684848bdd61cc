import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { describedApi, everyRoute } from '../support/described.ts';

const { document, faultsAt, statusesOf } = describedApi();

describe('The OpenAPI document', () => {
  it('is one, of version 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route and no other', () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual(everyRoute.toSorted());
  });

  it('refers to nothing that is not there, and has no component that nothing refers to', () => {
    const refs = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([\w-]+)"/g);
    const referred = new Set([...refs].map(([, kind, name]) => `${kind}/${name}`));
    const { securitySchemes: _, ...components }: Record<string, object> = document.components;
    const present = Object.entries(components).flatMap(([kind, members]) =>
      Object.keys(members).map((name) => `${kind}/${name}`),
    );
    expect(present.toSorted()).toEqual([...referred].toSorted());
  });

  it.each(everyRoute)(
    'says of every route that it may find no token, no database, or a mistake: %s',
    (route) => {
      expect(statusesOf(route)).toEqual(expect.arrayContaining([401, 500, 503]));
      expect(statusesOf(route).some((status) => status < 300)).toBe(true);
    },
  );

  it('has no exclusive bound, which generators for OpenAPI 3.0 take for a flag, and no class of Unicode in a pattern', () => {
    expect(JSON.stringify(document)).not.toMatch(/"exclusiveM(in|ax)imum"|\\p\{/);
  });

  const withExamples = Object.entries(document.components.schemas).flatMap(([name, { examples = [] }]) =>
    examples.map((example) => [name, example] as const),
  );
  it.each(withExamples)('has an example of %s that is one', (name, example) => {
    expect(faultsAt(['components', 'schemas', name], example)).toEqual([]);
  });

  it.each(Object.entries(document.components.responses))(
    'has an example of the problem %s that is one',
    (name, response) => {
      const type = 'application/problem+json';
      const place = ['components', 'responses', name, 'content', type, 'schema'];
      expect(response.content?.[type]?.example).toBeDefined();
      expect(faultsAt(place, response.content?.[type]?.example)).toEqual([]);
    },
  );
});
