/** The values that intrinsic functions refer to. */
export interface Lookups {
  /** The value of `Ref`: of a parameter, a pseudo parameter, or a resource that is made already. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  /** The value of `{{resolve:service:reference}}`. */
  dynamicReference(service: string, reference: string): string;
}

/** Accepted as long as nothing local reads the value, for example the address range of a subnet. Resolving one throws. */
const neverResolved = ['Fn::Cidr', 'Fn::GetAZs'];

/**
 * Replaces each intrinsic function in a value of a template by its result, and then each dynamic reference. Throws if a
 * function is unknown; the message begins with `where` (logical id, type, property).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, lookups: Lookups, where: string): unknown {
  const inner = (part: unknown) => resolve(part, lookups, where);
  if (typeof value === 'string') return resolveDynamicReferences(value, lookups);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const call = intrinsicOf(value, where);
  if (!call) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
  const { name, argument } = call;
  switch (name) {
    case 'Ref':
      return lookups.ref(String(argument));
    case 'Fn::GetAtt': {
      const { logicalId, attribute } = getAttTarget(argument);
      return lookups.attribute(logicalId, attribute);
    }
    case 'Fn::Sub':
      return subParts(argument, where)
        .map((part) => ('text' in part ? part.text : String(inner(part.expression))))
        .join('');
    case 'Fn::Join': {
      const [separator, parts] = pair(argument, call.name, where);
      // The parts of a dynamic reference can be joined by this function.
      return resolveDynamicReferences(list(inner(parts), name, where).join(String(separator)), lookups);
    }
    case 'Fn::Split': {
      const [separator, text] = pair(argument, name, where);
      return String(inner(text)).split(String(separator));
    }
    case 'Fn::Select': {
      const [index, from] = pair(argument, name, where);
      const chosen = list(inner(from), name, where)[Number(inner(index))];
      if (chosen === undefined) throw new Error(`${where}: Fn::Select finds nothing at ${String(index)}.`);
      return chosen;
    }
    default:
      throw unsupported(name, where);
  }
}

/** The logical ids and parameter names that a value of a template refers to. Throws if an intrinsic is unknown. */
export function referencesOf(value: unknown, where: string): string[] {
  if (Array.isArray(value)) return value.flatMap((part) => referencesOf(part, where));
  if (typeof value !== 'object' || value === null) return [];
  const call = intrinsicOf(value, where);
  switch (call?.name) {
    case 'Ref':
      return [String(call.argument)];
    case 'Fn::GetAtt':
      return [getAttTarget(call.argument).logicalId];
    case 'Fn::Sub':
      return subParts(call.argument, where).flatMap((part) =>
        'text' in part ? [] : referencesOf(part.expression, where),
      );
    default:
      return Object.values(value).flatMap((part) => referencesOf(part, where));
  }
}

const understood = ['Ref', 'Fn::GetAtt', 'Fn::Sub', 'Fn::Join', 'Fn::Split', 'Fn::Select', ...neverResolved];

function intrinsicOf(value: object, where: string): { name: string; argument: unknown } | undefined {
  const [entry, another] = Object.entries(value);
  // As in CloudFormation, an object with one key is a function if the key looks like one.
  if (!entry || another || !(entry[0].startsWith('Fn::') || ['Ref', 'Condition'].includes(entry[0]))) return;
  const [name, argument] = entry;
  // In a policy statement, Condition is an object. The intrinsic Condition has the name of a condition.
  if (name === 'Condition' && typeof argument !== 'string') return;
  if (!understood.includes(name)) throw unsupported(name, where);
  return { name, argument };
}

function unsupported(name: string, where: string): Error {
  return new Error(
    `${where}: the intrinsic ${name} is not supported locally. Write it in another way, or add it to local/template/intrinsics.ts.`,
  );
}

function getAttTarget(argument: unknown): { logicalId: string; attribute: string } {
  const [logicalId = '', ...path] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split('.');
  return { logicalId, attribute: path.join('.') };
}

type SubPart = { text: string } | { expression: unknown };

function subParts(argument: unknown, where: string): SubPart[] {
  const [format, variables] =
    typeof argument === 'string' ? [argument, {}] : pair(argument, 'Fn::Sub', where);
  const given = variables as Record<string, unknown>;
  // The pattern has a group, so every second piece is the text between braces.
  return String(format)
    .split(/\$\{([^}]+)\}/)
    .map((piece, index) => {
      if (index % 2 === 0) return { text: piece };
      if (piece.startsWith('!')) return { text: `\${${piece.slice(1)}}` };
      if (piece in given) return { expression: given[piece] };
      return { expression: piece.includes('.') ? { 'Fn::GetAtt': piece } : { Ref: piece } };
    });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
function resolveDynamicReferences(text: string, lookups: Lookups): string {
  return text.replace(/\{\{resolve:([^:}]+):([^}]*)\}\}/g, (_, service: string, reference: string) =>
    lookups.dynamicReference(service, reference),
  );
}

function pair(argument: unknown, name: string, where: string): [unknown, unknown] {
  if (Array.isArray(argument) && argument.length === 2) return [argument[0], argument[1]];
  throw new Error(`${where}: ${name} takes two arguments, not ${JSON.stringify(argument)}.`);
}

function list(value: unknown, name: string, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  // The message does not contain the value, which can be a resolved secret.
  throw new Error(`${where}: ${name} takes a list, not a ${typeof value}.`);
}
