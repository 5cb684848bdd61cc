import { mostScopes, type Policy, scopeName, type TypeRule } from '@belfry/functions/policy';
import { wrongTypeNames } from '@belfry/functions/type-names';
import { nearest } from './nearest.ts';

/** What an installation decides about its notifications. All of it can be left out. */
export interface PolicyProps {
  scopes?: readonly string[] | undefined;
  types?: Readonly<Record<string, TypeRule>> | undefined;
  strictTypes?: boolean | undefined;
}

/** With the four doors as a second dimension these are at most 24 metrics, about $7 a month if all of them get data. */
const mostMeasuredTypes = 20;

/**
 * Checks the props and completes them. Without this check a mistake shows up later, as a notification in no bell, or as a
 * type that no sender or every sender may create.
 * @throws Error naming the value that is wrong, and what it may be
 */
export function policyOf({ scopes = [], types = {}, strictTypes = false }: PolicyProps): Policy {
  checkScopes(scopes);
  checkTypes(types, scopes);
  if (typeof strictTypes !== 'boolean') {
    throw new Error(`strictTypes must be true or false; it is ${textOf(strictTypes)}.`);
  }
  return { scopes: [...scopes], types, strictTypes };
}

/**
 * Checks the scopes whose notifications move to "no scope" at the deployment.
 * @throws Error naming a scope that is wrong
 */
export function movedScopesOf(moved: readonly string[], { scopes }: Policy): readonly string[] {
  checkNames('movedScopes', moved);
  const kept = moved.find((scope) => scopes.includes(scope));
  if (kept === undefined) return moved;
  throw new Error(
    `movedScopes names ${textOf(kept)}, and scopes names it too. Remove it from scopes to move its notifications to no scope, or from movedScopes to keep them.`,
  );
}

function checkScopes(scopes: readonly string[]): void {
  checkNames('scopes', scopes);
  if (scopes.length <= mostScopes) return;
  throw new Error(
    `scopes names ${scopes.length} scopes; at most ${mostScopes} are allowed, because every frame has the counts of each.`,
  );
}

function checkNames(setting: string, names: unknown): void {
  if (!Array.isArray(names)) {
    throw new Error(
      `${setting} must be a list of names, such as ["attendee","organizer"]; it is ${textOf(names)}.`,
    );
  }
  for (const name of names) {
    if (typeof name === 'string' && scopeName.test(name)) continue;
    throw new Error(
      `${setting} names ${textOf(name)}, which is no name of a scope: a letter from a to z first, then a-z, 0-9, _ and -, at most 32 characters.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${setting} names ${textOf(twice)} twice. Name it once.`);
}

function checkTypes(types: unknown, scopes: readonly string[]): void {
  if (!isObject(types)) {
    throw new Error(
      `types must be an object with a rule for each type, such as {"payout":{"critical":true}}; it is ${textOf(types)}.`,
    );
  }
  const wrong = wrongTypeNames(Object.keys(types));
  if (wrong !== undefined) throw new Error(`types: ${wrong}`);
  for (const [type, rule] of Object.entries(types)) checkRule(type, rule, scopes);
  // The cast: the loop has checked every rule.
  checkMeasured(types as Record<string, TypeRule>);
}

/** What each setting of a type may be, in words, and whether a value is that. */
const settings: Record<keyof TypeRule, { expected: string; fits: (value: unknown) => boolean }> = {
  scope: { expected: 'the name of a scope', fits: (value) => typeof value === 'string' },
  critical: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
  default: { expected: '"on" or "off"', fits: (value) => value === 'on' || value === 'off' },
  sources: {
    expected: 'a list of event sources, such as ["payments"], which may be empty',
    fits: (value) =>
      Array.isArray(value) && value.every((source) => typeof source === 'string' && source !== ''),
  },
  measured: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
  events: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
};

function checkRule(type: string, rule: unknown, scopes: readonly string[]): void {
  const where = `types.${type}`;
  if (!isObject(rule)) {
    throw new Error(`${where} must be an object, such as {"critical":true}; it is ${textOf(rule)}.`);
  }
  for (const [key, value] of Object.entries(rule)) {
    if (!Object.hasOwn(settings, key)) {
      const known = Object.keys(settings);
      const meant = nearest(key, known);
      throw new Error(
        `${where} has no setting ${textOf(key)}.${meant ? ` Did you mean ${meant}?` : ''} Use one of: ${known.join(', ')}.`,
      );
    }
    // The cast: the line above has found the key.
    const { expected, fits } = settings[key as keyof TypeRule];
    if (value !== undefined && !fits(value)) {
      throw new Error(`${where}.${key} must be ${expected}; it is ${textOf(value)}.`);
    }
  }
  const { scope, critical, default: byDefault } = rule as TypeRule;
  if (scope !== undefined && !scopes.includes(scope)) {
    const configured = scopes.length > 0 ? `scopes has ${scopes.join(', ')}` : 'scopes is empty';
    throw new Error(
      `${where}.scope is ${textOf(scope)}, but ${configured}. Add it to scopes, or name one of them.`,
    );
  }
  if (critical && byDefault === 'off') {
    throw new Error(
      `${where} is critical, so it cannot be switched off, and off by default. Leave one of the two out.`,
    );
  }
}

/**
 * Each measured type is a dimension of a CloudWatch metric.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
function checkMeasured(types: Record<string, TypeRule>): void {
  const measured = Object.keys(types).filter((type) => types[type]?.measured);
  const wrong = measured.find((type) => !/^[!-~]+$/.test(type));
  if (wrong !== undefined) {
    throw new Error(
      `types.${wrong}.measured: CloudWatch takes names of ASCII characters only. Leave measured out, or name the type otherwise.`,
    );
  }
  if (measured.length <= mostMeasuredTypes) return;
  throw new Error(
    `types has ${measured.length} measured types; at most ${mostMeasuredTypes} are allowed, because you pay for each as a metric.`,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => JSON.stringify(value) ?? String(value);
