/** Settings of release 0.1.0 that `types` has taken the place of, and `types` itself. */
interface FormerTypes {
  restrictedTypes?: unknown;
  measuredTypes?: unknown;
  types?: unknown;
}

/**
 * Refuses the settings `restrictedTypes` and `measuredTypes`.
 * @throws Error with the value of `types` that means the same
 */
export function refuseFormerTypes({ restrictedTypes, measuredTypes, types }: FormerTypes): void {
  const former = Object.entries({ restrictedTypes, measuredTypes }).filter(
    ([, value]) => value !== undefined,
  );
  if (former.length === 0) return;
  const successor: Record<string, object> = { ...Object(types) };
  const add = (type: string, rule: object) => {
    successor[type] = { ...successor[type], ...rule };
  };
  for (const [type, sources] of Object.entries(Object(restrictedTypes))) add(type, { sources });
  for (const type of Array.isArray(measuredTypes) ? measuredTypes : []) add(String(type), { measured: true });
  const names = former.map(([name]) => name);
  throw new Error(
    `The setting types has taken the place of ${names.join(' and ')}. Leave ${names.join(' and ')} out, and set types to ${JSON.stringify(successor)}.`,
  );
}
