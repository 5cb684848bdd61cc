import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

// What generators, validators and linters of other languages need beyond a valid document.

interface Schema {
  [keyword: string]: unknown;
}

/** A schema of a document, and where it stands. */
interface Place {
  path: string;
  schema: Schema;
}

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of the document, but not its examples. */
function placesIn(value: unknown, path = ''): Place[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => placesIn(each, `${path}/${index}`));
  if (!isObject(value)) return [];
  const inner = Object.entries(value).filter(([key]) => key !== 'examples' && key !== 'example');
  return [{ path, schema: value }, ...inner.flatMap(([key, each]) => placesIn(each, `${path}/${key}`))];
}

const isComponent = (path: string) => /^\/components\/schemas\/\w+$/.test(path);

describe.each(['openapi.json', 'asyncapi.yaml'])('For tools of other languages, %s', (file) => {
  // YAML is a superset of JSON.
  const document = parse(readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8'));
  const places = placesIn(document);
  const pathsWhere = (isWrong: (place: Place) => boolean) => places.filter(isWrong).map(({ path }) => path);

  it('has patterns of the syntax that ECMAScript, Go, Java, Python and Rust share', () => {
    const patterns = places.flatMap(({ schema }) =>
      typeof schema.pattern === 'string' ? schema.pattern : [],
    );
    expect(patterns).not.toEqual([]);
    // Character classes, groups and repetition. No \p, no \u, no look-ahead and no back reference.
    const shared = /^(?:\\x[0-9A-F]{2}|\\[\\sSdw.]|[^\\(]|\((?!\?)|\(\?:)*$/;
    expect(patterns.filter((pattern) => !shared.test(pattern))).toEqual([]);
    for (const pattern of patterns) for (const flags of ['', 'u']) new RegExp(pattern, flags);
  });

  it('has a name for each object, from which a generator makes the name of a type', () => {
    expect(
      pathsWhere(
        ({ path, schema }) => isObject(schema.properties) && !isComponent(path) && !/\/bindings\//.test(path),
      ),
    ).toEqual([]);
  });

  it('has unions of whole schemas: each branch is a named one, null, or a scalar', () => {
    const branches = places.flatMap(
      ({ schema }) => [schema.oneOf ?? [], schema.anyOf ?? []].flat() as Schema[],
    );
    expect(branches).not.toEqual([]);
    const isWhole = ({ $ref, type }: Schema) =>
      $ref !== undefined || ['null', 'string', 'integer', 'boolean'].includes(String(type));
    expect(branches.filter((branch) => !isWhole(branch))).toEqual([]);
    expect(pathsWhere(({ schema }) => 'allOf' in schema || 'not' in schema)).toEqual([]);
  });

  it('has nothing beside a reference, which many tools would ignore', () => {
    expect(pathsWhere(({ schema }) => '$ref' in schema && Object.keys(schema).length > 1)).toEqual([]);
  });

  it('says of each list what is in it, and of each integer that it is one', () => {
    expect(pathsWhere(({ schema }) => schema.type === 'array' && !('items' in schema))).toEqual([]);
    expect(pathsWhere(({ schema }) => schema.type === 'number')).toEqual([]);
  });

  it('has no default of a field, which generators would take for one that is always there', () => {
    expect(
      pathsWhere(({ path, schema }) => path.startsWith('/components/schemas/') && 'default' in schema),
    ).toEqual([]);
  });
});
