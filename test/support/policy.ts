import type { Policy } from '../../functions/core/policy.ts';

/** What an installation has decided. By default it has no scopes and knows no types. */
export const policyOf = (changes: Partial<Policy> = {}): Policy => ({
  scopes: [],
  types: {},
  strictTypes: false,
  ...changes,
});
