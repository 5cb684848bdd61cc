import { comparedType } from '../../functions/core/compared-type.ts';
import type { Policy, TypeRule } from '../../functions/core/policy.ts';

/** What every simulated installation has decided: two frontends, and types of each kind. */
export const policy: Policy = {
  scopes: ['attendee', 'organizer'],
  types: {
    news: { events: true },
    digest: { default: 'off' },
    payout: { critical: true, scope: 'organizer', sources: ['payments'] },
  },
  strictTypes: false,
};

/** The type of a notification as it is configured, whatever its spelling. */
export function ruleOf(type: unknown): { name: string; rule: TypeRule } | undefined {
  if (typeof type !== 'string') return undefined;
  const found = Object.entries(policy.types).find(([name]) => comparedType(name) === comparedType(type));
  return found && { name: found[0], rule: found[1] };
}
