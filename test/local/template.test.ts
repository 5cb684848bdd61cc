import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/template/assembly.ts';
import { type Lookups, referencesOf, resolve } from '../../local/template/intrinsics.ts';
import { inDependencyOrder } from '../../local/template/order.ts';
import { createProperties } from '../../local/template/properties.ts';
import { writeAssembly } from './run-template.ts';

const lookups: Lookups = {
  ref: (name) => `ref-${name}`,
  attribute: (logicalId, name) => (name === 'List' ? ['x', 'y'] : `${logicalId}/${name}`),
  dynamicReference: (service, reference) => `<${service} ${reference}>`,
};
const resolved = (value: unknown) => resolve(value, lookups, 'Thing (Type)');

describe('an intrinsic', () => {
  it.each([
    ['Ref', { Ref: 'A' }, 'ref-A'],
    ['Fn::GetAtt with a list', { 'Fn::GetAtt': ['A', 'Endpoint.Port'] }, 'A/Endpoint.Port'],
    ['Fn::GetAtt with a text', { 'Fn::GetAtt': 'A.Endpoint.Port' }, 'A/Endpoint.Port'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-ref-B'],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::GetAtt': ['A', 'List'] }] }, 'y'],
    ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'B' }] }, ['ref', 'B']],
    ['Fn::Sub', { 'Fn::Sub': `\${A} \${A.Arn} \${!A}` }, `ref-A A/Arn \${A}`],
    ['Fn::Sub with values', { 'Fn::Sub': [`\${own}`, { own: { Ref: 'B' } }] }, 'ref-B'],
    ['a nested one', { Key: [{ Ref: 'A' }, 1, true] }, { Key: ['ref-A', 1, true] }],
  ])('%s is replaced by what it stands for', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  it('is resolved before the dynamic reference that it is a part of', () => {
    const joined = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'A' }, ':SecretString:key::}}']] };
    expect(resolved(joined)).toBe('<secretsmanager ref-A:SecretString:key::>');
  });

  it.each(['Fn::ImportValue', 'Fn::If', 'Fn::Transform', 'Condition'])(
    '%s is refused by its name',
    (name) => {
      const refused = `Thing (Type): the intrinsic ${name} is not supported locally`;
      expect(() => resolved({ Deep: [{ [name]: 'x' }] })).toThrow(refused);
      expect(() => referencesOf({ Deep: [{ [name]: 'x' }] }, 'Thing (Type)')).toThrow(refused);
    },
  );

  it('Fn::Cidr may stand if nothing reads it, and is refused if something does', () => {
    const value = { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Vpc', 'List'] }, 4, '64'] };
    expect(referencesOf(value, '')).toEqual(['Vpc']);
    expect(() => resolved(value)).toThrow('Fn::Cidr');
  });
});

describe('the order of making', () => {
  const order = (resources: Record<string, object>) =>
    inDependencyOrder(
      Object.fromEntries(Object.entries(resources).map(([id, rest]) => [id, { Type: 'T', ...rest }])),
      ['AWS::Region'],
    );

  it('puts each after what it refers to by Ref, GetAtt, Sub and DependsOn', () => {
    const resources = {
      A: { Properties: { Name: { Ref: 'B' }, Region: { Ref: 'AWS::Region' } } },
      B: { Properties: { Name: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['C', 'Arn'] }]] } } },
      C: { Properties: { Name: { 'Fn::Sub': `\${D.Arn}` } } },
      D: { DependsOn: ['E'] },
      E: {},
    };
    expect(order(resources)).toEqual(['E', 'D', 'C', 'B', 'A']);
  });

  it('names the cycle if there is one', () => {
    const resources = {
      A: { DependsOn: 'B' },
      B: { Properties: { X: { Ref: 'C' } } },
      C: { DependsOn: ['B'] },
    };
    expect(() => order(resources)).toThrow('cycle: B -> C -> B');
  });

  it('names what is referred to and does not exist', () => {
    expect(() => order({ A: { DependsOn: 'Gone' } })).toThrow('A refers to Gone');
  });
});

describe('properties', () => {
  const read = (source: Record<string, unknown>) => createProperties(source, 'Thing (Type)', resolved);

  it('are resolved when they are asked for, each in its type', () => {
    const properties = read({ Text: { Ref: 'A' }, Number: '5', Flag: 'true', Texts: [{ Ref: 'B' }] });
    expect(properties.text('Text')).toBe('ref-A');
    expect(properties.optionalNumber('Number')).toBe(5);
    expect(properties.optionalFlag('Flag')).toBe(true);
    expect(properties.texts('Texts')).toEqual(['ref-B']);
    properties.end();
  });

  it('that no code reads stop the start with their path', () => {
    const properties = read({ Known: 1, Outer: { Inner: 2 } });
    properties.ignore('Known');
    properties.nested('Outer');
    expect(() => properties.end()).toThrow('Thing (Type).Outer: the property Inner is not supported locally');
  });

  it('that say something else than what runs here stop the start with their value', () => {
    expect(() => read({ Engine: 'mysql' }).expect('Engine', 'postgres')).toThrow(
      'Thing (Type).Engine is "mysql" and must be postgres',
    );
  });

  it('that are missing or of another type stop the start with their name', () => {
    expect(() => read({}).text('Name')).toThrow('Thing (Type).Name');
    expect(() => read({ Size: 'big' }).optionalNumber('Size')).toThrow('must be a number');
  });
});

describe('an assembly', () => {
  it('tells the stack, its parameters’ defaults, and the directory of an asset', () => {
    const directory = writeAssembly(
      { Resources: {}, Parameters: { BootstrapVersion: { Type: 'String', Default: '6' } } },
      { code: 'export const handler = 1;' },
    );
    const assembly = readAssembly(directory);
    expect(assembly.stackName).toBe('test');
    expect(assembly.parameters).toEqual({ BootstrapVersion: '6' });
    expect(assembly.assetDirectory('code.zip')).toBe(`${directory}/asset.code`);
    expect(() => assembly.assetDirectory('other.zip')).toThrow('other.zip');
  });

  it.each([
    [{ Resources: {}, Conditions: { Big: {} } }, 'section Conditions'],
    [{ Resources: {}, Mappings: {} }, 'section Mappings'],
    [{ Resources: {}, Rules: { Own: {} } }, 'rule Own'],
    [{ Resources: {}, Parameters: { Size: { Type: 'Number' } } }, 'parameter Size has no default'],
    [{ Resources: { A: { Type: 'T', Condition: 'Big' } } }, 'A (T): the attribute Condition'],
  ])('with a part that is not honoured is refused by its name: %j', (template, named) => {
    expect(() => readAssembly(writeAssembly(template))).toThrow(named);
  });
});
