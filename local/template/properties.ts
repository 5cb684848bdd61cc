/**
 * Reads the properties of a resource. Each one is resolved when it is read. If a property is neither read nor ignored
 * before `end`, the start stops, so that a property without effect cannot go unnoticed.
 */
export interface Properties {
  /** Logical id, type and path, for the beginning of an error message. */
  readonly where: string;
  text(name: string): string;
  optionalText(name: string): string | undefined;
  /** A number, also as a text, as in CloudFormation. */
  optionalNumber(name: string): number | undefined;
  optionalFlag(name: string): boolean | undefined;
  /** Empty if the property is left out. */
  texts(name: string): string[];
  /** The whole value, of any type. Undefined if the property is left out. */
  value(name: string): unknown;
  /** An object. `end` checks its properties too. */
  nested(name: string): Properties | undefined;
  nestedList(name: string): Properties[];
  /** Accepts properties that have no effect locally. */
  ignore(...names: string[]): void;
  /** Accepts a property only if it is left out, or has this value. */
  expect(name: string, value: string | number | boolean): void;
  /** Throws an Error with the name and the value of the property, and with `why`. */
  refuse(name: string, why: string): never;
  /** Throws if a property was neither read nor ignored. */
  end(): void;
}

export function createProperties(
  source: Record<string, unknown>,
  where: string,
  resolve: (value: unknown, where: string) => unknown,
): Properties {
  const left = new Set(Object.keys(source));
  const children: Properties[] = [];

  function value(name: string): unknown {
    left.delete(name);
    return source[name] === undefined ? undefined : resolve(source[name], `${where}.${name}`);
  }

  function wrong(name: string, form: string): never {
    // The resolved value can be a secret, so the error shows the value as the template has it.
    throw new Error(`${where}.${name} is ${JSON.stringify(source[name])} and must be ${form}.`);
  }

  function nest(part: unknown, name: string): Properties {
    if (typeof part !== 'object' || part === null) return wrong(name, 'an object');
    const child = createProperties(part as Record<string, unknown>, `${where}.${name}`, resolve);
    children.push(child);
    return child;
  }

  function optionalText(name: string): string | undefined {
    const text = value(name);
    if (text === undefined || typeof text === 'string') return text;
    return typeof text === 'number' || typeof text === 'boolean' ? String(text) : wrong(name, 'a text');
  }

  return {
    where,
    optionalText,
    text: (name) => optionalText(name) ?? wrong(name, 'given'),
    optionalNumber(name) {
      const text = optionalText(name);
      if (text === undefined) return;
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : wrong(name, 'a number');
    },
    optionalFlag(name) {
      const text = optionalText(name);
      if (text === undefined || text === 'true' || text === 'false')
        return text === undefined ? undefined : text === 'true';
      return wrong(name, 'true or false');
    },
    texts(name) {
      const texts = value(name) ?? [];
      return Array.isArray(texts) ? texts.map(String) : wrong(name, 'a list');
    },
    value,
    nested(name) {
      left.delete(name);
      return source[name] === undefined ? undefined : nest(source[name], name);
    },
    nestedList(name) {
      left.delete(name);
      const parts = source[name] ?? [];
      return Array.isArray(parts)
        ? parts.map((part, index) => nest(part, `${name}.${index}`))
        : wrong(name, 'a list');
    },
    ignore(...names) {
      for (const name of names) left.delete(name);
    },
    expect(name, expected) {
      const given = optionalText(name);
      if (given !== undefined && given !== String(expected)) wrong(name, `${expected} to run locally`);
    },
    refuse(name, why) {
      throw new Error(`${where}.${name} is ${JSON.stringify(source[name])}: ${why}.`);
    },
    end() {
      const [first] = left;
      if (first !== undefined) {
        throw new Error(
          `${where}: the property ${first} is not supported locally. Leave it out, or add it to local/resources.`,
        );
      }
      for (const child of children) child.end();
    },
  };
}
