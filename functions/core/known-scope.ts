import type { FieldError } from './errors.ts';
import { quoted } from './parse.ts';
import { scopeName } from './policy.ts';

/**
 * What is wrong with a scope that the installation does not have, for `parse`. A value that cannot be the name of a scope is
 * left to its schema, so that one mistake is named once.
 */
export function unknownScope(value: unknown, scopes: readonly string[]): FieldError[] {
  if (typeof value !== 'string' || !scopeName.test(value) || scopes.includes(value)) return [];
  const remedy = scopes.length > 0 ? `one of ${scopes.join(', ')}` : 'left out: no scopes are configured';
  return [{ path: 'scope', message: `must be ${remedy}; it is ${quoted(value)}` }];
}
