import * as z from 'zod/mini';
import type { Preferences } from './answers.ts';
import { comparedType } from './compared-type.ts';
import type { FieldError } from './errors.ts';
import type { Choices } from './notification-repository.ts';
import { isObject, parse, printable } from './parse.ts';
import type { Policy, TypeRule } from './policy.ts';

/** The types of `PUT /preferences`: true switches a type on, false off. */
const chosenTypes = z.custom<Record<string, boolean>>(isObject, {
  error: ({ input }) => (input === undefined ? 'is required' : 'must be an object of types'),
});

/** The body of `PUT /preferences`. */
export const preferencesSchema = z.strictObject(
  { types: chosenTypes },
  { error: 'The body must be a JSON object' },
);

/**
 * Reads which types a user switches on and off.
 * @throws ValidationError naming every type that is critical, not configured, or neither true nor false
 */
export function parsePreferences(input: unknown, { types }: Policy): Choices {
  const rules = new Map(
    Object.entries<TypeRule>(types).map(([name, rule]) => [comparedType(name), { name, rule }]),
  );
  const found: FieldError[] = [];
  const chosen = new Map<string, boolean>();
  const refuse = (type: string, message: string) => found.push({ path: `types.${printable(type)}`, message });

  function choose(type: string, enabled: unknown): void {
    const compared = comparedType(type);
    const known = rules.get(compared);
    if (!known)
      refuse(type, `is not a configured type; these are: ${Object.keys(types).join(', ') || 'none'}`);
    else if (known.rule.critical === true) refuse(type, 'is critical and cannot be switched on or off');
    else if (typeof enabled !== 'boolean') refuse(type, 'must be true or false');
    else if (chosen.has(compared)) refuse(type, `names ${known.name} a second time`);
    else chosen.set(compared, enabled);
  }

  const given = isObject(input) && isObject(input.types) ? Object.entries(input.types) : undefined;
  for (const [type, enabled] of given ?? []) choose(type, enabled);
  if (given?.length === 0) found.push({ path: 'types', message: 'must name at least one type' });
  parse(preferencesSchema, input, found);
  const named = (wanted: boolean) =>
    [...chosen].flatMap(([type, enabled]) => (enabled === wanted ? type : []));
  return { off: named(false), on: named(true) };
}

/** The preferences of a user: every configured type, and what the user has chosen or, if nothing, its default. */
export function preferencesOf(user_id: string, { off, on }: Choices, { types }: Policy): Preferences {
  const enabledTypes = Object.entries<TypeRule>(types).map(([name, rule]) => {
    const isCritical = rule.critical === true;
    const type = comparedType(name);
    const isOn = rule.default === 'off' ? on.includes(type) : !off.includes(type);
    return [name, { enabled: isCritical || isOn, critical: isCritical }];
  });
  return { user_id, types: Object.fromEntries(enabledTypes) };
}
