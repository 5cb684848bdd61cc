/**
 * Reads the properties of one resource, resolved one by one as they are asked for. What has been neither read nor
 * ignored when `end` is called stops the start: so a property that nothing here honours cannot go unnoticed.
 */
export interface Properties {
  /** Logical id, type and path, to stand in front of an error's message. */
  readonly where: string;
  text(name: string): string;
  optionalText(name: string): string | undefined;
  /** CloudFormation takes a number's or a boolean's text for it, and so does this. */
  optionalNumber(name: string): number | undefined;
  optionalFlag(name: string): boolean | undefined;
  /** Empty where the property is left out. */
  texts(name: string): string[];
  /** The whole value, whatever it holds; undefined where it is left out. */
  value(name: string): unknown;
  /** An object with properties of its own, which `end` checks too. */
  nested(name: string): Properties | undefined;
  nestedList(name: string): Properties[];
  /** Accepts properties on which nothing local depends. */
  ignore(...names: string[]): void;
  /** Accepts a property only where it is left out or says just this. */
  expect(name: string, value: string | number | boolean): void;
  /** Refuses with the property's name and value and `why`. */
  refuse(name: string, why: string): never;
  /** Throws where a property is left that has not been asked for. */
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
    // The value may be a resolved secret, so only its form in the template is shown.
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
